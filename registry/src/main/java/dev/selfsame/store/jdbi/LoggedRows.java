package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * Rows in an H2 file that one process holds at a time, and that are an index into a {@link
 * ChangeLog}: how they are opened, read and written.
 *
 * <p>What survives is the log. H2 by itself does not keep its word: measured by killing the server,
 * rows were lost although their commit and a {@code checkpoint sync} after it had ended, and half a
 * commit was kept (see {@link H2Database}). So each row says up to which change the rows go; when
 * the file is opened, what is missing is taken from the log, and where the two do not fit it is
 * made anew.
 */
final class LoggedRows implements AutoCloseable {
  /** How often a read or a write is tried, each time with a database that was opened anew. */
  private static final int MOST_TIMES = 4;

  private static final long STORED_AFTER_MILLIS = 1000;

  /** Once in so many times that it is looked whether there is something to store. */
  private static final int TIDIED_EACH = 60;

  private final Path folder;
  private final ChangeLog log;
  private final ManifestCache cache;

  /** Changes are applied in the order of the log. */
  private final ReentrantLock order = new ReentrantLock();

  private final RepositoryRows rows = new RepositoryRows();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile H2Database database;

  /** Whether H2 has ended by itself, and rows are to be opened anew before anybody reads. */
  private volatile boolean ended;

  /**
   * Whether a change may be in the log and not in the rows, since the database failed: the next
   * would be applied over a gap, so the rows catch up first.
   */
  private boolean behind;

  /** Whether there may be rows that are not in the file. */
  private boolean changed = true;

  private LoggedRows(Path folder, ChangeLog log, ManifestCache cache, Progress progress) {
    this.folder = folder;
    this.log = log;
    this.cache = cache;
    this.database = openedOrMadeAnew(progress);
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
      LoggedRows opened = new LoggedRows(folder, log, cache, progress);
      Thread.ofVirtual().name("rows").start(opened::storeNowAndThen);
      return opened;
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private H2Database openedOrMadeAnew(Progress progress) {
    try {
      return opened(progress);
    } catch (JdbiException damaged) {
      if (H2Trouble.isHeld(damaged)) {
        throw H2Database.trouble(damaged);
      }
      progress.note("the rows of repositories are damaged, and made again from the log");
    }
    return madeAnew(progress);
  }

  private H2Database opened(Progress progress) {
    return H2Database.open(
        folder,
        handle -> {
          H2Leftovers.refuse(handle);
          catchUp(handle, progress);
        });
  }

  private H2Database madeAnew(Progress progress) {
    try {
      Files.deleteIfExists(H2Database.file(folder));
      return opened(progress);
    } catch (JdbiException e) {
      throw H2Database.trouble(e);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot replace %s: %s".formatted(H2Database.file(folder), e.getMessage()),
          "check free space and permissions of the registry's folder",
          e);
    }
  }

  /**
   * H2 ends by itself where it cannot write its rows, as on a full disk, and by itself begins no
   * more. They are a copy of the log, and reading is to go on: whoever meets that opens it anew.
   * Nobody sees the new one before it has all that the log has.
   *
   * @throws Failure exit 3 where it cannot be opened
   */
  private H2Database current() {
    if (!ended) {
      return database;
    }
    order.lock();
    try {
      if (closing.getCount() == 0) {
        throw new IllegalStateException("closed");
      }
      if (ended && Thread.currentThread().isInterrupted()) {
        // It would close the new one, and the log as well. Who asks next opens it.
        throw Failure.undecided("stopped while rows were to be opened anew", "ask again");
      }
      if (ended) {
        database.drop();
        H2Database fresh = openedAgain();
        cache.forget();
        database = fresh;
        behind = false;
        changed = true;
        ended = false;
      }
      return database;
    } finally {
      order.unlock();
    }
  }

  private H2Database openedAgain() {
    try {
      return opened(Progress.SILENT);
    } catch (H2Leftovers.Found half) {
      return madeAnew(Progress.SILENT);
    } catch (JdbiException e) {
      if (H2Trouble.isHeld(e) || H2Trouble.isNoDamage(e) || H2Trouble.hasEnded(e)) {
        throw H2Database.trouble(e);
      }
      return madeAnew(Progress.SILENT);
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

  /** What is not in the file after a kill is taken from the log again, at some cost. */
  private void storeNowAndThen() {
    try {
      for (int times = 1; !closing.await(STORED_AFTER_MILLIS, TimeUnit.MILLISECONDS); times++) {
        order.lock();
        try {
          if (changed && !ended) {
            store();
          }
          if (times % TIDIED_EACH == 0 && !ended) {
            tidy();
          }
        } finally {
          order.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** While nobody else changes rows. That it cannot be done shows to whoever reads next. */
  private void store() {
    try {
      changed = !database.store();
    } catch (JdbiException e) {
      ended = true;
    }
  }

  private void tidy() {
    try {
      database.tidy();
    } catch (JdbiException e) {
      ended = true;
    }
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
      rows.follow(applied);
      return;
    }
    boolean fits = log.holds(applied);
    if (!fits) {
      progress.note("the rows of repositories do not fit the log, and are made again from it");
      empty(handle);
    }
    ChangeLog.Place from = fits ? applied : ChangeLog.Place.START;
    rows.follow(from);
    log.read(from, (place, at, change) -> rows.apply(handle, place, at, change));
  }

  /** With where they go, or a log that is put right again would be taken for applied. */
  private static void empty(Handle handle) {
    handle.<RuntimeException>useTransaction(all -> {
      for (String table : List.of("repository", "link", "manifest", "referrer", "tag", "need")) {
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
   * Reads. Where the disk is full, H2 may end soon after it was opened anew, when it first tries to
   * write.
   *
   * @throws Failure exit 3 where that is not possible
   */
  <T> T read(Function<Handle, T> work) {
    for (int times = 1; ; times++) {
      H2Database now = current();
      try {
        return now.with(work);
      } catch (JdbiException e) {
        boolean hasEnded =
            H2Trouble.hasEnded(e) || (H2Trouble.isCancelled(e) && (ended || !database.equals(now)));
        if (!hasEnded || times == MOST_TIMES) {
          throw H2Database.trouble(e);
        }
        end(now);
      } catch (IllegalStateException e) {
        // It was closed by whoever opens it anew.
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
    List<Change> changes = new ArrayList<>();
    order.lock();
    try {
      boolean isDone = false;
      for (int times = 1; !isDone; times++) {
        ChangeLog.Place before = log.last();
        H2Database now = current();
        try {
          isDone =
              now.with(handle -> {
                catchUpIfBehind(handle);
                changes.clear();
                changes.addAll(decision.apply(handle));
                bring(handle, changes);
                return true;
              });
        } catch (JdbiException e) {
          ended |= H2Trouble.hasEnded(e);
          if (!H2Trouble.hasEnded(e) || !log.last().equals(before) || times == MOST_TIMES) {
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
      changed = true;
      rows.apply(handle, place, at, change);
      behind = false;
    }
  }

  @Override
  public void close() {
    order.lock();
    try {
      closing.countDown();
      database.shutdown();
    } finally {
      order.unlock();
      log.close();
    }
  }
}
