package dev.selfsame.docker;

import dev.selfsame.outcome.Failure;
import dev.selfsame.where.ContainerFiles;
import dev.selfsame.where.OpenContainer;
import dev.selfsame.where.Where;
import java.time.Duration;
import java.util.Map;

/** Looks into the containers of daemons that speak Docker's API. */
public final class DockerFiles implements ContainerFiles {
  /** How long a daemon may usually be silent. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Map<String, String> environment;
  private final Duration patience;

  /** The daemons that the docker and podman programs would ask. */
  public DockerFiles(Map<String, String> environment) {
    this(environment, PATIENCE);
  }

  /**
   * @param patience how long a daemon may be silent before it counts as one that does not answer
   */
  public DockerFiles(Map<String, String> environment, Duration patience) {
    this.environment = Map.copyOf(environment);
    this.patience = patience;
  }

  @Override
  public OpenContainer open(Where.Container place) {
    Daemon daemon =
        switch (place.engine()) {
          case DOCKER -> Daemon.docker(environment);
          case PODMAN -> Daemon.podman(environment);
        };
    daemon
        .obstacle()
        .ifPresent(obstacle -> {
          throw Failure.undecided(
              "cannot reach %s for %s: %s"
                  .formatted(place.engine().title(), place.text(), obstacle),
              switch (place.engine()) {
                case DOCKER -> "start dockerd, or set DOCKER_HOST";
                case PODMAN -> "systemctl start podman.socket, or set CONTAINER_HOST";
              });
        });
    return DockerContainer.open(daemon, place, patience);
  }
}
