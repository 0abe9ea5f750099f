package dev.selfsame.cli;

import dev.selfsame.docker.DockerFiles;
import dev.selfsame.store.remote.Endpoint;
import dev.selfsame.store.remote.KnownCredentials;
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
        registry ->
            new KnownCredentials(surroundings.environment(), null)
                .loggedInAt(Endpoint.parse(registry.toString())),
        surroundings.console().progress());
  }
}
