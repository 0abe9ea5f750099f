package dev.selfsame.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The agent's binary that the end-to-end suite runs. */
final class PromotedAgent {
  private static final String NAME = "SELFSAME_PROMOTED_AGENT";

  private PromotedAgent() {}

  /**
   * The file that the system property or the variable {@code SELFSAME_PROMOTED_AGENT} names, else a
   * release build of the source.
   */
  static Path binary() throws IOException, InterruptedException {
    Optional<String> named =
        Optional.ofNullable(System.getProperty(NAME, System.getenv(NAME)))
            .filter(name -> !name.isEmpty());
    Path binary = named.isPresent() ? Path.of(named.get()).toAbsolutePath() : built();
    if (!Files.isExecutable(binary)) {
      throw new AssertionError("no program at " + binary);
    }
    return binary;
  }

  private static Path built() throws IOException, InterruptedException {
    Cargo.run("build", "--release", "--locked");
    return Cargo.target().resolve("release/selfsame-agent");
  }
}
