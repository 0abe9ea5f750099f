package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Before;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFile.Network;
import dev.selfsame.deploy.DeployFile.Published;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Machine;
import dev.selfsame.deploy.Plan;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Release.RunImage;
import dev.selfsame.deploy.Step;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.outcome.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The way from what stands there to a container of a release, and what speaks against it. */
final class ContainerPlan {
  /** Noted before: the old container's id. */
  static final String OLD = "old";

  /** Noted before: that it ran. */
  static final String RAN = "ran";

  private static final String BEFORE = ".before.";

  private final Containers containers;
  private final TargetName.Container name;
  private final DeployFile file;
  private final Consent consent;

  ContainerPlan(
      Containers containers, TargetName.Container name, DeployFile file, Consent consent) {
    this.containers = containers;
    this.name = name;
    this.file = file;
    this.consent = consent;
  }

  /** What the new container is called until it is well. */
  static String next(TargetName.Container name) {
    return name.name() + ".next";
  }

  /** What the old one is called once the new one has its name. */
  static String old(TargetName.Container name, Deployment deployment) {
    return name.name() + BEFORE + deployment.id();
  }

  Plan of(Release release) throws InterruptedException {
    RunImage image = image(release);
    requireMachine(image);
    requireCapabilities(image);
    requireNetworks(image);
    Optional<Seen> old = containers.find(name.name());
    requireFree(old, release);
    old.ifPresent(seen -> seen.requireNotPaused(containers.daemon().name()));
    Map<String, String> notes = new TreeMap<>();
    old.ifPresent(seen -> notes.put(OLD, seen.id()));
    boolean ran = old.isPresent() && old.get().running();
    if (ran) {
      notes.put(RAN, "true");
    }
    List<String> remarks = remarks(ran);
    old.flatMap(seen -> Program.hidden(seen, consent))
        .ifPresent(what ->
            remarks.add(
                what + "; where that is so of the new one too, it goes back: see --unseen"));
    if (old.isPresent() && !ran) {
      remarks.add("container %s is stopped; the new one will be started".formatted(name.name()));
    }
    return new Plan(steps(release, image, old, ran), remarks, new Before(notes));
  }

  private RunImage image(Release release) {
    return release
        .image()
        .orElseThrow(() ->
            Failure.no(
                "promotion %d of %s carries no image".formatted(release.seq(), release.name()),
                "build it with [image], or put the program into a container: docker:NAME:/path"));
  }

  private void requireMachine(RunImage image) throws InterruptedException {
    String here = Machine.named(containers.connection().architecture());
    if (!here.equals(image.architecture())) {
      throw Failure.no(
          "the image is for %s, %s runs on %s"
              .formatted(image.architecture(), containers.daemon().name(), here),
          "deploy it to a machine of its own kind");
    }
  }

  /** Of another user Docker only sets the bounds, within which no-new-privileges gives nothing. */
  private void requireCapabilities(RunImage image) {
    if (!containers.daemon().isPodman()
        && !file.container().capabilities().isEmpty()
        && image.settings().user() != 0) {
      throw Failure.usage(
          "Docker gives capabilities to user 0 alone, and the image's program runs as %d"
              .formatted(image.settings().user()),
          "leave out container.capabilities, build the image with user = 0, or deploy to podman:");
    }
  }

  /** Whether it is to have the machine's own network. */
  boolean onMachine() {
    return file.networks().stream().anyMatch(one -> one.name().equals(Shape.MACHINE));
  }

  private void requireNetworks(RunImage image) throws InterruptedException {
    if (onMachine()) {
      if (file.networks().size() > 1 || !joinedLater().isEmpty() || !file.published().isEmpty()) {
        throw Failure.usage(
            "on network host there are no aliases, published ports or other networks",
            "leave them out, or name other networks");
      }
      OwnPorts.requireTellable(image.settings().user(), image.settings().group());
    }
    for (Network network : file.networks()) {
      if (!containers.hasNetwork(network.name())) {
        throw Failure.usage(
            "there is no network " + network.name(),
            "make it first: %s network create %s"
                .formatted(containers.daemon().name(), network.name()));
      }
    }
  }

  private void requireFree(Optional<Seen> old, Release release) throws InterruptedException {
    if (old.isPresent() && old.get().label(Labels.DEPLOYMENT).isEmpty() && !consent.replace()) {
      throw Failure.usage(
          "container %s was made by somebody else".formatted(name.name()),
          "say --replace to put the release in its place; it is kept until the new one is well");
    }
    consent.requireSame(name.text(), old.flatMap(seen -> seen.label(Labels.NAME)), release);
    Optional<Seen> next = containers.find(next(name));
    if (next.isPresent()) {
      throw Failure.undecided(
          "there is a container %s%s"
              .formatted(
                  next(name),
                  next.get()
                      .label(Labels.DEPLOYMENT)
                      .map(id -> ": deployment %s, from another machine or user".formatted(id))
                      .orElse("")),
          "another deployment is under way, or was broken off: run it again there, or remove the"
              + " container");
    }
    requireNoneBeside();
  }

