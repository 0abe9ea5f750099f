package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Declared;
import dev.selfsame.deploy.DeployFile.Health;
import dev.selfsame.deploy.DeployFile.Published;
import dev.selfsame.deploy.Mark;
import dev.selfsame.deploy.Probe;
import dev.selfsame.deploy.Reach;
import dev.selfsame.deploy.SettingsKey;
import dev.selfsame.outcome.Failure;
import dev.selfsame.status.Finding;
import dev.selfsame.status.Running;
import java.util.List;
import java.util.Optional;

/** Whether what runs in a container is well, and has the settings that it was deployed with. */
final class InstanceLook {
  private final Containers containers;
  private final Optional<SettingsKey> key;

  /**
   * @param key the target's own, where this user has it
   */
  InstanceLook(Containers containers, Optional<SettingsKey> key) {
    this.containers = containers;
    this.key = key;
  }

  /** Of a container that a deployment has made, by what it made it say. */
  Running.Instance container(String name) throws InterruptedException {
    Seen seen = containers.require(name);
    Optional<Declared> found = seen.label(Labels.DECLARED).flatMap(Declared::read);
    if (found.isEmpty()) {
      return Running.Instance.unknown(
          "container %s does not say how it was deployed: somebody else made it".formatted(name));
    }
    Declared declared = found.get();
    List<String> others = containers.shape(name).differences(declared, containers.imageOf(seen));
    Finding settings =
        others.isEmpty()
            ? content(
                name,
                seen.label(Labels.CONFIG_PATH),
                seen.label(Labels.CONFIG).flatMap(Labels::mark))
            : new Finding.Differs(String.join("; ", others));
    return new Running.Instance(
        health(seen, declared, declared.published()), settings, declared.fingerprint());
  }

  /** Of a program that was put into somebody else's container, by what was noted of it. */
  Running.Instance program(String name, Optional<PathNote> note) throws InterruptedException {
    Optional<Declared> found = note.flatMap(one -> Declared.read(one.declared()));
    if (found.isEmpty()) {
      return Running.Instance.unknown(
          "nothing was noted here of a deployment into container %s".formatted(name));
    }
    Seen seen = containers.require(name);
    return new Running.Instance(
        health(seen, found.get(), List.of()),
        content(name, note.map(PathNote::configPath), note.map(PathNote::config)),
        found.get().fingerprint());
  }

  /** Whether the configuration is as it was written: its own bytes, and no word about them. */
  private Finding content(String name, Optional<String> path, Optional<Mark> mark)
      throws InterruptedException {
    if (path.isEmpty() || mark.isEmpty()) {
      return new Finding.Holds("as it was deployed");
    } else if (key.isEmpty()) {
      return new Finding.CouldNotTell(
          "whether %s is as it was written is told by the key of whoever deployed it alone"
              .formatted(path.get()));
    }
    Optional<Program.Found> there = new Program(containers).at(name, path.get());
    if (there.isEmpty()) {
      return new Finding.Differs(path.get() + " is gone");
    }
    return key.get().of(there.get().digest()).equals(mark.get())
        ? new Finding.Holds("as it was deployed")
        : new Finding.Differs(path.get() + " was changed");
  }

  private Finding health(Seen seen, Declared declared, List<Published> published)
      throws InterruptedException {
    Optional<Health> asked = declared.toAsk();
    if (asked.isEmpty()) {
      return new Finding.NoEvidence("no address was declared that says whether it is well");
    }
    try {
      Route route = new Route(asked.get(), published, containers.daemon().address());
      Optional<Reach> reach = route.to(seen);
      if (reach.isEmpty()) {
        return new Finding.CouldNotTell("the container has no address just now");
      }
      return new Probe(asked.get())
          .ask(reach.get())
          .<Finding>map(Finding.Differs::new)
          .orElseGet(() -> new Finding.Holds("it answers by " + reach.get().described()));
    } catch (Failure e) {
      return new Finding.CouldNotTell(String.valueOf(e.getMessage()));
    }
  }
}
