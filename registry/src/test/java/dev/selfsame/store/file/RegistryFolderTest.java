package dev.selfsame.store.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryFolderTest {
  @TempDir Path folder;

  private static ExitCode code(Runnable work) {
    return assertThrows(Failure.class, work::run).code();
  }

  @Test
  void a_registry_is_made_once_and_then_opened() {
    RegistryFolder made = RegistryFolder.create(folder.resolve("a/b"));
    assertEquals(made, RegistryFolder.create(folder.resolve("a/b")));
    assertEquals(made, RegistryFolder.open(folder.resolve("a/b")));
  }

  @Test
  void every_registry_has_its_own_name() {
    String name = RegistryFolder.create(folder.resolve("a")).name();
    assertTrue(name.matches("r-[0-9a-f]{16}"), name);
    assertEquals(name, RegistryFolder.open(folder.resolve("a")).registry().name());
    assertNotEquals(name, RegistryFolder.create(folder.resolve("b")).name());
  }

  @Test
  void of_many_who_make_a_registry_at_once_one_names_it() throws Exception {
    try (ExecutorService many = Executors.newFixedThreadPool(8)) {
      Callable<RegistryFolder> maker = () -> RegistryFolder.create(folder.resolve("r"));
      Set<RegistryFolder> made = new HashSet<>();
      for (Future<RegistryFolder> one : many.invokeAll(Collections.nCopies(16, maker))) {
        made.add(one.get());
      }
      assertEquals(Set.of(RegistryFolder.open(folder.resolve("r"))), made);
    }
  }

  @Test
  void what_is_no_registry_is_not_read() throws IOException {
    assertEquals(ExitCode.UNDECIDED, code(() -> RegistryFolder.open(folder.resolve("absent"))));
    assertEquals(ExitCode.UNDECIDED, code(() -> RegistryFolder.open(folder)));
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertEquals(ExitCode.UNDECIDED, code(() -> RegistryFolder.open(file)));
    assertEquals(ExitCode.USAGE, code(() -> RegistryFolder.create(file)));
    assertEquals(ExitCode.USAGE, code(() -> RegistryFolder.create(folder)));
    assertEquals("x", Files.readString(file));
  }

  @Test
  void another_format_is_not_read() throws IOException {
    Path registry = RegistryFolder.create(folder.resolve("r")).path();
    Files.writeString(registry.resolve("format"), "selfsame.registry/2 r-1\n");
    assertEquals(ExitCode.UNDECIDED, code(() -> RegistryFolder.open(registry)));
    assertEquals(ExitCode.UNDECIDED, code(() -> RegistryFolder.create(registry)));
  }

  @Test
  void one_writes_at_a_time_and_the_other_is_told() {
    RegistryFolder registry = RegistryFolder.create(folder.resolve("r"));
    try (var _ = registry.write(Duration.ZERO, Progress.SILENT)) {
      Failure failure =
          assertThrows(Failure.class, () -> registry.write(Duration.ofMillis(50), Progress.SILENT));
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertTrue(failure.getMessage().startsWith("another process"), failure.getMessage());
    }
    registry.write(Duration.ZERO, Progress.SILENT).close();
  }

  @Test
  void a_writer_waits_for_another_process_and_goes_on_when_that_is_killed() throws Exception {
    RegistryFolder registry = RegistryFolder.create(folder.resolve("r"));
    Process other = holder(registry);
    try {
      assertEquals('!', other.getInputStream().read());
      assertEquals(
          ExitCode.UNDECIDED, code(() -> registry.write(Duration.ofMillis(50), Progress.SILENT)));
    } finally {
      other.destroyForcibly().waitFor();
    }
    registry.write(Duration.ofSeconds(10), Progress.SILENT).close();
  }

  private static Process holder(RegistryFolder registry, String... patience) throws IOException {
    List<String> command = OwnJvm.command(LockHolder.class, registry.path().toString());
    command.addAll(List.of(patience));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Test
  void a_thread_that_waited_in_vain_does_not_let_other_processes_in() throws Exception {
    RegistryFolder registry = RegistryFolder.create(folder.resolve("r"));
    // The same folder by another name too.
    Path link = Files.createSymbolicLink(folder.resolve("link"), registry.path());
    try (var _ = registry.write(Duration.ofSeconds(10), Progress.SILENT)) {
      for (RegistryFolder again : List.of(registry, RegistryFolder.open(link))) {
        assertEquals(
            ExitCode.UNDECIDED, code(() -> again.write(Duration.ofMillis(50), Progress.SILENT)));
      }
      Process other = holder(registry, "200");
      try {
        assertEquals('-', other.getInputStream().read());
      } finally {
        other.destroyForcibly().waitFor();
      }
    }
    registry.write(Duration.ofSeconds(10), Progress.SILENT).close();
  }
}
