package dev.selfsame.cli;

import dev.selfsame.docker.DockerFiles;
import dev.selfsame.where.Finder;
import java.nio.file.Path;
import java.time.Duration;

/** Wires what finds files that are no plain ones. */
final class Places {
  private Places() {}

  /**
   * @param patience how long an engine may be silent
   */
  static Finder finder(Surroundings surroundings, Duration patience) {
    return new Finder(
        new DockerFiles(surroundings.environment(), patience),
        Path.of("/proc"),
        () -> System.in,
        surroundings.folders().cache(),
        surroundings.environment(),
        surroundings.console().progress());
  }
}
