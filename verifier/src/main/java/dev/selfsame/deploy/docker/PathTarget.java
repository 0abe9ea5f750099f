package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Before;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.Declared;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Machine;
import dev.selfsame.deploy.Plan;
import dev.selfsame.deploy.Probe;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Settings;
import dev.selfsame.deploy.Standing;
import dev.selfsame.deploy.Step;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A program put into a container that is there, which is started again with it. Each file comes
 * beside its place first and is read back; it takes its place as a hard link, so nobody ever sees
 * half of it. What was there stays as {@code PATH.selfsame-old} until the new one is well; in the
 * end nothing but the program, and its configuration, is another.
 */
final class PathTarget implements Target {
  private final Containers containers;
  private final TargetName.InContainer name;
  private final DeployFile file;
  private final Settings settings;
  private final Path folder;
  private final Landmarks landmarks;
  private final Consent consent;
  private final PathPlan plans;
  private final Program program;
  private final InstanceLook look;
  private final Probe probe;
  private final Route route;
  private final KeptFile executable;
  private final Optional<KeptFile> config;
  private final byte[] rendered;

  PathTarget(Containers containers, TargetName.InContainer name, Settings settings, Around around) {
    this.containers = containers;
    this.name = name;
    this.settings = settings;
    this.file = settings.file();
    this.folder = around.folder();
    this.landmarks = around.landmarks();
    this.consent = around.consent();
    this.program = new Program(containers);
    this.look = new InstanceLook(containers, Optional.of(settings.key()));
    this.probe = new Probe(file.health());
    this.route =
        new Route(
            file.health(),
            file.published(),
            containers.daemon().address(),
            new OwnPorts(containers));
    this.executable = KeptFile.program(containers, name.name(), name.path(), landmarks);
    this.config = file.config().map(one -> secret(configPath(one)));
    this.rendered = settings.rendered();
    this.plans = new PathPlan(containers, name, file, around, route);
  }

  /**
   * What else it works with.
   *
   * @param folder the target's own on this machine
   * @param consent to what is refused otherwise
   */
  record Around(Path folder, Landmarks landmarks, Consent consent) {}

  private KeptFile secret(String path) {
    return KeptFile.secret(containers, name.name(), path, settings.key(), landmarks);
  }

  private static String configPath(DeployFile.ConfigFile config) {
    return config
        .path()
        .orElseThrow(() ->
            Failure.usage(
                "nobody says where the configuration is in the container", "add path to [config]"));
  }

