package dev.selfsame.store.jdbi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.UnneededLinksContract;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL keeps the contract, also between two servers. */
@Needs(Component.POSTGRES_USER)
final class PostgresUnneededLinksTest extends UnneededLinksContract {
  private static PostgresServer server;

  private String database;
  private PostgresStore store;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    server = PostgresServer.in(folder.resolve("postgres"));
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  protected Repositories open(Clock clock) {
    try {
      database = server.newDatabase();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    store = another();
    return store.repositories();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private PostgresStore another() {
    return PostgresStore.open(
        new PostgresAddress(server.url(database), PostgresServer.USER, PostgresServer.PASSWORD),
        Duration.ZERO,
        clock,
        Progress.SILENT);
  }

  @Test
  void nobody_keeps_a_blob_on_another_server_while_it_is_removed() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    CountDownLatch removed = new CountDownLatch(1);
    try (PostgresStore other = another()) {
      Thread keeper =
          Thread.ofPlatform()
              .start(() ->
                  repositories.keeping(
                      blob("a"),
                      () -> {
                        inside.countDown();
                        return await(end);
                      }));
      assertTrue(inside.await(20, TimeUnit.SECONDS));
      assertEquals(1, other.repositories().<Integer>keeping(blob("a"), () -> 1));
      assertEquals(2, other.repositories().<Integer>removing(blob("b"), () -> 2));
      Thread remover =
          Thread.ofPlatform()
              .start(() ->
                  other
                      .repositories()
                      .removing(
                          blob("a"),
                          () -> {
                            removed.countDown();
                            return true;
                          }));
      assertFalse(removed.await(300, TimeUnit.MILLISECONDS), "removed under the keeper's hands");
      end.countDown();
      assertTrue(removed.await(20, TimeUnit.SECONDS));
      keeper.join();
      remover.join();
    }
  }

  @Test
  void whoever_loses_the_lock_in_the_middle_says_so_and_the_next_has_it() {
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                repositories.keeping(
                    blob("a"),
                    () -> {
                      endOtherConnections();
                      return true;
                    }));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.toString().contains("lock"), failure.toString());
    assertTrue(repositories.<Boolean>keeping(blob("a"), () -> true));
  }

  private void endOtherConnections() {
    try {
      server.sql(
          "postgres",
          "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
              .formatted(database));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
