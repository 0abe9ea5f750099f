package dev.selfsame.launcher;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.OwnJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tests start ends with them. */
class ShellTest {
  @TempDir Path folder;

  /** Tests that are broken off: they start a server of sorts, say which, and wait. */
  static final class BrokenOff {
    private BrokenOff() {}

    public static void main(String[] arguments) throws Exception {
      Path folder = Path.of(arguments[0]);
      Process server =
          Shell.start(
              folder,
              Map.of(),
              List.of("sleep", "300"),
              folder.resolve("server.out"),
              folder.resolve("server.err"));
      Files.writeString(folder.resolve("part"), Long.toString(server.pid()));
      Files.move(folder.resolve("part"), folder.resolve("pid"));
      server.waitFor();
    }
  }

  @Test
  void a_server_ends_with_tests_that_are_broken_off() throws Exception {
    Process tests =
        Shell.start(
            folder,
            Map.of(),
            OwnJvm.command(BrokenOff.class, folder.toString()),
            folder.resolve("tests.out"),
            folder.resolve("tests.err"));
    Path pid = folder.resolve("pid");
    for (int i = 0; i < 600 && tests.isAlive() && !Files.exists(pid); i++) {
      Thread.sleep(50);
    }
    assertTrue(Files.exists(pid), () -> "it started nothing; see " + folder);
    Optional<ProcessHandle> server = ProcessHandle.of(Long.parseLong(Files.readString(pid)));
    assertTrue(server.isPresent() && server.get().isAlive());
    tests.destroy();
    assertTrue(tests.waitFor(30, TimeUnit.SECONDS));
    server.get().onExit().get(30, TimeUnit.SECONDS);
    assertFalse(server.get().isAlive());
  }
}
