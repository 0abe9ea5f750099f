package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * Rows in an H2 file that one process holds at a time, and that are a copy of a {@link ChangeLog}:
 * how they are opened, read and written.
 *
 * <p>What survives is the log. H2 by itself does not keep its word: measured by killing the server,
 * rows were lost although their commit and a {@code checkpoint sync} after it had ended. Another
 * thread may have begun to store them by then, and H2 waits for nobody's but its own. So each row
 * says up to which change the rows go; when the file is opened, what is missing is taken from the
 * log, and where the two do not fit it is made anew.
 */
final class LoggedRows implements AutoCloseable {
  /** So often it is tried to read or to write: each time H2 has to have ended by itself. */
  private static final int MOST_TIMES = 4;

  private final Path folder;
  private final ChangeLog log;
  private final ManifestCache cache;
  private volatile H2Database database;

  /** Whether H2 has ended by itself, and rows are to be opened anew before anybody reads. */
  private volatile boolean ended;

  /** Changes are applied in the order of the log. */
  private final ReentrantLock order = new ReentrantLock();

  private final RepositoryRows rows = new RepositoryRows();

  /**
   * Whether a change may be in the log and not in the rows, since the database failed: the next
   * would be applied over a gap, so the rows catch up first.
   */
  private boolean behind;

  private LoggedRows(Path folder, ChangeLog log, ManifestCache cache) {
    this.folder = folder;
    this.log = log;
    this.cache = cache;
    this.database = H2Database.at(H2Database.url(folder));
  }

