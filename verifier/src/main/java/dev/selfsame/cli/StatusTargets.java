package dev.selfsame.cli;

import dev.selfsame.deploy.Sight;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.deploy.drift.ContainerLook;
import dev.selfsame.deploy.host.HostInstance;
import dev.selfsame.deploy.host.HostLook;
import dev.selfsame.deploy.host.UnitPlace;
import dev.selfsame.outcome.Failure;
import dev.selfsame.status.Running;
import dev.selfsame.where.Where;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at what runs at targets of this machine. */
final class StatusTargets implements Running {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Surroundings surroundings;

  StatusTargets(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /**
   * Refuses what cannot be looked at, before anything is.
   *
   * @return the targets as deployment records name them
   * @throws Failure (usage) where one is no target, or is named twice
   */
  List<String> requireTargets(List<String> targets) {
    Set<String> seen = new LinkedHashSet<>();
    for (String target : targets) {
      if (!seen.add(TargetName.parse(target, surroundings.workFolder()).recorded())) {
        throw Failure.usage(target + " is named twice", "name it once");
      }
    }
    return List.copyOf(seen);
  }

  @Override
  public Look at(String target, @Nullable String host) throws InterruptedException {
    String here = ThisMachine.name();
    return host == null || host.equals(here)
        ? at(target)
        : new NotLooked("it is on %s, and this is %s".formatted(host, here));
  }

  @Override
  public Look at(String target) throws InterruptedException {
    TargetName name = TargetName.parse(asDeployed(target), surroundings.workFolder());
    if (name instanceof TargetName.Manifests) {
      return new CouldNotTell("what a cluster runs is not seen from here; ask it with kubectl");
    }
    Sight sight = sight(name);
    if (sight.runs().isEmpty()) {
      String changes = sight.changes().isEmpty() ? "" : "; " + String.join("; ", sight.changes());
      return new Nothing(sight.described() + changes);
    }
    return new Runs(
        sight.runs().get(),
        sight.described(),
        sight.since().orElse(null),
        sight.changes(),
        instance(name));
  }

  /** That it is not told how it is does not hide which bytes run. */
  private Instance instance(TargetName name) throws InterruptedException {
    DeployTargets targets = new DeployTargets(surroundings);
    try {
      return switch (name) {
        case TargetName.Folder folder -> HostInstance.folder(folder.path());
        case TargetName.Unit unit -> HostInstance.unit(UnitPlace.usual(unit.unit()));
        case TargetName.Container container ->
            targets.docker().look(container, targets.folder(name));
        case TargetName.InContainer inside -> targets.docker().look(inside, targets.folder(name));
        case TargetName.Manifests manifests ->
            throw new IllegalArgumentException("not looked at: " + manifests.text());
      };
    } catch (Failure e) {
      return Instance.untold(String.valueOf(e.getMessage()));
    }
  }

  /** Records call a folder by its kind. */
  private static String asDeployed(String recorded) {
    return recorded.startsWith("folder:") ? recorded.replaceFirst("folder", "dir") : recorded;
  }

  private Sight sight(TargetName name) throws InterruptedException {
    return switch (name) {
      case TargetName.Folder folder -> HostLook.folder(folder.path());
      case TargetName.Unit unit ->
          HostLook.unit(UnitPlace.usual(unit.unit()), new DeployTargets(surroundings).systemctl());
      case TargetName.Container container -> container(container.text());
      case TargetName.InContainer inside -> container(inside.text());
      case TargetName.Manifests manifests ->
          throw new IllegalArgumentException("not looked at: " + manifests.text());
    };
  }

  private Sight container(String text) throws InterruptedException {
    if (!(Where.parse(text) instanceof Where.Container place)) {
      throw new IllegalArgumentException("no container: " + text);
    }
    return ContainerLook.look(
        Places.finder(surroundings, PATIENCE).containers(), Path.of("/proc"), place);
  }
}
