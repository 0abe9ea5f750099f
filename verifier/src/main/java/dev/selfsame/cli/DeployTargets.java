package dev.selfsame.cli;

import dev.selfsame.build.sandbox.HostPrograms;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Settings;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.deploy.docker.DockerTargets;
import dev.selfsame.deploy.host.FolderTarget;
import dev.selfsame.deploy.host.HostState;
import dev.selfsame.deploy.host.Systemctl;
import dev.selfsame.deploy.host.SystemctlProgram;
import dev.selfsame.deploy.host.UnitPlace;
import dev.selfsame.deploy.host.UnitTarget;
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

  /** With nobody who looks on. */
  DockerTargets docker() {
    return new DockerTargets(surroundings.environment(), Landmarks.UNWATCHED, DockerTargets.USUAL);
  }

  Target open(TargetName to, Settings settings, Consent consent) {
    DeployFile file = settings.file();
    Secrets secrets = settings.secrets();
    return switch (to) {
      case TargetName.Container container -> docker().container(container, settings, consent);
      case TargetName.InContainer inside -> docker().path(inside, settings, folder(to), consent);
      case TargetName.Folder folder ->
          new FolderTarget(
              folder.path(),
              file,
              secrets,
              program("setsid", "util-linux"),
              Landmarks.UNWATCHED,
              consent);
      case TargetName.Unit unit ->
          new UnitTarget(
              UnitPlace.usual(unit.unit()),
              file,
              secrets,
              systemctl(),
              Landmarks.UNWATCHED,
              consent);
      case TargetName.Manifests _ ->
          throw new IllegalArgumentException("manifests are written, and not deployed");
    };
  }

  /** systemd, as it is found on PATH. */
  Systemctl systemctl() {
    return new SystemctlProgram(program("systemctl", "systemd"), programs().find("journalctl"));
  }

  private Path program(String name, String bringer) {
    return programs()
        .find(name)
        .orElseThrow(
            () -> Failure.undecided("no %s on PATH".formatted(name), "install " + bringer));
  }

  private HostPrograms programs() {
    return HostPrograms.onPath(surroundings.environment().getOrDefault("PATH", ""));
  }

  /**
   * The same for every run of this user against the same container, however its engine's address is
   * written, and for every run of anybody against the same folder or unit.
   *
   * @throws Failure (usage) where others may write to the folder
   */
  Path folder(TargetName to) {
    return switch (to) {
      case TargetName.Folder folder -> HostState.folder(folder.path());
      case TargetName.Unit unit -> HostState.folder(UnitPlace.usual(unit.unit()).root());
      case TargetName.Container container -> own(container.engine(), container.name());
      case TargetName.InContainer inside ->
          own(inside.engine(), inside.name() + ":" + inside.path());
      case TargetName.Manifests _ ->
          throw new IllegalArgumentException("manifests are written, and nothing is kept of them");
    };
  }

  private Path own(TargetName.Engine engine, String place) {
    String key = docker().place(engine) + " " + place;
    return surroundings
        .folders()
        .data()
        .resolve("deploy")
        .resolve(Digest.sha256(key.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 32));
  }
}
