package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.docker.Daemon;
import java.time.Duration;
import java.util.Map;

/**
 * Targets in Docker and Podman.
 *
 * @param environment where DOCKER_HOST or CONTAINER_HOST may name the engine
 * @param landmarks told of each place that is passed
 * @param patience how long one answer of an engine may take, beside what it is asked to wait for
 */
public record DockerTargets(
    Map<String, String> environment, Landmarks landmarks, Duration patience) {
  /** How long one answer of an engine usually may take. */
  public static final Duration USUAL = Duration.ofSeconds(60);

  /**
   * A container of the promotion's own image.
   *
   * @param replace whether a container of this name may go that somebody else has made
   * @throws dev.selfsame.outcome.Failure exit 3 where the engine's socket cannot be used
   */
  public Target container(
      TargetName.Container name, DeployFile file, Secrets secrets, boolean replace) {
    return new ContainerTarget(
        connect(name.engine(), file, secrets), name, file, secrets, landmarks, replace);
  }

  /** A program in a container that is there. */
  public Target path(TargetName.InContainer name, DeployFile file, Secrets secrets) {
    return new PathTarget(connect(name.engine(), file, secrets), name, file, secrets, landmarks);
  }

  /** An engine answers a stop only when that is over. */
  private Containers connect(TargetName.Engine engine, DeployFile file, Secrets secrets) {
    Daemon daemon =
        switch (engine) {
          case DOCKER -> Daemon.docker(environment);
          case PODMAN -> Daemon.podman(environment);
        };
    return Containers.connect(daemon, patience.plus(file.stopGrace()), secrets);
  }
}
