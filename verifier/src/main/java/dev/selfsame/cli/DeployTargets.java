package dev.selfsame.cli;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.deploy.docker.DockerTargets;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Finds the adapter of a target, and the folder in which this user keeps where it stands. */
final class DeployTargets {
  private final Surroundings surroundings;

  DeployTargets(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Target open(TargetName to, DeployFile file, Secrets secrets, boolean replace) {
    DockerTargets docker =
        new DockerTargets(surroundings.environment(), Landmarks.UNWATCHED, DockerTargets.USUAL);
    return switch (to) {
      case TargetName.Container container -> docker.container(container, file, secrets, replace);
      case TargetName.InContainer inside -> docker.path(inside, file, secrets);
      case TargetName.Folder _, TargetName.Unit _, TargetName.Manifests _ ->
          throw Failure.usage(
              "this version does not deploy to " + to.text(), "name a container: docker:NAME");
    };
  }

  /** The same for every run of this user against the same engine. */
  Path folder(TargetName to) {
    String engine =
        surroundings.environment().getOrDefault("DOCKER_HOST", "")
            + " "
            + surroundings.environment().getOrDefault("CONTAINER_HOST", "");
    String key =
        switch (to) {
          case TargetName.Container _, TargetName.InContainer _ -> engine + " " + to.text();
          case TargetName.Folder folder -> "dir " + folder.path();
          case TargetName.Unit unit -> "systemd " + unit.unit();
          case TargetName.Manifests manifests -> "kubernetes " + manifests.file();
        };
    return surroundings
        .folders()
        .data()
        .resolve("deploy")
        .resolve(Digest.sha256(key.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32));
  }
}
