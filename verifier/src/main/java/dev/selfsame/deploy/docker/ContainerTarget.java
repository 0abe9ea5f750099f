package dev.selfsame.deploy.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Volume;
import dev.selfsame.deploy.Before;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFile.Network;
import dev.selfsame.deploy.DeployFile.Published;
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
  private final TargetName.Container name;
  private final DeployFile file;
  private final Settings settings;
  private final Landmarks landmarks;
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
    this.name = name;
    this.settings = settings;
    this.file = settings.file();
    this.landmarks = landmarks;
    this.plans = new ContainerPlan(containers, name, file, consent);
    this.program = new Program(containers);
    this.look = new InstanceLook(containers, Optional.of(settings.key()));
    this.probe = new Probe(file.health());
    this.route = new Route(file.health(), file.published(), containers.daemon().address());
  }

  @Override
  public Optional<Standing> now() throws InterruptedException {
    Optional<Seen> found = containers.find(name.name());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Seen seen = found.get();
    Optional<Program.Running> running = program.running(seen, seen.program());
    Optional<Digest> image = seen.label(Labels.IMAGE).flatMap(ContainerTarget::digest);
    boolean well =
        seen.ended().isEmpty()
            && route.to(seen).isPresent()
            && probe.ask(route.require(seen)).isEmpty();
    return Optional.of(
        new Standing(
            "container %s (%s)%s"
                .formatted(
                    seen.name(),
                    seen.shortId(),
                    running
                        .map(one -> " runs %s, %s".formatted(one.digest(), one.how()))
                        .orElse(" does not run")),
            running.map(Program.Running::digest),
            image,
            image.isPresent() && program.runsWhatIsThere(seen.id(), seen.program(), running)
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
      case Step.Bring _ -> new PromotedImage(containers).provide(release, image);
      case Step.Create _ -> create(deployment, image);
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

  private String create(Deployment deployment, RunImage image) throws InterruptedException {
    List<Network> quiet = plans.joinedFirst();
    String id =
        containers.create(
            ContainerPlan.next(name),
            image.config().toString(),
            command -> describe(command, deployment, image, quiet));
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
    return "container %s (%s) of image %s"
        .formatted(made.name(), made.shortId(), image.config().abbreviated());
  }

  private void describe(
      CreateContainerCmd command, Deployment deployment, RunImage image, List<Network> quiet) {
    List<String> environment = new ArrayList<>();
    file.environment().forEach((key, value) -> environment.add(key + "=" + value));
    file.secrets()
        .toEnvironment()
        .forEach(key -> environment.add(key + "=" + settings.secrets().value(key)));
    HostConfig host =
        HostConfig.newHostConfig()
            // Or an engine that adds one everywhere would show that as what runs.
            .withInit(false)
            .withReadonlyRootfs(file.readOnly())
            .withTmpFs(Map.of("/tmp", "rw,noexec,nosuid,nodev,size=64m"))
            .withCapDrop(Capability.ALL)
            .withSecurityOpts(List.of("no-new-privileges"))
            .withRestartPolicy(
                containers.daemon().isPodman()
                    ? RestartPolicy.unlessStoppedRestart()
                    : RestartPolicy.noRestart());
    if (!quiet.isEmpty()) {
      host.withNetworkMode(quiet.getFirst().name());
    }
    publish(command, host);
    if (!file.arguments().isEmpty()) {
      command.withCmd(file.arguments());
    }
    // A container's own files may be read-only; what is written into one has to be a volume then.
    plans.configPath(image).ifPresent(path -> command.withVolumes(new Volume(folder(path))));
    command
        .withLabels(Labels.of(deployment, name.name(), settings, plans.configPath(image)))
        .withEnv(environment)
        .withStopTimeout(Containers.seconds(file.stopGrace()))
        .withHostConfig(host);
  }

  private void publish(CreateContainerCmd command, HostConfig host) {
    List<ExposedPort> exposed = new ArrayList<>();
    Ports ports = new Ports();
    for (Published one : file.published()) {
      ExposedPort port = ExposedPort.tcp(one.port());
      String address = one.address().replace("[", "").replace("]", "");
      exposed.add(port);
      ports.add(
          new PortBinding(
              new Ports.Binding(address.isEmpty() ? null : address, Integer.toString(one.host())),
              port));
    }
    if (!exposed.isEmpty()) {
      command.withExposedPorts(exposed);
      host.withPortBindings(ports);
    }
  }

  private String configure(Seen own, RunImage image) throws InterruptedException {
    String path = plans.configPath(image).orElseThrow();
    byte[] content = settings.rendered();
    String last = path.substring(path.lastIndexOf('/') + 1);
    containers.put(
        own.id(), folder(path), OneFile.of(last, content, 0440, 0, image.settings().group()));
    return "%s, mode 0440, group %d".formatted(path, image.settings().group());
  }

  private static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/'));
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
    return new Proof(() -> own(deployment), seen -> program.running(seen, path), Duration.ZERO)
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
    for (Seen made : containers.labelled(Labels.DEPLOYMENT, deployment.id())) {
      // It may be at work already, and is to end what it has begun.
      containers.stop(made.id(), file.stopGrace());
      landmarks.passed("back: stopped");
      containers.remove(made.id(), true);
      landmarks.passed("back: removed");
    }
    Optional<String> id = before.note(ContainerPlan.OLD);
    if (id.isEmpty()) {
      return "nothing, as before";
    }
    return old(id.get(), before);
  }

  private String old(String id, Before before) throws InterruptedException {
    boolean ran = before.note(ContainerPlan.RAN).isPresent();
    Optional<Seen> found = containers.find(id);
    if (found.isEmpty() && !ran) {
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
    if (old.isPresent()) {
      containers.stop(old.get().id(), file.stopGrace());
      landmarks.passed("retire: old stopped");
      // What somebody else put into a volume may be all that there is of it.
      boolean ours = old.get().label(Labels.DEPLOYMENT).isPresent();
      containers.remove(old.get().id(), ours);
      landmarks.passed("retire: old removed");
      if (!ours) {
        return "container %s (%s); volumes of the old one stay: %s volume ls"
            .formatted(name.name(), own.shortId(), containers.daemon().name());
      }
    }
    return "container %s (%s)".formatted(name.name(), own.shortId());
  }

  /** Somebody removed the new one while nobody looked; an old one that is left gets its name. */
  private String lost(Optional<Seen> old, boolean ran) throws InterruptedException {
    if (old.isEmpty()) {
      return "nothing: somebody removed the new container";
    }
    if (!old.get().name().equals(name.name()) && containers.find(name.name()).isEmpty()) {
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
    return containers.version();
  }

  @Override
  public void close() {
    containers.close();
  }
}
