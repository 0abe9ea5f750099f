package dev.selfsame.agent;

import dev.selfsame.launcher.DemoRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The agent's binary that the end-to-end suite runs: the one that the demo's registry gave out. */
final class PromotedAgent {
  private PromotedAgent() {}

  static Path binary() throws IOException, InterruptedException {
    Path binary = DemoRun.once().folder().resolve("promoted");
    if (!Files.isExecutable(binary)) {
      throw new AssertionError("the demo left no program at " + binary);
    }
    return binary;
  }
}
