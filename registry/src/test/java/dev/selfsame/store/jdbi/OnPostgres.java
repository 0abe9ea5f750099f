package dev.selfsame.store.jdbi;

import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A real PostgreSQL for each class, and a database of its own for each test. */
@Needs(Component.POSTGRES_USER)
abstract class OnPostgres {
  static PostgresServer server;

  String database;
  private final List<PostgresStore> opened = new ArrayList<>();

  @BeforeAll
  static void startServer(@TempDir Path folder) throws Exception {
    server = PostgresServer.in(folder.resolve("postgres"));
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void makeDatabase() throws SQLException {
    database = server.newDatabase();
  }

  @AfterEach
  void closeStores() {
    opened.forEach(PostgresStore::close);
  }

  PostgresAddress address() {
    return new PostgresAddress(server.url(database), PostgresServer.USER, PostgresServer.PASSWORD);
  }

  /** One more server's view of the database; closed after the test. */
  PostgresStore opened() {
    PostgresStore store = open(address(), Duration.ZERO, Progress.SILENT);
    opened.add(store);
    return store;
  }

  static PostgresStore open(PostgresAddress address, Duration patience, Progress progress) {
    return PostgresStore.open(address, patience, Clock.systemUTC(), progress);
  }

  /** Runs statements as the owner. */
  void sql(String statement) throws SQLException {
    server.sql(database, "set search_path to selfsame; " + statement);
  }

  /** The first column of the first row. */
  String ask(String query) throws SQLException {
    return server.ask(database, query);
  }
}
