package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Before;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFile.Network;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Plan;
import dev.selfsame.deploy.Probe;
import dev.selfsame.deploy.Reach;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Release.RunImage;
import dev.selfsame.deploy.Settings;
import dev.selfsame.deploy.Standing;
import dev.selfsame.deploy.Step;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container of the promotion's own image. The new one is made beside the old one as {@code
 * NAME.next}, and takes the networks' aliases when it is well; then both answer, until the old one
 * goes and the new one gets its name.
 */
final class ContainerTarget implements Target {
  private final Containers containers;
  private final Inside inside;
  private final Images images;
  private final TargetName.Container name;
  private final DeployFile file;
  private final Settings settings;
  private final Landmarks landmarks;
  private final Consent consent;
  private final ContainerPlan plans;
  private final Program program;
  private final InstanceLook look;
  private final Probe probe;
  private final Route route;

  ContainerTarget(
      Containers containers,
      TargetName.Container name,
      Settings settings,
      Landmarks landmarks,
      Consent consent) {
    this.containers = containers;
    this.inside = new Inside(containers.connection());
    this.images = new Images(containers.connection());
    this.name = name;
    this.settings = settings;
    this.file = settings.file();
    this.landmarks = landmarks;
    this.consent = consent;
    this.plans = new ContainerPlan(containers, name, file, consent);
    this.program = new Program(containers);
    this.look = new InstanceLook(containers, Optional.of(settings.key()));
    this.probe = new Probe(file.health());
    this.route =
        new Route(
            file.health(),
            file.published(),
            containers.daemon().address(),
            new OwnPorts(containers));
  }

  @Override
  public Optional<Standing> now() throws InterruptedException {
    Optional<Seen> found = containers.find(name.name());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Seen seen = found.get();
    Optional<Program.Running> running =
        program.running(seen, seen.program()).filter(one -> one.seen() || consent.unseen());
    Optional<Digest> image = seen.label(Labels.IMAGE).flatMap(ContainerTarget::digest);
    // One that its engine started again runs: that it ended once is for those that watch it.
    boolean well = seen.running() && route.isWell(seen, plans.onMachine());
    return Optional.of(
        new Standing(
            "container %s (%s)%s"
                .formatted(
                    seen.name(),
                    seen.shortId(),
                    running
                        .map(one -> " runs %s, %s".formatted(one.digest(), one.how()))
                        .orElse(
                            seen.running()
                                ? " runs, and its process cannot be seen from here"
                                : " does not run")),
            running.map(Program.Running::digest),
            image,
            image.isPresent()
                    && program.runsWhatIsThere(seen.id(), seen.program(), running)
                    // Else there is something to do, by whoever has begun it.
                    && plans.leftBeside().isEmpty()
                ? look.kept(seen)
                : Optional.empty(), // Of one whose image nobody wrote down nothing is known.
            image.flatMap(_ -> seen.label(Labels.SECRETS)).flatMap(Labels::mark),
            well));
  }

