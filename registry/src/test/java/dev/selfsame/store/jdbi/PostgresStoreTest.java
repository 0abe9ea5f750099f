package dev.selfsame.store.jdbi;

import static dev.selfsame.store.RepositoriesContract.APP;
import static dev.selfsame.store.RepositoriesContract.blob;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.Notes;
import dev.selfsame.scenes.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a database that is not there, not ours, or not to be relied on. */
final class PostgresStoreTest extends OnPostgres {

  private static Failure refused(PostgresAddress address, String... words) {
    return refused(ExitCode.UNDECIDED, address, words);
  }

  private static Failure refused(ExitCode code, PostgresAddress address, String... words) {
    Failure failure =
        assertThrows(Failure.class, () -> open(address, Duration.ZERO, Progress.SILENT).close());
    assertEquals(code, failure.code(), failure.toString());
    for (String word : words) {
      assertTrue(failure.getMessage().contains(word), failure.getMessage());
    }
    assertEquals(1, failure.getMessage().lines().count());
    assertFalse(failure.getMessage().contains(PostgresServer.PASSWORD), failure.getMessage());
    return failure;
  }

  private PostgresAddress as(String user, String password) {
    return new PostgresAddress(server.url(database), user, password);
  }

  @Test
  void a_server_that_is_not_there_is_no_answer() throws Exception {
    server.kill();
    try {
      refused(address(), "127.0.0.1:" + server.port(), "cannot be reached");
    } finally {
      server.start();
    }
  }

  @Test
  void a_server_that_comes_up_is_waited_for() throws Exception {
    server.kill();
    Notes notes = new Notes();
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      Future<PostgresStore> opening =
          one.submit(() -> open(address(), Duration.ofSeconds(60), notes));
      Thread.sleep(600);
      assertFalse(opening.isDone());
      server.start();
      try (PostgresStore store = opening.get()) {
        store.repositories().link(APP, blob(1));
      }
    }
    assertEquals(1, notes.lines.size(), notes.lines.toString());
    assertTrue(notes.lines.getFirst().startsWith("waiting for the database: "));
  }

  @Test
  void a_wrong_password_user_or_database_is_said_at_once() {
    refused(as(PostgresServer.USER, "wrong"), "does not let this user in");
    refused(as("nobody", PostgresServer.PASSWORD), "does not let this user in");
    refused(as(PostgresServer.USER, ""), "password");
    refused(
        new PostgresAddress(server.url("absent"), PostgresServer.USER, PostgresServer.PASSWORD),
        "no such database",
        "absent");
  }

  @Test
  void a_user_who_may_make_no_tables_is_told_so() throws SQLException {
    server.sql("postgres", "create role plain%s login password 'plain'".formatted(database));
    refused(as("plain" + database, "plain"), "may not");
  }

  @Test
  void a_schema_of_a_later_version_or_of_other_steps_is_refused() throws SQLException {
    opened();
    sql("insert into migration (number, file, sha256) values (99, 'V99.sql', 'sha256:9')");
    refused(address(), "version 99", "knows up to " + Migrations.POSTGRES.newest());
    sql("delete from migration where number = 99; update migration set sha256 = 'sha256:0'");
    refused(address(), "other steps");
  }

  @Test
  void a_database_of_another_encoding_is_refused() throws SQLException {
    server.sql(
        "postgres",
        "create database ascii encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C' template template0");
    refused(
        new PostgresAddress(server.url("ascii"), PostgresServer.USER, PostgresServer.PASSWORD),
        "SQL_ASCII",
        "UTF8");
  }

  @Test
  void a_server_that_does_not_sync_is_refused() throws SQLException {
    server.sql("postgres", "alter system set fsync = off");
    server.sql("postgres", "select pg_reload_conf()");
    try {
      await("off");
      refused(address(), "fsync is off");
    } finally {
      server.sql("postgres", "alter system reset fsync");
      server.sql("postgres", "select pg_reload_conf()");
      await("on");
    }
    opened();
  }

  private static void await(String fsync) throws SQLException {
    for (int i = 0; i < 1000 && !server.ask("postgres", "show fsync").equals(fsync); i++) {
      Thread.onSpinWait();
    }
  }

  @Test
  void many_that_start_at_once_make_one_schema() throws Exception {
    Callable<String> starter =
        () -> {
          try (PostgresStore store = open(address(), Duration.ZERO, Progress.SILENT)) {
            store.repositories().link(APP, blob(1));
            return store.name();
          }
        };
    Set<String> names = new HashSet<>();
    try (ExecutorService many = Executors.newFixedThreadPool(4)) {
      for (Future<String> one : many.invokeAll(Collections.nCopies(8, starter))) {
        names.add(one.get());
      }
    }
    assertEquals(1, names.size(), names.toString());
    assertEquals("1", ask("select count(*) from selfsame.link"));
    assertEquals("1", ask("select count(*) from selfsame.registry"));
  }

  @Test
  void a_write_without_the_server_is_refused_and_the_next_with_it_is_made() throws Exception {
    PostgresStore store = opened();
    store.repositories().link(APP, blob(1));
    server.kill();
    try {
      Failure failure = assertThrows(Failure.class, () -> store.repositories().link(APP, blob(2)));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertThrows(Failure.class, store::check);
      assertThrows(Failure.class, () -> store.write(Duration.ZERO, Progress.SILENT));
    } finally {
      server.start();
    }
    store.check();
    assertTrue(store.repositories().linked(APP, blob(1)));
    store.repositories().link(APP, blob(2));
    assertTrue(store.repositories().linked(APP, blob(2)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "jdbc:h2:mem:x", "http://127.0.0.1/d", "jdbc:postgresql://h:p/d"})
  void what_is_no_address_is_wrong_usage(String url) {
    Failure failure = assertThrows(Failure.class, () -> PostgresAddress.of(url, "", ""));
    assertEquals(ExitCode.USAGE, failure.code());
  }

  @Test
  void an_address_is_written_as_postgresql_or_as_jdbc_has_it() {
    PostgresAddress plain =
        PostgresAddress.of("postgresql://me:s%40%2F+x@db:5433/d?sslmode=require", "", "");
    assertEquals(
        new PostgresAddress("jdbc:postgresql://db:5433/d?sslmode=require", "me", "s@/+x"), plain);
    assertEquals("db:5433/d", plain.toString());
    assertEquals(
        new PostgresAddress("jdbc:postgresql://db/d", "you", "other"),
        PostgresAddress.of("postgres://me:secret@db/d", "you", "other"));
    PostgresAddress secret = PostgresAddress.of("jdbc:postgresql://db/d?password=secret", "", "");
    assertEquals("db/d", secret.toString());
  }
}