  /**
   * The old container of a deployment that has not ended, by its name; the new one has taken its
   * place already, and both answer.
   */
  Optional<String> leftBeside() throws InterruptedException {
    Pattern form = Pattern.compile(Pattern.quote(name.name() + BEFORE) + "[0-9a-f]{12}");
    return containers.named(name.name() + BEFORE).stream()
        .filter(one -> form.matcher(one).matches())
        .findFirst();
  }

  private void requireNoneBeside() throws InterruptedException {
    Optional<String> old = leftBeside();
    if (old.isPresent()) {
      throw Failure.undecided(
          "there is a container %s: a deployment from another machine or user has not ended"
              .formatted(old.get()),
          "it is under way, or was broken off: run it again there, or remove that container");
    }
  }

  /**
   * Makes sure that what a plan was made for still stands. While there is a {@link #next}, nobody
   * else begins; before there was, somebody else's deployment may have come and gone.
   *
   * @throws Failure exit 3 where something else stands there
   */
  void requireStill(Before before) throws InterruptedException {
    if (!containers.find(name.name()).map(Seen::id).equals(before.note(OLD))) {
      throw Failure.undecided(
          "somebody else has put another container in the place of " + name.name(),
          "run it again: the plan was made for the one before");
    }
    requireNoneBeside();
  }

  private List<Step> steps(Release release, RunImage image, Optional<Seen> old, boolean ran) {
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step.Bring(
            "fetch image %s and load it into %s"
                .formatted(image.manifest(), containers.daemon().name())));
    steps.add(
        new Step.Create(
            "make container %s%s%s"
                .formatted(next(name), networks(), file.readOnly() ? ", read-only" : "")));
    configPath(image)
        .ifPresent(path ->
            steps.add(
                new Step.Configure(
                    "write %s from %s%s"
                        .formatted(path, file.config().orElseThrow().source(), secrets()))));
    steps.add(
        new Step.Check(
            "read %s back: it has to be %s"
                .formatted(image.settings().entrypoint(), release.artifact())));
    if (ran && onMachine()) {
      steps.add(new Step.Halt("stop the old container, which may listen on the same ports"));
    } else if (ran && !file.published().isEmpty()) {
      steps.add(new Step.Halt("stop the old container, which holds the published ports"));
    }
    steps.add(new Step.Start("start it"));
    steps.add(new Step.Prove("hash what its process runs"));
    steps.add(
        new Step.Health(
            "wait until it is healthy and ready, at most %d s"
                .formatted(file.health().timeout().toSeconds())));
    if (!joinedLater().isEmpty()) {
      steps.add(new Step.Switch("let it answer to " + aliases()));
    }
    steps.add(new Step.Watch("watch it for %d s".formatted(file.keepOld().toSeconds())));
    steps.add(
        new Step.Retire(
            old.map(seen ->
                    "name it %s, stop the old container (%d s to end) and remove it"
                        .formatted(name.name(), file.stopGrace().toSeconds()))
                .orElse("name it " + name.name())));
    return steps;
  }

  private String networks() {
    return file.networks().isEmpty()
        ? ""
        : joinedFirst().stream()
            .map(Network::name)
            .collect(Collectors.joining(", ", " on network ", ""));
  }

  private String secrets() {
    return file.secrets().names().isEmpty()
        ? ""
        : ", with the secrets " + String.join(", ", file.secrets().names());
  }

  private String aliases() {
    return joinedLater().stream()
        .map(one -> "%s on network %s".formatted(String.join(", ", one.aliases()), one.name()))
        .collect(Collectors.joining("; "));
  }

  private List<String> remarks(boolean ran) {
    List<String> remarks = new ArrayList<>();
    if (onMachine()) {
      remarks.add(
          ran
              ? "a gap from the end of the old one until the new one listens on this machine"
              : "it listens on this machine itself");
    } else if (!file.published().isEmpty()) {
      String ports =
          file.published().stream().map(Published::text).collect(Collectors.joining(", "));
      remarks.add(
          ran ? "a gap while the published ports move: " + ports : "publishes the ports " + ports);
    } else if (joinedLater().isEmpty()) {
      remarks.add("no alias and no published port leads to it: only its name, which moves last");
    }
    joinedLater().stream()
        .filter(joinedFirst()::contains)
        .forEach(one ->
            remarks.add(
                "it leaves network %s and joins it again to get its alias: its own connections"
                        .formatted(one.name())
                    + " there break; another network without aliases avoids that"));
    return remarks;
  }

  /** Networks that it is on while nothing leads to it. */
  List<Network> joinedFirst() {
    List<Network> quiet = file.networks().stream().filter(one -> one.aliases().isEmpty()).toList();
    // Without any it could not reach what it works with, and would never be ready.
    return quiet.isEmpty() ? file.networks() : quiet;
  }

  /** Networks whose aliases it takes over. */
  List<Network> joinedLater() {
    return file.networks().stream().filter(one -> !one.aliases().isEmpty()).toList();
  }

  /** Where its configuration is written; empty where it has none. */
  Optional<String> configPath(RunImage image) {
    return file.config()
        .map(config ->
            config
                .path()
                .or(() -> Optional.ofNullable(image.settings().config()))
                .orElseThrow(() ->
                    Failure.usage(
                        "the image does not say where its configuration is",
                        "add path to [config]")));
  }
}
