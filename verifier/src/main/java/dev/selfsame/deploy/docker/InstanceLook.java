package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Declared;
import dev.selfsame.deploy.DeployFile.Health;
import dev.selfsame.deploy.DeployFile.Published;
import dev.selfsame.deploy.Mark;
import dev.selfsame.deploy.Probe;
import dev.selfsame.deploy.Reach;
import dev.selfsame.deploy.SettingsKey;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.status.Finding;
import dev.selfsame.status.Running;
import dev.selfsame.store.ArtifactName;
import java.util.List;
import java.util.Optional;

/** Whether what runs in a container is well, and has the settings that it was deployed with. */
final class InstanceLook {
  private final Containers containers;
  private final Images images;
  private final Optional<SettingsKey> key;

  /**
   * @param key the target's own, where this user has it
   */
  InstanceLook(Containers containers, Optional<SettingsKey> key) {
    this.containers = containers;
    this.images = new Images(containers.connection());
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
    return new Running.Instance(
        health(seen, declared, declared.published()),
        settings(seen, declared),
        declared.fingerprint());
  }

  /**
   * The fingerprint of the settings that a container was made with and still has; empty where they
   * are others by now, or that cannot be told.
   */
  Optional<Digest> kept(Seen seen) throws InterruptedException {
    Optional<Declared> declared = seen.label(Labels.DECLARED).flatMap(Declared::read);
    return declared.isPresent() && settings(seen, declared.get()) instanceof Finding.Holds
        ? declared.map(Declared::fingerprint)
        : Optional.empty();
  }

  /** As the other, of a program that was put into somebody else's container. */
  Optional<Digest> kept(String name, PathNote note) throws InterruptedException {
    Optional<Declared> declared = Declared.read(note.declared());
    return declared.isPresent() && settings(name, note) instanceof Finding.Holds
        ? declared.map(Declared::fingerprint)
        : Optional.empty();
  }

  private Finding settings(Seen seen, Declared declared) throws InterruptedException {
    Finding made = made(seen);
    return made instanceof Finding.Holds ? asDeclared(seen, declared) : made;
  }

  /** Whether it is of the image that it was made of: a commit, and a copy, keep what it says. */
  private Finding made(Seen seen) throws InterruptedException {
    Optional<String> noted = seen.label(Labels.IMAGE_ID);
    Optional<String> image = noted.isPresent() ? noted : named(seen);
    if (image.isEmpty()) {
      return new Finding.CouldNotTell(
          "an older version deployed it, and the name that it gave its image is gone: deploy it"
              + " --again");
    }
    return seen.image().equals(image.get())
        ? new Finding.Holds("of the image that was deployed")
        : new Finding.Differs("it is made of another image than was deployed");
  }

  /** The id of its image where that was not noted: by the name that a deployment gave it. */
  private Optional<String> named(Seen seen) throws InterruptedException {
    try {
      ArtifactName name = new ArtifactName(seen.label(Labels.NAME).orElse(""));
      Digest manifest = Digest.parse(seen.label(Labels.IMAGE).orElse(""));
      return images.id(PromotedImage.tag(name, manifest));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Somebody else's labels.
    }
  }

  private Finding asDeclared(Seen seen, Declared declared) throws InterruptedException {
    Optional<Shape.Image> image = images.of(seen);
    if (image.isEmpty()) {
      return new Finding.CouldNotTell("its image is gone, which says how it is to be run");
    }
    Shape shape = containers.shape(seen.id());
    List<String> others = shape.differences(declared, image.get());
    if (!others.isEmpty()) {
      return new Finding.Differs(String.join("; ", others));
    }
    Optional<Mark> config = seen.label(Labels.CONFIG).flatMap(Labels::mark);
    if (declared.config() != null && config.isEmpty()) {
      return new Finding.CouldNotTell("it does not say what its configuration was");
    }
    Finding variables = variables(seen, declared, shape);
    return variables instanceof Finding.Holds
        ? content(seen.name(), seen.label(Labels.CONFIG_PATH), config)
        : variables;
  }

  /** Whether those that are secrets have the values that they were given. */
  private Finding variables(Seen seen, Declared declared, Shape shape) {
    List<String> names = declared.toEnvironment();
    Optional<Mark> mark = seen.label(Labels.VARIABLES).flatMap(Labels::mark);
    if (names.isEmpty()) {
      return new Finding.Holds("as it was deployed");
    } else if (mark.isEmpty() || key.isEmpty()) {
      return new Finding.CouldNotTell(
          mark.isEmpty()
              ? "an older version deployed it, and noted nothing of its variables"
              : "whether its variables are as they were is told by the key of whoever deployed it"
                  + " alone");
    }
    return key.get()
            .of(names, name -> shape.environment().getOrDefault(name, ""))
            .equals(mark.get())
        ? new Finding.Holds("as it was deployed")
        : new Finding.Differs("a variable that is a secret is another");
  }

  private Finding settings(String name, PathNote note) throws InterruptedException {
    return content(
        name, Optional.ofNullable(note.configPath()), Optional.ofNullable(note.config()));
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
        settings(name, note.orElseThrow()),
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
      Route route =
          new Route(
              asked.get(), published, containers.daemon().address(), new OwnPorts(containers));
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
