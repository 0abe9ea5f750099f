package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.ChangeLog;
import dev.selfsame.store.ChangeLog.Place;
import dev.selfsame.store.Changes;
import dev.selfsame.store.RowsCheck;
import dev.selfsame.store.file.FolderCheck;
import dev.selfsame.store.file.FolderCheck.LogFile;
import dev.selfsame.store.file.RegistryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.ResultIterator;
import org.jspecify.annotations.Nullable;

/**
 * Rows in H2 against their log: the log is applied to rows of its own in a temporary file, up to
 * where the others say that they go, and the two are compared row by row. What fails of those of
 * its own, or of the others without their being damaged, is no finding.
 *
 * @param folder the registry's, which no server has open
 * @param clock dates nothing here, but a log is opened with one
 */
public record H2RowsCheck(RegistryFolder folder, Clock clock, Progress progress)
    implements RowsCheck {
  private static final String FILE = "repositories";
  private static final String ELSEWHERE = "SELFSAME_JAVA_OPTS=-Djava.io.tmpdir=FOLDER";
  private static final int MOST_TOLD = 50;
  private static final List<String> NONE = List.of();
  private static final String UNMET =
      "select n.digest, m.digest, r.name from need n"
          + " join manifest m on m.id = n.manifest join repository r on r.id = n.repository"
          + " where not exists (select 1 from link l"
          + " where l.repository = n.repository and l.blob = n.digest)"
          + " and not exists (select 1 from manifest c"
          + " where c.repository = n.repository and c.digest = n.digest)"
          + " order by 3, 2, 1 limit ";

  /** Each table as lines in a fixed order, which both sides sort alike. */
  private static final Map<String, String> TABLES =
      Map.of(
          "repository", "select name || ' ' || id as line from repository order by 1",
          "link",
              "select repository || ' ' || rawtohex(blob) || ' ' || wanted as line"
                  + " from link order by 1",
          "manifest",
              "select repository || ' ' || rawtohex(digest) || ' ' || id || ' ' || media_type"
                  + " || ' ' || place || ' ' || length as line from manifest order by 1",
          "referrer",
              "select repository || ' ' || rawtohex(subject) || ' ' || rawtohex(digest) || ' '"
                  + " || manifest || ' ' || coalesce(artifact_type, '-') || ' '"
                  + " || rawtohex(hash('SHA-256', descriptor)) as line from referrer order by 1",
          "tag", "select repository || ' ' || name || ' ' || manifest as line from tag order by 1",
          "need",
              "select repository || ' ' || rawtohex(digest) || ' ' || manifest || ' ' || child"
                  + " as line from need order by 1");

  @Override
  public Report run(Consumer<Digest> linked) {
    Optional<LogFile> log = new FolderCheck(folder).log();
    return log.isEmpty() ? Report.NOTHING : run(log.get(), linked);
  }

  private Report run(LogFile log, Consumer<Digest> linked) {
    Report read = new Report(log.last().seq(), log.isTorn(), Optional.empty(), false, NONE, NONE);
    Path own = temporary();
    try (Handle expected = open(own.resolve(FILE), "")) {
      Migrations.REPOSITORIES.apply(expected);
      if (!Files.exists(folder.path().resolve(FILE + ".mv.db"))) {
        replay(log, expected, null, () -> {});
        return told(read, expected, linked);
      }
      try (Handle rows = ofRows(this::open)) {
        if (H2Leftovers.in(rows) || ofRows(() -> Migrations.REPOSITORIES.isEarlier(rows))) {
          // A kill or an earlier version left them so, and the next start makes them anew.
          replay(log, expected, null, () -> {});
          return told(read, expected, linked);
        }
        return told(compared(read, log, expected, rows), expected, linked);
      } catch (Unreadable e) {
        String why = H2Trouble.phrase(e.why);
        return new Report(read.changes(), read.torn(), Optional.of(why), false, NONE, NONE);
      }
    } catch (JdbiException e) {
      throw Failure.undecided(
          "the log cannot be applied to rows in %s: %s".formatted(own, H2Trouble.phrase(e)),
          "make room there, or name another place: " + ELSEWHERE,
          e);
    } finally {
      delete(own);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("selfsame-fsck");
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot make a temporary folder: " + e.getMessage(),
          "check free space, or name another place: " + ELSEWHERE,
          e);
    }
  }

  private static void delete(Path temporary) {
    try {
      FileTree.delete(temporary);
    } catch (IOException e) {
      return; // What was found stays true.
    }
  }

  /** That the rows which are looked at cannot be read. */
  private static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient JdbiException why;

    Unreadable(JdbiException why) {
      super(why);
      this.why = why;
    }
  }

  /**
   * A read of the rows that are looked at.
   *
   * @throws Unreadable where they are damaged
   * @throws Failure exit 3 where they need not be
   */
  private static <T> T ofRows(Supplier<T> read) {
    try {
      return read.get();
    } catch (JdbiException e) {
      if (H2Trouble.isHeld(e) || H2Trouble.isNoDamage(e)) {
        throw Failure.undecided(
            "the rows cannot be read now: " + H2Trouble.phrase(e),
            "end the server that has the folder open, then run the command again",
            e);
      }
      throw new Unreadable(e);
    }
  }

  /** No server has it open, so that what the log has is what may be read. */
  @Override
  public boolean isLinked(Digest blob) {
    return true;
  }

  @Override
  public Optional<String> rebuild(boolean keeping) {
    Path rows = Path.of(FILE + ".mv.db");
    // First, as it is locked: a server that was started meanwhile has these rows open.
    ChangeLog log = folder.changes(clock);
    Optional<String> kept;
    try {
      kept =
          keeping && Files.exists(folder.path().resolve(rows))
              ? Optional.of(new FolderCheck(folder).quarantine(rows).toString())
              : Optional.empty();
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
    H2Repositories.open(folder.path(), log, progress).close();
    return kept;
  }

  private Handle open() {
    return open(folder.path().resolve(FILE), ";ACCESS_MODE_DATA=r;IFEXISTS=TRUE");
  }

  private static Handle open(Path path, String how) {
    if (path.toString().contains(";")) {
      throw Failure.usage("the folder's path has a semicolon: " + path, "name another folder");
    }
    // A change is more statements than H2 keeps by itself, and would parse all of them again.
    String settings = how + ";TRACE_LEVEL_FILE=0;QUERY_CACHE_SIZE=64";
    return Jdbi.create("jdbc:h2:file:" + path + settings, "sa", "").open();
  }

  private static Report compared(Report read, Changes log, Handle expected, Handle rows) {
    Place applied =
        ofRows(() ->
            rows.createQuery("select seq, chain, place from applied")
                .map((row, _) -> new Place(row.getLong(1), row.getString(2), row.getLong(3)))
                .one());
    List<String> differing = new ArrayList<>();
    AtomicBoolean met = new AtomicBoolean(applied.equals(Place.START));
    Runnable there =
        () -> {
          met.set(true);
          TABLES.forEach((table, sql) -> differ(table, sql, expected, rows, differing));
        };
    if (met.get()) {
      there.run();
    }
    replay(log, expected, applied, there);
    return new Report(read.changes(), read.torn(), Optional.empty(), !met.get(), differing, NONE);
  }

  /** Applies the whole log, and pauses at one place of it. */
  private static void replay(Changes log, Handle expected, @Nullable Place pause, Runnable there) {
    RepositoryRows applying = new RepositoryRows();
    log.read(
        Place.START,
        (place, at, change) -> {
          applying.apply(expected, place, at, change);
          if (place.equals(pause)) {
            there.run();
          }
        });
  }

  private static void differ(
      String table, String sql, Handle expected, Handle rows, List<String> differing) {
    try (ResultIterator<String> wanted = lines(expected, sql);
        ResultIterator<String> found = ofRows(() -> lines(rows, sql))) {
      @Nullable String want = next(wanted);
      @Nullable String find = nextOfRows(found);
      while ((want != null || find != null) && differing.size() < MOST_TOLD) {
        int order = want == null ? 1 : find == null ? -1 : want.compareTo(find);
        if (order != 0) {
          differing.add(
              order < 0
                  ? "%s is not in the rows: %s".formatted(table, want)
                  : "%s is not in the log: %s".formatted(table, find));
        }
        want = order <= 0 ? next(wanted) : want;
        find = order >= 0 ? nextOfRows(found) : find;
      }
    }
  }

  private static ResultIterator<String> lines(Handle handle, String sql) {
    return handle.createQuery(sql).mapTo(String.class).iterator();
  }

  private static @Nullable String next(Iterator<String> lines) {
    return lines.hasNext() ? lines.next() : null;
  }

  private static @Nullable String nextOfRows(Iterator<String> lines) {
    return ofRows(() -> Optional.ofNullable(next(lines))).orElse(null);
  }

  /** What the log leads to: which blobs may be read, and what is needed and is not there. */
  private static Report told(Report found, Handle expected, Consumer<Digest> linked) {
    try (ResultIterator<Digest> blobs =
        expected
            .createQuery("select distinct blob from link")
            .map((row, _) -> DigestBytes.digest(row.getBytes(1)))
            .iterator()) {
      blobs.forEachRemaining(linked);
    }
    List<String> unmet =
        expected
            .createQuery(UNMET + MOST_TOLD)
            .map((row, _) ->
                "%s: manifest %s needs %s"
                    .formatted(
                        row.getString(3),
                        DigestBytes.digest(row.getBytes(2)),
                        DigestBytes.digest(row.getBytes(1))))
            .list();
    return new Report(
        found.changes(), found.torn(), found.unusable(), found.beyond(), found.differing(), unmet);
  }
}
