package dev.selfsame.store.jdbi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeLog;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.file.RegistryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows whose database ends by itself, as H2's does where it has no room to write. */
@Timeout(120)
final class LoggedRowsTest {
  private static final RepositoryName APP = new RepositoryName("staging/app");
  private static final Digest BLOB = Digest.sha256(new byte[1]);

  @TempDir private Path folder;
  private Path file;
  private ChangeLog log;
  private LoggedRows rows;

  @BeforeEach
  void open() {
    RegistryFolder registry = RegistryFolder.create(folder.resolve("registry"));
    file = H2Database.file(registry.path());
    log = registry.changes(Clock.systemUTC());
    rows = LoggedRows.open(registry.path(), log, new ManifestCache(), Progress.SILENT);
    rows.write(_ -> List.of(new Change.Link(APP, BLOB)));
  }

  @AfterEach
  void close() {
    rows.close();
  }

  private static boolean isLinked(Handle handle) {
    return RepositoryQueries.isLinked(handle, APP, BLOB);
  }

  /** The same, once H2 has ended so often while it was asked. */
  private static <T> Function<Handle, T> after(int ends, Function<Handle, T> work) {
    AtomicInteger left = new AtomicInteger(ends);
    return handle -> {
      if (left.getAndDecrement() > 0) {
        end(handle);
      }
      return work.apply(handle);
    };
  }

  private static void end(Handle handle) {
    try {
      handle.execute("shutdown immediately");
    } catch (JdbiException expected) {
      // H2 answers to nobody any more.
    }
  }

  @Test
  void reading_goes_on_where_the_database_ends_again_as_soon_as_it_was_opened() {
    for (int ends = 1; ends <= 3; ends++) {
      assertTrue(rows.read(after(ends, LoggedRowsTest::isLinked)));
    }
  }

  @Test
  void who_writes_decides_again_where_the_database_has_ended() {
    rows.write(
        after(2, handle -> isLinked(handle) ? List.of(new Change.Unlink(APP, BLOB)) : List.of()));
    assertFalse(rows.read(LoggedRowsTest::isLinked));
  }

  @Test
  void a_database_that_ends_each_time_is_told_and_the_next_who_asks_is_answered() {
    Function<Handle, Boolean> never = after(Integer.MAX_VALUE, LoggedRowsTest::isLinked);
    Failure read = assertThrows(Failure.class, () -> rows.read(never));
    assertEquals(ExitCode.UNDECIDED, read.code());
    Function<Handle, List<Change>> decision = after(Integer.MAX_VALUE, _ -> List.of());
    assertThrows(
        Failure.class,
        () ->
            rows.write(handle -> {
              decision.apply(handle);
              return isLinked(handle) ? List.of(new Change.Unlink(APP, BLOB)) : List.of();
            }));
    assertTrue(rows.read(LoggedRowsTest::isLinked));
  }

  @Test
  void what_is_in_the_log_when_the_database_ends_is_not_decided_again() {
    long before = log.last().seq();
    Function<Handle, List<Change>> decision = after(1, _ -> List.of(new Change.Unlink(APP, BLOB)));
    assertThrows(Failure.class, () -> rows.write(decision));
    assertEquals(before + 1, log.last().seq());
    assertFalse(rows.read(LoggedRowsTest::isLinked));
    rows.write(_ -> List.of(new Change.Link(APP, BLOB)));
    assertEquals(before + 2, log.last().seq());
    assertTrue(rows.read(LoggedRowsTest::isLinked));
  }

  @Test
  void many_who_meet_the_end_at_once_are_all_answered() throws Exception {
    try (ExecutorService many = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 5; round++) {
        List<Future<Boolean>> answers = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          Function<Handle, Boolean> work =
              i % 8 == 0 ? after(1, LoggedRowsTest::isLinked) : LoggedRowsTest::isLinked;
          answers.add(many.submit(() -> rows.read(work)));
        }
        for (Future<Boolean> answer : answers) {
          assertTrue(answer.get());
        }
      }
    }
  }

  /** H2 by itself would write after a second, whatever others are in the middle of. */
  @Test
  void the_file_is_written_between_changes_and_not_during_one() throws Exception {
    AtomicReference<byte[]> before = new AtomicReference<>();
    rows.write(handle -> {
      handle.execute("update link set wanted = wanted + 1"); // There is something to write.
      before.set(bytes());
      sleep(2500);
      assertArrayEquals(before.get(), bytes());
      return List.of(new Change.Unlink(APP, BLOB));
    });
    while (Arrays.equals(before.get(), bytes())) {
      sleep(20);
    }
  }

  private byte[] bytes() {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
