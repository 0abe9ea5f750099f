package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real browser without a window and without a network.
 *
 * @param folder for its profile and what it prints
 */
record Browser(Path folder) {

  /** How it is started, whatever for. */
  List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Component.CHROMIUM.program().orElseThrow().toString());
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs it to its end; what it printed. */
  String run(String... arguments) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Process process =
        new ProcessBuilder(command(arguments))
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    process.getOutputStream().close();
    assertTrue(end(process), "chromium hangs");
    return Files.readString(out);
  }

  /** Waits for its end; false where it had to be ended, with all that it started. */
  static boolean end(Process process) throws InterruptedException {
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    if (!ended) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return ended;
  }
}