  @Override
  public Optional<Standing> now() throws InterruptedException {
    Optional<Seen> found = containers.find(name.name());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Seen seen = found.get();
    Optional<Program.Running> running =
        consent.unseen()
            ? program.runningAt(seen, name.path())
            : program.processAt(seen, name.path());
    Optional<PathNote> note = PathNote.read(folder);
    boolean configured =
        config.isEmpty()
            || config
                .get()
                .now()
                .filter(one -> one.digest().equals(Digest.sha256(rendered)))
                .isPresent();
    // How often it was started again is of its whole life, and says nothing of now.
    boolean well =
        seen.running() && route.to(seen).isPresent() && probe.ask(route.require(seen)).isEmpty();
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
                                ? " runs, but no process of %s is seen from here"
                                    .formatted(name.path())
                                : " does not run")),
            running.map(Program.Running::digest),
            note.isPresent()
                    && configured
                    && program.runsWhatIsThere(seen.id(), name.path(), running)
                ? look.kept(name.name(), note.get())
                : Optional.empty(),
            note.map(PathNote::secrets),
            well));
  }

  @Override
  public Plan plan(Release release) throws InterruptedException {
    return plans.of(release, files());
  }

  private List<KeptFile> files() {
    List<KeptFile> files = new ArrayList<>(List.of(executable));
    config.ifPresent(files::add);
    return files;
  }

  @Override
  public String carryOut(Step.Forward step, Deployment deployment, Before before, Release release)
      throws InterruptedException {
    return switch (step) {
      case Step.Bring _ ->
          executable.bring(release.artifact(), release::copy, this::requireMachine);
      case Step.Configure _ ->
          config.orElseThrow().bring(Digest.sha256(rendered), out -> write(out, rendered));
      case Step.Switch _ -> replace(deployment, before);
      case Step.Start _ -> restart();
      case Step.Prove _ -> prove(release);
      case Step.Health _ -> well();
      case Step.Watch _ ->
          probe.watch(file.keepOld(), route.require(own()), this::ended) + ", " + prove(release);
      case Step.Create _, Step.Check _, Step.Halt _ ->
          throw new IllegalStateException("not planned: " + step);
    };
  }

  /** By the program's own header: the image that it was promoted with says only what it is for. */
  private void requireMachine(Path content) throws IOException, InterruptedException {
    try (InputStream in = Files.newInputStream(content)) {
      String machine = Machine.of(in.readNBytes(Machine.HEADER));
      if (!machine.equals(Machine.UNKNOWN)) {
        plans.requireMachine(machine);
      }
    }
  }

  private static long write(OutputStream out, byte[] content) {
    try {
      out.write(content);
      return content.length;
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot pack the configuration: " + e.getMessage(),
          "check the folder for temporary files and its free space",
          e);
    }
  }

  private Seen own() throws InterruptedException {
    return containers.require(name.name());
  }

  private String prove(Release release) throws InterruptedException {
    return new Proof(
            this::own,
            seen -> program.processAt(seen, name.path()),
            seen -> program.runningAt(seen, name.path()),
            consent,
            file.health().timeout())
        .require(release.artifact());
  }

  /** Since we started it: also where its engine has started it again meanwhile. */
  private Optional<String> ended() throws InterruptedException {
    return own().ended();
  }

  private String replace(Deployment deployment, Before before) throws InterruptedException {
    new PathNote(
            PathNote.SCHEMA,
            deployment.id(),
            deployment.name(),
            Declared.of(file).text(),
            deployment.secrets(),
            config.map(KeptFile::path).orElse(null),
            settings.configMark().orElse(null))
        .begin(folder);
    for (KeptFile each : files()) {
      each.replace(before.note(each.path()).orElseThrow());
    }
    return "%s replaced, the old one kept as %s until it is settled"
        .formatted(executable.path(), executable.kept());
  }

  private String restart() throws InterruptedException {
    containers.restart(name.name(), file.stopGrace());
    return "container %s started again".formatted(name.name());
  }

  private String well() throws InterruptedException {
    return probe.await(route.require(own()), this::ended);
  }

  @Override
  public String goBack(Deployment deployment, Before before) throws InterruptedException {
    boolean changed = false;
    for (KeptFile each : noted(before)) {
      changed |= each.putBack(before.note(each.path()).orElseThrow());
    }
    String stands = runAsBefore(before, changed);
    PathNote.drop(folder);
    return stands + tidy(before);
  }

  private String runAsBefore(Before before, boolean changed) throws InterruptedException {
    boolean begun = before.hasBegun("start");
    if (before.note(PathPlan.RAN).isPresent()) {
      return begun || runsOther(before, changed)
          ? startOld(before.note(PathPlan.WELL).isPresent())
          : "container %s, which runs its old program".formatted(name.name());
    } else if (begun) {
      containers.stop(name.name(), file.stopGrace());
    }
    return "container %s with its old program, stopped as before".formatted(name.name());
  }

  /**
   * Those that were noted: the settings may name another place by now. The program comes first: it
   * is known again without a key.
   */
  private List<KeptFile> noted(Before before) {
    return before.notes().keySet().stream()
        .filter(note -> note.startsWith("/"))
        .sorted(Comparator.comparing((String path) -> !path.equals(executable.path())))
        .map(path -> path.equals(executable.path()) ? executable : secret(path))
        .toList();
  }

  private String tidy(Before before) throws InterruptedException {
    List<String> left = new ArrayList<>();
    for (KeptFile each : noted(before)) {
      left.addAll(each.tidy());
    }
    return left.isEmpty()
        ? ""
        : "; %s would not remove %s: do it by hand"
            .formatted(containers.daemon().name(), String.join(" and ", left));
  }

  /** Somebody else may have started it again meanwhile, such as its engine. */
  private boolean runsOther(Before before, boolean changed) throws InterruptedException {
    Seen seen = own();
    Digest old = Digest.parse(before.note(executable.path()).orElseThrow());
    return !seen.running()
        || program
            .processAt(seen, name.path())
            .map(one -> !one.digest().equals(old))
            .orElse(changed);
  }

  /**
   * @param well whether it was, before it was touched
   */
  private String startOld(boolean well) throws InterruptedException {
    containers.restart(name.name(), file.stopGrace());
    landmarks.passed("back: started again");
    try {
      return "container %s, started again with its old program: %s".formatted(name.name(), well());
    } catch (Failure e) {
      if (!well && own().ended().isEmpty()) {
        return "container %s, started again with its old program, as little well as before: %s"
            .formatted(name.name(), e.getMessage());
      }
      throw Failure.undecided(
          "container %s, started again with its old program, is not well: %s"
              .formatted(name.name(), e.getMessage()),
          "see its last lines: %s logs %s".formatted(containers.daemon().name(), name.name()),
          e);
    }
  }

  @Override
  public String finish(Deployment deployment, Before before) throws InterruptedException {
    PathNote.end(folder, deployment.id());
    landmarks.passed("retire: noted");
    return "container %s%s".formatted(name.name(), tidy(before));
  }

  @Override
  public List<String> lastLines(Deployment deployment) {
    return containers.lastLines(name.name());
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
