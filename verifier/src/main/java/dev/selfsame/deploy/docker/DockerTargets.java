package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Settings;
import dev.selfsame.deploy.SettingsKey;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.docker.Daemon;
import dev.selfsame.status.Running;
import java.nio.file.Path;
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
   * @param consent to what is refused otherwise
   * @throws dev.selfsame.outcome.Failure exit 3 where the engine's socket cannot be used
   */
  public Target container(TargetName.Container name, Settings settings, Consent consent) {
    return new ContainerTarget(
        connect(name.engine(), settings), name, settings, landmarks, consent);
  }

  /**
   * A program in a container that is there.
   *
   * @param folder the target's own on this machine, where it is noted what was put there
   * @param consent to what is refused otherwise
   */
  public Target path(TargetName.InContainer name, Settings settings, Path folder, Consent consent) {
    return new PathTarget(
        connect(name.engine(), settings),
        name,
        settings,
        new PathTarget.Around(folder, landmarks, consent));
  }

  /** Which engine that is: the same however its address is written. */
  public String place(TargetName.Engine engine) {
    return daemon(engine).place();
  }

  /**
   * Looks whether what was deployed as a container is well, and has its settings.
   *
   * @param folder the target's own on this machine, where its key is
   */
  public Running.Instance look(TargetName.Container name, Path folder) throws InterruptedException {
    try (Containers containers = connect(name.engine(), Secrets.none(), patience)) {
      return new InstanceLook(containers, SettingsKey.find(folder)).container(name.name());
    }
  }

  /** As the other, of a program that was put into somebody else's container. */
  public Running.Instance look(TargetName.InContainer name, Path folder)
      throws InterruptedException {
    try (Containers containers = connect(name.engine(), Secrets.none(), patience)) {
      return new InstanceLook(containers, SettingsKey.find(folder))
          .program(name.name(), PathNote.read(folder));
    }
  }

  /** An engine answers a stop only when that is over. */
  private Containers connect(TargetName.Engine engine, Settings settings) {
    return connect(engine, settings.secrets(), patience.plus(settings.file().stopGrace()));
  }

  private Containers connect(TargetName.Engine engine, Secrets secrets, Duration most) {
    return Containers.connect(daemon(engine), most, secrets);
  }

  private Daemon daemon(TargetName.Engine engine) {
    return switch (engine) {
      case DOCKER -> Daemon.docker(environment);
      case PODMAN -> Daemon.podman(environment);
    };
  }
}
