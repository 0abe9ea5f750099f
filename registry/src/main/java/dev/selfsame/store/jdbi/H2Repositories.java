package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.result.RowView;
import org.jspecify.annotations.Nullable;

/** The server's repositories in one H2 file, which one process holds at a time. */
public final class H2Repositories implements Repositories {
  private static final int CONNECTIONS = 32;

  private final JdbcConnectionPool pool;
  private final Jdbi jdbi;

  private H2Repositories(JdbcConnectionPool pool) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
  }

  /**
   * Opens the file in a registry's folder, making it where it is absent.
   *
   * @throws Failure exit 2 where the folder's path cannot be written for H2; exit 3 where another
   *     process holds it, or it is damaged
   */
  public static H2Repositories open(Path folder) {
    String path = folder.resolve("repositories").toString();
    if (path.contains(";")) {
      // H2 has no way to write it: what follows would be a setting.
      throw Failure.usage("the folder's path has a semicolon: " + folder, "name another folder");
    }
    JdbcConnectionPool pool =
        JdbcConnectionPool.create(
            "jdbc:h2:file:" + path + ";DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0;WRITE_DELAY=0",
            "sa",
            "");
    pool.setMaxConnections(CONNECTIONS);
    H2Repositories opened = new H2Repositories(pool);
    try {
      if (opened.<Migrations.Found>read(Migrations.REPOSITORIES::apply)
          == Migrations.Found.FOREIGN) {
        throw Failure.undecided(
            folder.resolve("repositories.mv.db") + " is of another version",
            "use the version of Selfsame that wrote it");
      }
      return opened;
    } catch (RuntimeException e) {
      pool.dispose();
      throw e;
    }
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
    if (linked(repository, blob)) {
      return;
    }
    write(handle -> {
      name(handle, repository);
      insert(
          handle,
          "merge into link key (repository, blob) values (?, ?)",
          repository.value(),
          blob.toString());
    });
  }

  @Override
  public boolean linked(RepositoryName repository, Digest blob) {
    return read(handle ->
        has(handle, "select 1 from link where repository = ? and blob = ?", repository, blob));
  }

  @Override
  public boolean unlink(RepositoryName repository, Digest blob) {
    return changed(handle ->
        handle.execute(
            "delete from link where repository = ? and blob = ?",
            repository.value(),
            blob.toString()));
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
  public void put(RepositoryName repository, StoredManifest manifest, List<TagName> tags) {
    write(handle -> {
      name(handle, repository);
      handle.execute(
          "merge into manifest key (repository, digest) values (?, ?, ?, ?, ?, ?, ?)",
          repository.value(),
          manifest.digest().toString(),
          manifest.mediaType(),
          manifest.subject() == null ? null : manifest.subject().toString(),
          manifest.artifactType(),
          manifest.descriptor(),
          manifest.bytes());
      for (TagName tag : tags) {
        insert(
            handle,
            "merge into tag key (repository, name) values (?, ?, ?)",
            repository.value(),
            tag.value(),
            manifest.digest().toString());
      }
    });
  }

  @Override
  public Optional<StoredManifest> manifest(RepositoryName repository, Digest digest) {
    return read(handle ->
        handle
            .createQuery("select * from manifest where repository = ? and digest = ?")
            .bind(0, repository.value())
            .bind(1, digest.toString())
            .reduceRows(Optional.<StoredManifest>empty(), (_, row) -> Optional.of(manifest(row))));
  }

  @Override
  public Optional<StoredManifest> manifest(RepositoryName repository, TagName tag) {
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
    return changed(handle -> {
      handle.execute(
          "delete from tag where repository = ? and manifest = ?",
          repository.value(),
          manifest.toString());
      return handle.execute(
          "delete from manifest where repository = ? and digest = ?",
          repository.value(),
          manifest.toString());
    });
  }

  @Override
  public boolean delete(RepositoryName repository, TagName tag) {
    return changed(handle ->
        handle.execute(
            "delete from tag where repository = ? and name = ?", repository.value(), tag.value()));
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
  public List<Referrer> referrers(
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
              .bind("n", n);
      if (artifactType != null) {
        query.bind("type", artifactType);
      }
      return query
          .map((rows, _) ->
              new Referrer(Digest.parse(rows.getString("digest")), rows.getString("descriptor")))
          .list();
    });
  }

  @Override
  public void close() {
    try (Handle handle = jdbi.open()) {
      handle.execute("shutdown");
    } catch (JdbiException e) {
      // What was acknowledged is on the disk; the file is only less tidy.
    } finally {
      pool.dispose();
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

  private static void name(Handle handle, RepositoryName repository) {
    insert(handle, "merge into repository key (name) values (?)", repository.value());
  }

  private static void insert(Handle handle, String sql, String... values) {
    handle.execute(sql, (Object[]) values);
  }

  private static boolean has(Handle handle, String sql, Object... values) {
    var query = handle.createQuery(sql);
    for (int i = 0; i < values.length; i++) {
      query.bind(i, values[i].toString());
    }
    return query.mapTo(Integer.class).findFirst().isPresent();
  }

  private <T> T read(Function<Handle, T> work) {
    try {
      return jdbi.withHandle(work::apply);
    } catch (JdbiException e) {
      throw trouble(e);
    }
  }

  private boolean changed(Function<Handle, Integer> work) {
    try (Handle handle = jdbi.open()) {
      boolean changed = handle.<Integer, RuntimeException>inTransaction(work::apply) > 0;
      if (changed) {
        sync(handle);
      }
      return changed;
    } catch (JdbiException e) {
      throw trouble(e);
    }
  }

  private void write(Consumer<Handle> work) {
    try (Handle handle = jdbi.open()) {
      handle.<RuntimeException>useTransaction(work::accept);
      sync(handle);
    } catch (JdbiException e) {
      throw trouble(e);
    }
  }

  /** A commit alone leaves its rows in the page cache: they would not survive a power failure. */
  private static void sync(Handle handle) {
    handle.execute("checkpoint sync");
  }

  private static Failure trouble(JdbiException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql
          && sql.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1) {
        return Failure.undecided(
            "another process has the registry's repositories open",
            "end the other server, or name another folder with --data",
            e);
      }
    }
    return Failure.undecided(
        "the registry's repositories cannot be used: "
            + String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given"),
        "check free space and permissions of the registry's folder",
        e);
  }
}