  /**
   * Opens the file in a registry's folder, making it where it is absent or damaged.
   *
   * @param log closed together with the result, or where there is none
   * @param cache what was read of the rows, which ends where they change
   * @throws Failure exit 2 where the folder's path cannot be written for H2; exit 3 where another
   *     process holds the file, or the file system refuses
   */
  static LoggedRows open(Path folder, ChangeLog log, ManifestCache cache, Progress progress) {
    try {
      return connectOrReplace(folder, log, cache, progress);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private static LoggedRows connectOrReplace(
      Path folder, ChangeLog log, ManifestCache cache, Progress progress) {
    try {
      return connect(folder, log, cache, progress);
    } catch (JdbiException damaged) {
      if (H2Trouble.isHeld(damaged)) {
        throw H2Database.trouble(damaged);
      }
      progress.note("the rows of repositories are damaged, and made again from the log");
    }
    Path file = H2Database.file(folder);
    try {
      Files.deleteIfExists(file);
      return connect(folder, log, cache, progress);
    } catch (JdbiException e) {
      throw H2Database.trouble(e);
    } catch (IOException e) {
      throw cannotReplace(folder, e);
    }
  }

  private static Failure cannotReplace(Path folder, IOException e) {
    return Failure.undecided(
        "cannot replace %s: %s".formatted(H2Database.file(folder), e.getMessage()),
        "check free space and permissions of the registry's folder",
        e);
  }

  private static LoggedRows connect(
      Path folder, ChangeLog log, ManifestCache cache, Progress progress) {
    LoggedRows opened = new LoggedRows(folder, log, cache);
    try {
      opened.database.jdbi().useHandle(handle -> opened.begin(handle, progress));
      return opened;
    } catch (H2Leftovers.Found e) {
      opened.database.drop();
      throw e;
    } catch (RuntimeException e) {
      opened.database.pool().dispose();
      throw e;
    }
  }

  /**
   * H2 ends by itself where it cannot write its rows, as on a full disk, and by itself begins no
   * more. They are a copy of the log, and reading is to go on: whoever meets that opens it anew.
   * Nobody sees the new one before it has all that the log has.
   */
  private H2Database current() {
    if (!ended) {
      return database;
    }
    order.lock();
    try {
      if (ended) {
        database.drop();
        H2Database fresh;
        try {
          fresh = caughtUp();
        } catch (H2Leftovers.Found half) {
          Files.deleteIfExists(H2Database.file(folder));
          fresh = caughtUp();
        }
        cache.forget();
        database = fresh;
        behind = false;
        ended = false;
      }
      return database;
    } catch (IOException e) {
      throw cannotReplace(folder, e);
    } finally {
      order.unlock();
    }
  }

  /** This one has ended; another may have been opened since. */
  private void end(H2Database seen) {
    order.lock();
    try {
      ended |= database.equals(seen);
    } finally {
      order.unlock();
    }
  }

  private H2Database caughtUp() {
    H2Database fresh = H2Database.at(H2Database.url(folder));
    try {
      fresh.jdbi().useHandle(handle -> begin(handle, Progress.SILENT));
      return fresh;
    } catch (RuntimeException e) {
      fresh.drop();
      throw e;
    }
  }

  /** With the first connection to a file that was opened. */
  private void begin(Handle handle, Progress progress) {
    H2Leftovers.refuse(handle);
    catchUp(handle, progress);
  }

  private void catchUp(Handle handle, Progress progress) {
    boolean foreign = Migrations.REPOSITORIES.apply(handle) == Migrations.Found.FOREIGN;
    if (foreign) {
      handle.execute("drop all objects");
      Migrations.REPOSITORIES.apply(handle);
    }
    ChangeLog.Place applied =
        handle
            .createQuery("select seq, chain, place from applied")
            .map((row, _) -> new ChangeLog.Place(row.getLong(1), row.getString(2), row.getLong(3)))
            .one();
    if (applied.equals(log.last())) {
      return;
    }
    boolean fits = log.holds(applied);
    if (!fits) {
      progress.note("the rows of repositories do not fit the log, and are made again from it");
      empty(handle);
    }
    rows.forget();
    log.read(
        fits ? applied : ChangeLog.Place.START,
        (place, at, change) -> rows.apply(handle, place, at, change));
  }

  /** With where they go, or a log that is put right again would be taken for applied. */
  private static void empty(Handle handle) {
    handle.<RuntimeException>useTransaction(all -> {
      for (String table : List.of("repository", "link", "manifest", "tag", "need")) {
        all.execute("delete from " + table);
      }
      all.execute(
          "update applied set seq = ?, chain = ?, place = ?",
          ChangeLog.Place.START.seq(),
          ChangeLog.Place.START.chain(),
          ChangeLog.Place.START.end());
    });
  }

  /**
   * Reads. On a full disk H2 may end again between its start and the read, as soon as it has tried
   * to write.
   *
   * @throws Failure exit 3 where that is not possible
   */
  <T> T read(Function<Handle, T> work) {
    for (int times = 1; ; times++) {
      H2Database now = database;
      try {
        now = current();
        return now.jdbi().withHandle(work::apply);
      } catch (JdbiException e) {
        if (!H2Trouble.hasEnded(e) || times == MOST_TIMES) {
          throw H2Database.trouble(e);
        }
        end(now);
      } catch (IllegalStateException e) {
        // Its pool was given up by whoever opens it anew.
        if ((database.equals(now) && !ended) || times == MOST_TIMES) {
          throw e;
        }
      }
    }
  }

  /**
   * Decides what to change while nobody else writes, and brings it into the log, then into the
   * rows. When this returns, the log is on the disk, also where nothing was to be changed: what
   * somebody is told must not rest on another's write that is not on the disk yet.
   *
   * @param decision asked again where H2 is found to have ended before anything was changed
   * @throws Failure exit 3 where that is not possible
   */
  void write(Function<Handle, List<Change>> decision) {
    List<Change> changes = List.of();
    order.lock();
    try {
      boolean isDone = false;
      for (int times = 1; !isDone; times++) {
        ChangeLog.Place before = log.last();
        try (Handle handle = current().jdbi().open()) {
          catchUpIfBehind(handle);
          changes = decision.apply(handle);
          bring(handle, changes);
          isDone = true;
        } catch (JdbiException e) {
          ended |= H2Trouble.hasEnded(e);
          if (!ended || !log.last().equals(before) || times == MOST_TIMES) {
            throw H2Database.trouble(e);
          }
        }
      }
    } finally {
      order.unlock();
      changes.forEach(change -> cache.wrote(change.repository()));
    }
    log.sync(log.last().seq());
  }

  private void catchUpIfBehind(Handle handle) {
    if (behind) {
      catchUp(handle, Progress.SILENT);
      // What was read of the rows before they had these changes.
      cache.forget();
      behind = false;
    }
  }

  private void bring(Handle handle, List<Change> changes) {
    for (Change change : changes) {
      Instant at = log.now();
      ChangeLog.Place place = log.append(change, at);
      behind = true;
      rows.apply(handle, place, at, change);
      behind = false;
    }
  }

  @Override
  public void close() {
    try {
      database.shutdown();
    } finally {
      log.close();
    }
  }
}
