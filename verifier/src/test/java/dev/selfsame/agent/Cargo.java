package dev.selfsame.agent;

import dev.selfsame.launcher.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs cargo on the example agent, with its output under the module's target folder. */
final class Cargo {
  private Cargo() {}

  /** The agent's source. */
  static Path project() {
    return base().resolve("examples/agent");
  }

  /** Where cargo puts what it makes; not in the source, so that the tree stays clean. */
  static Path target() {
    return base().resolve("target/agent");
  }

  /**
   * Runs cargo to its end.
   *
   * @throws AssertionError when it does not end with 0, with what it said
   */
  static String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = Stream.concat(Stream.of("cargo"), Stream.of(arguments)).toList();
    // Debug information of 120 crates is half the work and nobody reads it.
    Map<String, String> environment =
        Map.of("CARGO_TARGET_DIR", target().toString(), "CARGO_PROFILE_DEV_DEBUG", "0");
    Shell.Result result = Shell.run(project(), environment, command);
    if (result.status() != 0) {
      throw new AssertionError(
          "%s ends with %d%n%s%n%s"
              .formatted(command, result.status(), result.out(), result.err()));
    }
    return result.out();
  }

  private static Path base() {
    return Path.of(System.getProperty("selfsame.basedir", "")).toAbsolutePath();
  }
}
