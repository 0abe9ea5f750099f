package dev.selfsame.store.jdbi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Change;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.file.RegistryFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows whose database ends by itself, as H2's does where it has no room to write. */
final class LoggedRowsTest {
  private static final RepositoryName APP = new RepositoryName("staging/app");
  private static final Digest BLOB = Digest.sha256(new byte[1]);

  @TempDir private Path folder;
  private LoggedRows rows;

  @BeforeEach
  void open() {
    RegistryFolder registry = RegistryFolder.create(folder.resolve("registry"));
    rows =
        LoggedRows.open(
            registry.path(),
            registry.changes(Clock.systemUTC()),
            new ManifestCache(),
            Progress.SILENT);
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
        assertThrows(JdbiException.class, () -> handle.execute("shutdown immediately"));
      }
      return work.apply(handle);
    };
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
}
