package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.BlobLocks;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog;
import dev.selfsame.store.Needs;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/**
 * The server's repositories in one H2 file, which one process holds at a time.
 *
 * <p>The rows are a copy of the {@link ChangeLog}, and that is what survives. H2 by itself does not
 * keep its word: measured by killing the server, rows were lost although their commit and a {@code
 * checkpoint sync} after it had ended. Another thread may have begun to store them by then, and H2
 * waits for nobody's but its own. So each row says up to which change the rows go; when the file is
 * opened, what is missing is taken from the log, and where the two do not fit it is made anew.
 */
public final class H2Repositories implements Repositories {
  private static final String FILE = "repositories";
  private static final int CONNECTIONS = 32;
  private static final int MOST_DESCRIPTORS = 4 << 20;
  private static final int FEW_ROWS = 50;

  /** What H2 says once it could not write. */
  private static final Set<Integer> ENDED =
      Set.of(
          ErrorCode.DATABASE_IS_CLOSED,
          ErrorCode.IO_EXCEPTION_1,
          ErrorCode.IO_EXCEPTION_2,
          ErrorCode.GENERAL_ERROR_1,
          ErrorCode.OBJECT_CLOSED);

  private static final String NOT_NEEDED =
      "not exists (select 1 from need n where n.repository = l.repository and n.digest = l.blob)";

  private final String url;
  private final ChangeLog log;
  private volatile Database database;

  /** Whether H2 has ended by itself, and rows are to be opened anew before anybody reads. */
  private volatile boolean ended;

  private final ManifestCache cache = new ManifestCache();

  private final BlobLocks locks = new BlobLocks();

  /** Changes are applied in the order of the log. */
  private final ReentrantLock order = new ReentrantLock();

  private final RepositoryRows rows = new RepositoryRows();

  /**
   * Whether a change may be in the log and not in the rows, since the database failed: the next
   * would be applied over a gap, so the rows catch up first.
   */
  private boolean behind;

  private H2Repositories(String url, ChangeLog log) {
    this.url = url;
    this.database = Database.at(url);
    this.log = log;
  }

  /** The file as it is open now. */
  private record Database(JdbcConnectionPool pool, Jdbi jdbi) {
    static Database at(String url) {
      JdbcConnectionPool pool = JdbcConnectionPool.create(url, "sa", "");
      pool.setMaxConnections(CONNECTIONS);
      return new Database(pool, Jdbi.create(pool));
    }

    /** Writes nothing more. */
    void drop() {
      try (Handle handle = jdbi.open()) {
        handle.execute("shutdown immediately");
      } catch (JdbiException | IllegalStateException gone) {
        // It has ended already, or was dropped before.
      } finally {
        pool.dispose();
      }
    }
  }

