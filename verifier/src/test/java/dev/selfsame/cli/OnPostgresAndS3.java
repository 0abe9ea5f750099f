package dev.selfsame.cli;

import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.scenes.S3Proxy;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real PostgreSQL and a real S3 server for each class; a database, and a place in the bucket, of
 * its own for each test.
 */
@Needs(Component.POSTGRES_USER)
@Needs(Component.S3PROXY)
abstract class OnPostgresAndS3 {
  static PostgresServer postgres;
  static S3Proxy s3;

  @TempDir Path folder;
  String database;
  String prefix;

  @BeforeAll
  static void startBoth(@TempDir Path folder) throws Exception {
    postgres = PostgresServer.in(folder.resolve("postgres"));
    s3 = S3Proxy.start();
  }

  @AfterAll
  static void stopBoth() throws IOException {
    postgres.close();
    s3.close();
  }

  @BeforeEach
  void makePlaces() throws SQLException {
    database = postgres.newDatabase();
    prefix = database.replace('_', '-') + "/";
    s3.settings(prefix, folder);
  }

  /** The lines of a server's settings that name both. */
  static String places(String database, String prefix) {
    return places(database, prefix, s3.endpoint());
  }

  /** The same, with a way to S3. */
  static String places(String database, String prefix, URI endpoint) {
    return """
    [database]
    url = "%s"
    user = "%s"
    [s3]
    bucket = "%s"
    endpoint = "%s"
    prefix = "%s"
    credentials = "credentials"
    """
        .formatted(postgres.url(database), PostgresServer.USER, S3Proxy.BUCKET, endpoint, prefix);
  }

  void sql(String statement) throws SQLException {
    sql(database, statement);
  }

  static void sql(String of, String statement) throws SQLException {
    postgres.sql(of, "set search_path to selfsame; " + statement);
  }
}
