package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * From an address to a database that can be relied on: it answers, keeps what it has committed, and
 * has this version's schema. Several may start at once; one of them makes the schema.
 */
record PostgresStart(PostgresAddress address, Absent absent, Duration patience, Progress progress) {
  private static final int RETRY_MILLIS = 250;

  /** What is to be done where the database holds no registry. */
  enum Absent {
    /** It becomes one. */
    MAKE,
    /** It is a failure, and the database stays as it is. */
    REFUSE
  }

  /**
   * Waits for the database, and brings its schema up to date.
   *
   * @return the registry's lasting name
   */
  String run() {
    Jdbi jdbi = PostgresSession.jdbi(address.source());
    long deadline = System.nanoTime() + patience.toNanos();
    boolean said = false;
    while (true) {
      Failure why;
      try (Handle handle = jdbi.open()) {
        handle.execute(PostgresSession.SETTINGS);
        requireReliable(handle);
        return handle.inTransaction(this::prepare);
      } catch (JdbiException e) {
        why = PostgresTrouble.of(address, e);
        if (!PostgresTrouble.passes(e)) {
          throw why;
        }
      }
      if (System.nanoTime() - deadline >= 0) {
        throw why;
      }
      if (!said) {
        progress.note("waiting for the database: " + why.getMessage());
        said = true;
      }
      sleep();
    }
  }

  private void requireReliable(Handle handle) {
    String encoding = ask(handle, "show server_encoding");
    if (!"UTF8".equals(encoding)) {
      throw Failure.undecided(
          "the database %s is encoded in %s, not in UTF8".formatted(address, encoding),
          "make another one with createdb --encoding=UTF8 --template=template0");
    }
    requireDurable(address, ask(handle, "show fsync"), ask(handle, "show synchronous_commit"));
  }

  /** A commit is to be on the disk when it has ended. Both are settings of PostgreSQL. */
  static void requireDurable(
      PostgresAddress address, @Nullable String fsync, @Nullable String synchronousCommit) {
    if (!"on".equals(fsync) || synchronousCommit == null || "off".equals(synchronousCommit)) {
      throw Failure.undecided(
          "PostgreSQL at %s would forget what it has acknowledged: fsync is %s, synchronous_commit %s"
              .formatted(address, fsync, synchronousCommit),
          "set both to on, in postgresql.conf or wherever they were turned off");
    }
  }

  private String prepare(Handle handle) {
    // Two that make the same table at once would fail, even with "if not exists".
    handle.execute("select pg_advisory_xact_lock(?, ?)", PostgresLock.CLASS, PostgresLock.SCHEMA);
    if (ask(handle, "select nspname::text from pg_namespace where nspname = current_schema()")
        == null) {
      requireWanted();
      handle.execute("create schema " + PostgresAddress.SCHEMA);
    }
    switch (Migrations.POSTGRES.apply(handle)) {
      case CURRENT, UPGRADED -> {}
      case NEW -> {
        requireWanted();
        handle.execute(
            "insert into registry (name) values (?)",
            "r-%016x".formatted(new SecureRandom().nextLong()));
      }
      case FOREIGN -> throw foreign(handle);
    }
    return handle.createQuery("select name from registry").mapTo(String.class).one();
  }

  private void requireWanted() {
    if (absent == Absent.REFUSE) {
      throw Failure.undecided(
          "no registry in the database " + address, "check database.url; selfsame serve makes one");
    }
  }

  private Failure foreign(Handle handle) {
    int newest = handle.createQuery("select max(number) from migration").mapTo(Integer.class).one();
    return newest > Migrations.POSTGRES.newest()
        ? Failure.undecided(
            "the schema of %s is of version %d, and this Selfsame knows up to %d"
                .formatted(address, newest, Migrations.POSTGRES.newest()),
            "use the version of Selfsame that made it, or a later one")
        : Failure.undecided(
            "the schema of %s was made by other steps than this Selfsame's".formatted(address),
            "use the version of Selfsame that made it, or another database");
  }

  private static @Nullable String ask(Handle handle, String sql) {
    Optional<String> answer = handle.createQuery(sql).mapTo(String.class).findFirst();
    return answer.orElse(null);
  }

  static void sleep() {
    try {
      Thread.sleep(RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("stopped while waiting for the database", "run the command again", e);
    }
  }
}