  /**
   * Opens the file in a registry's folder, making it where it is absent or damaged.
   *
   * @param log closed together with the result, or where there is none
   * @throws Failure exit 2 where the folder's path cannot be written for H2; exit 3 where another
   *     process holds the file, or the file system refuses
   */
  public static H2Repositories open(Path folder, ChangeLog log, Progress progress) {
    try {
      return connectOrReplace(folder, log, progress);
    } catch (RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private static H2Repositories connectOrReplace(Path folder, ChangeLog log, Progress progress) {
    try {
      return connect(folder, log, progress);
    } catch (JdbiException damaged) {
      if (isHeld(damaged)) {
        throw trouble(damaged);
      }
      progress.note("the rows of repositories are damaged, and made again from the log");
    }
    try {
      Files.deleteIfExists(folder.resolve(FILE + ".mv.db"));
      return connect(folder, log, progress);
    } catch (JdbiException e) {
      throw trouble(e);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot replace %s: %s".formatted(folder.resolve(FILE + ".mv.db"), e.getMessage()),
          "check free space and permissions of the registry's folder",
          e);
    }
  }

  private static H2Repositories connect(Path folder, ChangeLog log, Progress progress) {
    String path = folder.resolve(FILE).toString();
    if (path.contains(";")) {
      // H2 has no way to write it: what follows would be a setting.
      throw Failure.usage("the folder's path has a semicolon: " + folder, "name another folder");
    }
    H2Repositories opened =
        new H2Repositories(
            "jdbc:h2:file:"
                + path
                + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;LAZY_QUERY_EXECUTION=1",
            log);
    try {
      opened.database.jdbi().useHandle(handle -> opened.catchUp(handle, progress));
      return opened;
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
  private void reopen(Database seen) {
    order.lock();
    try {
      if (!ended && !database.equals(seen)) {
        return; // Another has done it.
      }
      ended = true;
      database.drop();
      Database fresh = Database.at(url);
      try {
        fresh.jdbi().useHandle(handle -> catchUp(handle, Progress.SILENT));
      } catch (RuntimeException e) {
        fresh.drop();
        throw e;
      }
      cache.forget();
      database = fresh;
      behind = false;
      ended = false;
    } catch (JdbiException e) {
      throw trouble(e);
    } finally {
      order.unlock();
    }
  }

  private Database current() {
    if (ended) {
      reopen(database);
    }
    return database;
  }

  private static boolean hasEnded(JdbiException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql && ENDED.contains(sql.getErrorCode())) {
        return true;
      }
    }
    return false;
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
            .map((rows, _) ->
                new ChangeLog.Place(rows.getLong(1), rows.getString(2), rows.getLong(3)))
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

  @Override
  public boolean exists(RepositoryName repository) {
    return read(handle -> has(handle, "select 1 from repository where name = ?", repository));
  }

  @Override
  public List<RepositoryName> names(@Nullable String after, int n) {
    return read(handle ->
        handle
            .createQuery("select name from repository where name > ? order by name limit ?")
            .bind(0, after == null ? "" : after)
            .bind(1, n)
            .mapTo(String.class)
            .map(RepositoryName::new)
            .list());
  }

  @Override
  public void link(RepositoryName repository, Digest blob) {
    write(handle ->
        state(handle, repository, blob, Duration.ZERO) == LinkState.SETTLED
            ? List.of()
            : List.of(new Change.Link(repository, blob)));
  }

  @Override
  public boolean linked(RepositoryName repository, Digest blob) {
    return read(handle ->
        has(handle, "select 1 from link where repository = ? and blob = ?", repository, blob));
  }

  @Override
  public boolean want(RepositoryName repository, Digest blob, Duration lately) {
    return switch (read(handle -> state(handle, repository, blob, lately))) {
      case ABSENT -> false;
      case SETTLED -> true;
      case UNNEEDED -> {
        AtomicBoolean there = new AtomicBoolean();
        write(handle -> {
          LinkState now = state(handle, repository, blob, lately);
          there.set(now != LinkState.ABSENT);
          return now == LinkState.UNNEEDED ? List.of(new Change.Link(repository, blob)) : List.of();
        });
        yield there.get();
      }
    };
  }

  /** How a blob stands in a repository. */
  private enum LinkState {
    /** It may not be read. */
    ABSENT,
    /** No manifest needs it, and it was not wanted lately. */
    UNNEEDED,
    /** A manifest needs it, or it was wanted lately. */
    SETTLED
  }

  private LinkState state(Handle handle, RepositoryName repository, Digest blob, Duration lately) {
    return handle
        .createQuery(
            "select l.wanted >= ? or not "
                + NOT_NEEDED
                + " from link l where l.repository = ? and l.blob = ?")
        .bind(0, log.now().minus(lately).toEpochMilli())
        .bind(1, repository.value())
        .bind(2, blob.toString())
        .mapTo(Boolean.class)
        .findFirst()
        .map(settled -> settled ? LinkState.SETTLED : LinkState.UNNEEDED)
        .orElse(LinkState.ABSENT);
  }

  private static boolean isLinked(Handle handle, RepositoryName repository, Digest blob) {
    return has(handle, "select 1 from link where repository = ? and blob = ?", repository, blob);
  }

  @Override
  public boolean unlink(RepositoryName repository, Digest blob) {
    return writeIf(
        handle -> isLinked(handle, repository, blob), new Change.Unlink(repository, blob));
  }

  @Override
  public List<Unneeded> unneeded(
      RepositoryName repository, Instant before, @Nullable Digest after, int n) {
    return read(handle ->
        handle
            .createQuery(
                "select l.blob, l.wanted from link l"
                    + " where l.repository = ? and l.blob > ? and l.wanted < ? and "
                    + NOT_NEEDED
                    + " order by l.blob limit ?")
            .bind(0, repository.value())
            .bind(1, after == null ? "" : after.toString())
            .bind(2, before.toEpochMilli())
            .bind(3, n)
            .map((row, _) ->
                new Unneeded(
                    repository,
                    Digest.parse(row.getString(1)),
                    Instant.ofEpochMilli(row.getLong(2))))
            .list());
  }

  @Override
  public List<Unneeded> unlink(List<Unneeded> links, Instant before) {
    List<Unneeded> gone = new ArrayList<>();
    write(handle -> {
      links.stream().filter(link -> isUnneeded(handle, link, before)).forEach(gone::add);
      return gone.stream()
          .<Change>map(link -> new Change.Unlink(link.repository(), link.blob()))
          .toList();
    });
    return gone;
  }

  private static boolean isUnneeded(Handle handle, Unneeded link, Instant before) {
    return handle
        .createQuery(
            "select 1 from link l where l.repository = ? and l.blob = ? and l.wanted < ? and "
                + NOT_NEEDED)
        .bind(0, link.repository().value())
        .bind(1, link.blob().toString())
        .bind(2, before.toEpochMilli())
        .mapTo(Integer.class)
        .findFirst()
        .isPresent();
  }

  @Override
  public <T> T keeping(Digest blob, Supplier<T> work) {
    return locks.keeping(blob, work);
  }

  @Override
  public <T> T removing(Digest blob, Supplier<T> work) {
    return locks.removing(blob, work);
  }

  @Override
  public Optional<RepositoryName> anyWith(Digest blob) {
    return read(handle ->
        handle
            .createQuery("select repository from link where blob = ? limit 1")
            .bind(0, blob.toString())
            .mapTo(String.class)
            .map(RepositoryName::new)
            .findFirst());
  }

  @Override
  public int links(Digest blob) {
    return read(handle ->
        handle
            .createQuery("select count(*) from link where blob = ?")
            .bind(0, blob.toString())
            .mapTo(Integer.class)
            .one());
  }

  @Override
  public Optional<Digest> put(
      RepositoryName repository, StoredManifest manifest, List<TagName> tags) {
    Needs needs = Needs.of(manifest);
    List<Digest> missing = new ArrayList<>();
    write(handle -> {
      needs.blobs().stream()
          .filter(blob -> !isLinked(handle, repository, blob))
          .forEach(missing::add);
      needs.manifests().stream()
          .filter(child -> !isManifest(handle, repository, child))
          .forEach(missing::add);
      return missing.isEmpty() ? List.of(new Change.Put(repository, manifest, tags)) : List.of();
    });
    return missing.stream().min(Comparator.naturalOrder());
  }

  private static boolean isManifest(Handle handle, RepositoryName repository, Digest digest) {
    return has(
        handle, "select 1 from manifest where repository = ? and digest = ?", repository, digest);
  }

  @Override
  public Optional<StoredManifest> manifest(RepositoryName repository, Digest digest) {
    return cache.get(repository, digest.toString(), () -> load(repository, digest));
  }

  private Optional<StoredManifest> load(RepositoryName repository, Digest digest) {
    return read(handle ->
        handle
            .createQuery("select * from manifest where repository = ? and digest = ?")
            .bind(0, repository.value())
            .bind(1, digest.toString())
            .reduceRows(Optional.<StoredManifest>empty(), (_, row) -> Optional.of(manifest(row))));
  }

  @Override
  public Optional<StoredManifest> manifest(RepositoryName repository, TagName tag) {
    return cache.get(repository, tag.value(), () -> load(repository, tag));
  }

  private Optional<StoredManifest> load(RepositoryName repository, TagName tag) {
    return read(handle ->
        handle
            .createQuery(
                "select m.* from tag t join manifest m"
                    + " on m.repository = t.repository and m.digest = t.manifest"
                    + " where t.repository = ? and t.name = ?")
            .bind(0, repository.value())
            .bind(1, tag.value())
            .reduceRows(Optional.<StoredManifest>empty(), (_, row) -> Optional.of(manifest(row))));
  }

  @Override
  public boolean delete(RepositoryName repository, Digest manifest) {
    return writeIf(
        handle -> isManifest(handle, repository, manifest),
        new Change.DeleteManifest(repository, manifest));
  }

  @Override
  public boolean delete(RepositoryName repository, TagName tag) {
    return writeIf(
        handle ->
            has(handle, "select 1 from tag where repository = ? and name = ?", repository, tag),
        new Change.DeleteTag(repository, tag));
  }

  @Override
  public List<TagName> tags(RepositoryName repository, @Nullable String after, int n) {
    return read(handle ->
        handle
            .createQuery(
                "select name from tag where repository = ? and name > ? order by name limit ?")
            .bind(0, repository.value())
            .bind(1, after == null ? "" : after)
            .bind(2, n)
            .mapTo(String.class)
            .map(TagName::new)
            .list());
  }

  @Override
  public Referrers referrers(
      RepositoryName repository,
      Digest subject,
      @Nullable String artifactType,
      @Nullable Digest after,
      int n) {
    return cache.list(
        new ManifestCache.ListKey(repository, subject, artifactType, after, n),
        () -> readReferrers(repository, subject, artifactType, after, n));
  }

  private Referrers readReferrers(
      RepositoryName repository,
      Digest subject,
      @Nullable String artifactType,
      @Nullable Digest after,
      int n) {
    String ofType = artifactType == null ? "" : " and artifact_type = :type";
    return read(handle -> {
      var query =
          handle
              .createQuery(
                  "select digest, descriptor from manifest"
                      + " where repository = :repository and subject = :subject"
                      + ofType
                      + " and digest > :after order by digest limit :n")
              .bind("repository", repository.value())
              .bind("subject", subject.toString())
              .bind("after", after == null ? "" : after.toString())
              .bind("n", n + 1L)
              .setFetchSize(FEW_ROWS);
      if (artifactType != null) {
        query.bind("type", artifactType);
      }
      try (ResultIterator<Referrer> rows =
          query
              .map((row, _) ->
                  new Referrer(Digest.parse(row.getString("digest")), row.getString("descriptor")))
              .iterator()) {
        return page(rows, n);
      }
    });
  }

  private static Referrers page(ResultIterator<Referrer> rows, int n) {
    List<Referrer> page = new ArrayList<>();
    long length = 0;
    while (rows.hasNext() && page.size() < n && length < MOST_DESCRIPTORS) {
      Referrer next = rows.next();
      page.add(next);
      length += next.descriptor().length();
    }
    return new Referrers(page, rows.hasNext());
  }

  @Override
  public Optional<String> trouble() {
    return log.trouble();
  }

  @Override
  public void close() {
    Database last = database;
    try (Handle handle = last.jdbi().open()) {
      handle.execute("shutdown");
    } catch (JdbiException e) {
      // What was acknowledged is in the log; the file is only less tidy.
    } finally {
      last.pool().dispose();
      log.close();
    }
  }

  private static StoredManifest manifest(RowView row) {
    String subject = row.getColumn("subject", String.class);
    return new StoredManifest(
        Digest.parse(row.getColumn("digest", String.class)),
        row.getColumn("media_type", String.class),
        row.getColumn("bytes", byte[].class),
        subject == null ? null : Digest.parse(subject),
        row.getColumn("artifact_type", String.class),
        row.getColumn("descriptor", String.class));
  }

  private boolean writeIf(Predicate<Handle> there, Change change) {
    AtomicBoolean was = new AtomicBoolean();
    write(handle -> {
      was.set(there.test(handle));
      return was.get() ? List.of(change) : List.of();
    });
    return was.get();
  }

  /**
   * Decides what to change while nobody else writes, and brings it into the log, then into the
   * rows. When this returns, the log is on the disk, also where nothing was to be changed: what
   * somebody is told must not rest on another's write that is not on the disk yet.
   */
  private void write(Function<Handle, List<Change>> decision) {
    List<Change> changes = List.of();
    order.lock();
    try (Handle handle = current().jdbi().open()) {
      if (behind) {
        catchUp(handle, Progress.SILENT);
        // What was read of the rows before they had these changes.
        cache.forget();
        behind = false;
      }
      changes = decision.apply(handle);
      for (Change change : changes) {
        Instant at = log.now();
        ChangeLog.Place place = log.append(change, at);
        behind = true;
        rows.apply(handle, place, at, change);
        behind = false;
      }
    } catch (JdbiException e) {
      ended |= hasEnded(e);
      throw trouble(e);
    } finally {
      order.unlock();
      changes.forEach(change -> cache.wrote(change.repository()));
    }
    log.sync(log.last().seq());
  }

  private static boolean has(Handle handle, String sql, Object... values) {
    var query = handle.createQuery(sql);
    for (int i = 0; i < values.length; i++) {
      query.bind(i, values[i].toString());
    }
    return query.mapTo(Integer.class).findFirst().isPresent();
  }

  private <T> T read(Function<Handle, T> work) {
    Database now = database;
    try {
      if (!ended) {
        return now.jdbi().withHandle(work::apply);
      }
    } catch (JdbiException e) {
      if (!hasEnded(e)) {
        throw trouble(e);
      }
    } catch (IllegalStateException e) {
      // Its pool was given up by whoever opens it anew.
      if (database.equals(now) && !ended) {
        throw e;
      }
    }
    reopen(now);
    try {
      return database.jdbi().withHandle(work::apply);
    } catch (JdbiException e) {
      throw trouble(e);
    }
  }

  private static boolean isHeld(JdbiException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql
          && sql.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
        return true;
      }
    }
    return false;
  }

  private static Failure trouble(JdbiException e) {
    return isHeld(e)
        ? Failure.undecided(
            "another process has the registry's repositories open",
            "end the other server, or name another folder with --data",
            e)
        : Failure.undecided(
            "the registry's repositories cannot be used: "
                + String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"),
            "check free space and permissions of the registry's folder",
            e);
  }
}