  private static Optional<Digest> digest(String text) {
    try {
      return Optional.of(Digest.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // Somebody else's label.
    }
  }

  @Override
  public Plan plan(Release release) throws InterruptedException {
    route.requireSound();
    return plans.of(release);
  }

  @Override
  public String carryOut(Step.Forward step, Deployment deployment, Before before, Release release)
      throws InterruptedException {
    RunImage image = release.image().orElseThrow();
    return switch (step) {
      case Step.Bring _ -> new PromotedImage(images).provide(release, image);
      case Step.Create _ -> create(deployment, before, image);
      case Step.Configure _ -> configure(own(deployment), image);
      case Step.Check _ -> check(own(deployment), release, image);
      case Step.Halt _ -> halt(before);
      case Step.Start _ -> start(own(deployment));
      case Step.Prove _ -> prove(deployment, release, image);
      case Step.Health _ -> well(own(deployment));
      case Step.Switch _ -> takeOver(own(deployment));
      case Step.Watch _ ->
          probe.watch(file.keepOld(), route.require(own(deployment)), () -> ended(deployment))
              + ", "
              + prove(deployment, release, image);
    };
  }

  /** The container that this deployment has made. */
  private Seen own(Deployment deployment) throws InterruptedException {
    return containers.labelled(Labels.DEPLOYMENT, deployment.id()).stream()
        .findFirst()
        .orElseThrow(() ->
            Failure.undecided("the new container is gone", "see who removed it, and run it again"));
  }

  private Optional<String> ended(Deployment deployment) throws InterruptedException {
    return own(deployment).ended();
  }

  private String create(Deployment deployment, Before before, RunImage image)
      throws InterruptedException {
    List<Network> quiet = plans.joinedFirst();
    Optional<String> configPath = plans.configPath(image);
    NewContainer wanted =
        new NewContainer(
            settings,
            quiet,
            configPath,
            containers.daemon().isPodman(),
            containers.connection().logsInFiles());
    Map<String, String> labels =
        Labels.of(deployment, name.name(), settings, image.config(), configPath);
    String id =
        containers.create(
            ContainerPlan.next(name),
            image.config().toString(),
            command -> wanted.describe(command, labels));
    landmarks.passed("create: made");
    for (Network network : quiet.subList(Math.min(1, quiet.size()), quiet.size())) {
      containers.join(network.name(), id, List.of());
      landmarks.passed("create: joined " + network.name());
    }
    Seen made = containers.require(id);
    if (!made.image().equals(image.config().hex())) {
      throw Failure.no(
          "the new container has the image %s".formatted(made.image()),
          "see who puts other images in its place");
    }
    plans.requireStill(before);
    requireLimits(id);
    return "container %s (%s) of image %s"
        .formatted(made.name(), made.shortId(), image.config().abbreviated());
  }

  /** An engine whose kernel cannot limit something warns its log, and leaves it out. */
  private void requireLimits(String id) throws InterruptedException {
    List<String> others = containers.shape(id).bounds().limits(file.container());
    if (!others.isEmpty()) {
      throw Failure.undecided(
          "%s made the container with other limits: %s"
              .formatted(containers.daemon().name(), String.join("; ", others)),
          "see what its kernel can limit: %s info".formatted(containers.daemon().name()));
    }
  }

  private String configure(Seen own, RunImage image) throws InterruptedException {
    String path = plans.configPath(image).orElseThrow();
    byte[] content = settings.rendered();
    String last = path.substring(path.lastIndexOf('/') + 1);
    inside.put(
        own.id(),
        NewContainer.folder(path),
        OneFile.of(last, content, 0440, 0, image.settings().group()));
    return "%s, mode 0440, group %d".formatted(path, image.settings().group());
  }

  private String check(Seen own, Release release, RunImage image) throws InterruptedException {
    String path = image.settings().entrypoint();
    Digest found =
        program
            .at(own.id(), path)
            .map(Program.Found::digest)
            .orElseThrow(() -> Failure.no("the image has no " + path, "build its image again"));
    if (!found.equals(release.artifact())) {
      throw Failure.no(
          "%s in the new container is %s, not the promoted %s"
              .formatted(path, found, release.artifact()),
          "see who writes into containers, and run it again");
    }
    return "%s read back: %s".formatted(path, found);
  }

  private String halt(Before before) throws InterruptedException {
    String old = before.note(ContainerPlan.OLD).orElseThrow();
    containers.stop(old, file.stopGrace());
    return "stopped, and kept";
  }

  private String start(Seen own) throws InterruptedException {
    containers.start(own.id());
    return "container %s started".formatted(own.shortId());
  }

  private String prove(Deployment deployment, Release release, RunImage image)
      throws InterruptedException {
    String path = image.settings().entrypoint();
    return new Proof(
            () -> own(deployment),
            program::process,
            seen -> program.running(seen, path),
            consent,
            Duration.ZERO)
        .require(release.artifact());
  }

  private String well(Seen own) throws InterruptedException {
    return probe.await(route.require(own), () -> containers.require(own.id()).ended());
  }

  /** The old one may publish other ports than these settings, whose own may be somebody else's. */
  private String wellAgain(Seen old) throws InterruptedException {
    Optional<Reach> own = route.directly(old);
    try {
      if (own.isPresent()) {
        return probe.await(own.get(), () -> containers.require(old.id()).ended());
      }
    } catch (Failure e) {
      if (containers.require(old.id()).ended().isPresent()) {
        throw e;
      } else if (Route.isUntold(e, old, plans.onMachine())) {
        // Nor could that be told before it was stopped; it is not to be stopped again for that.
        return "it runs; " + e.getMessage();
      }
      // An engine without root has addresses that are not reached from here.
    }
    return well(containers.require(old.id()));
  }

  private String takeOver(Seen own) throws InterruptedException {
    List<String> taken = new ArrayList<>();
    for (Network network : plans.joinedLater()) {
      if (own.addresses().containsKey(network.name())) {
        containers.leave(network.name(), own.id());
        landmarks.passed("switch: left " + network.name());
      }
      containers.join(network.name(), own.id(), network.aliases());
      landmarks.passed("switch: joined " + network.name());
      taken.add("%s on network %s".formatted(String.join(", ", network.aliases()), network.name()));
    }
    well(containers.require(own.id()));
    return taken.isEmpty() ? "nothing to take over" : "answers to " + String.join("; ", taken);
  }

  @Override
  public String goBack(Deployment deployment, Before before) throws InterruptedException {
    List<Seen> made = containers.labelled(Labels.DEPLOYMENT, deployment.id());
    for (Seen one : made) {
      // It may be at work already, and is to end what it has begun.
      containers.stop(one.id(), file.stopGrace());
      landmarks.passed("back: stopped");
    }
    Optional<String> id = before.note(ContainerPlan.OLD);
    String stands = id.isEmpty() ? "nothing, as before" : old(id.get(), before);
    // Last, and not where that failed: as long as it is there, whoever else would deploy is told
    // that this has not ended.
    removeAll(made);
    return stands;
  }

  private void removeAll(List<Seen> made) throws InterruptedException {
    for (Seen one : made) {
      containers.remove(one.id(), true);
      landmarks.passed("back: removed");
    }
  }

  private String old(String id, Before before) throws InterruptedException {
    boolean ran = before.note(ContainerPlan.RAN).isPresent();
    Optional<Seen> found = containers.find(id);
    Optional<Seen> other = containers.find(name.name()).filter(seen -> !seen.id().equals(id));
    if (other.isPresent()) {
      // Both would answer to the same names, if the old one came back.
      return somebodyElses(other.get());
    } else if (found.isEmpty() && !ran) {
      return "nothing: somebody removed the old container, which did not run";
    }
    Seen old =
        found.orElseThrow(() ->
            Failure.undecided(
                "nothing runs: somebody removed the old container " + name.name(),
                "start what is to run there by hand"));
    if (!ran || (old.running() && !before.hasBegun("halt"))) {
      return "the old container %s, untouched".formatted(old.name());
    }
    // Told to end already, it may still run for a moment.
    containers.stop(id, file.stopGrace());
    containers.start(id);
    landmarks.passed("back: started");
    try {
      return "the old container %s, started again: %s"
          .formatted(old.name(), wellAgain(containers.require(id)));
    } catch (Failure e) {
      throw Failure.undecided(
          "the old container %s, started again, is not well: %s"
              .formatted(old.name(), e.getMessage()),
          "see its last lines: %s logs %s".formatted(containers.daemon().name(), old.name()),
          e);
    }
  }

  @Override
  public String finish(Deployment deployment, Before before) throws InterruptedException {
    Optional<Seen> old = Optional.empty();
    if (before.note(ContainerPlan.OLD).isPresent()) {
      old = containers.find(before.note(ContainerPlan.OLD).get());
    }
    List<Seen> made = containers.labelled(Labels.DEPLOYMENT, deployment.id());
    if (made.isEmpty()) {
      return lost(old, before.note(ContainerPlan.RAN).isPresent());
    }
    Seen own = made.getFirst();
    if (!containers.daemon().isPodman()) {
      // Not before: one that ends while it is looked at is to stay as it ended.
      containers.keepRunning(own.id());
      landmarks.passed("retire: kept running");
    }
    if (old.isPresent() && old.get().name().equals(name.name())) {
      containers.rename(old.get().id(), ContainerPlan.old(name, deployment));
      landmarks.passed("retire: old renamed");
    }
    if (!own.name().equals(name.name())) {
      containers.rename(own.id(), name.name());
      landmarks.passed("retire: new renamed");
    }
    String left = old.isPresent() ? retire(old.get()) : "";
    return "container %s (%s)%s".formatted(name.name(), own.shortId(), left);
  }

  /** Ends and removes the old one; what is left of it. */
  private String retire(Seen old) throws InterruptedException {
    containers.stop(old.id(), file.stopGrace());
    landmarks.passed("retire: old stopped");
    // What somebody else put into a volume may be all that there is of it.
    boolean ours = old.label(Labels.DEPLOYMENT).isPresent();
    containers.remove(old.id(), ours);
    landmarks.passed("retire: old removed");
    return ours
        ? ""
        : "; volumes of the old one stay: %s volume ls".formatted(containers.daemon().name());
  }

  private static String somebodyElses(Seen other) {
    return "container %s (%s), which somebody else has put there"
        .formatted(other.name(), other.shortId());
  }

  /** Somebody removed the new one while nobody looked; an old one that is left gets its name. */
  private String lost(Optional<Seen> old, boolean ran) throws InterruptedException {
    Optional<Seen> named = containers.find(name.name());
    if (named.isPresent() && !named.map(Seen::id).equals(old.map(Seen::id))) {
      // Both would answer to the same names, if the old one came back.
      String left = old.isPresent() ? retire(old.get()) : "";
      return somebodyElses(named.get()) + left;
    } else if (old.isEmpty()) {
      return "nothing: somebody removed the new container";
    }
    if (named.isEmpty()) {
      containers.rename(old.get().id(), name.name());
    }
    if (ran) {
      containers.start(old.get().id());
    }
    return "the old container %s: somebody removed the new one".formatted(old.get().shortId());
  }

  @Override
  public List<String> lastLines(Deployment deployment) throws InterruptedException {
    List<Seen> made = containers.labelled(Labels.DEPLOYMENT, deployment.id());
    return made.isEmpty() ? List.of() : containers.lastLines(made.getFirst().id());
  }

  @Override
  public String engine() throws InterruptedException {
    return containers.connection().version();
  }

  @Override
  public void close() {
    containers.close();
  }
}
