package dev.selfsame.cli;

import dev.selfsame.files.UserFolders;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** The program run in a folder that is its user's home too, with what it printed. */
final class Captured {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private final Path folder;

  Captured(Path folder) {
    this.folder = folder.toAbsolutePath();
    environment.put("HOME", this.folder.toString());
    environment.put("PATH", System.getenv().getOrDefault("PATH", ""));
  }

  /** Sets a variable of its environment. */
  Captured with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Runs one command; the exit status. */
  int run(String... args) {
    out.reset();
    err.reset();
    Console console =
        new Console(
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            false,
            false);
    return new Main(
            new Surroundings(
                environment, Clock.systemUTC(), UserFolders.of(environment), folder, console))
        .run(args);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
