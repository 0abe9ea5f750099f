package dev.selfsame.deploy.host;

import static dev.selfsame.deploy.host.Trouble.told;

import dev.selfsame.deploy.Before;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Machine;
import dev.selfsame.deploy.Plan;
import dev.selfsame.deploy.Probe;
import dev.selfsame.deploy.Reach;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Sight;
import dev.selfsame.deploy.Standing;
import dev.selfsame.deploy.Step;
import dev.selfsame.deploy.Target;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code dir:PATH}: a folder with a process that Selfsame starts. Old and new cannot have a port at
 * once, so the old one is stopped first; it comes back where the new one does not do.
 */
public final class FolderTarget implements Target {
  private final Place place;
  private final DeployFile settings;
  private final Secrets secrets;
  private final Landmarks landmarks;
  private final Consent consent;
  private final Releases releases;
  private final Processes processes;
  private final Making making;
  private final Probe probe;
  private final FolderReturn back;

  /**
   * @param root of the target, absolute
   * @param setsid the program of util-linux, such as {@code /usr/bin/setsid}
   * @param consent to what is refused otherwise
   */
  public FolderTarget(
      Path root,
      DeployFile settings,
      Secrets secrets,
      Path setsid,
      Landmarks landmarks,
      Consent consent) {
    this.place = new Place(root);
    this.settings = settings;
    this.secrets = secrets;
    this.landmarks = landmarks;
    this.consent = consent;
    this.releases = new Releases(place);
    this.processes = new Processes(place, setsid);
    this.making = new Making(place, settings, secrets);
    this.probe = new Probe(settings.health());
    this.back =
        new FolderReturn(
            place,
            releases,
            processes,
            probe,
            id -> start(id, "back"),
            settings.stopGrace().toMillis(),
            landmarks);
  }

  @Override
  public Optional<Standing> now() throws InterruptedException {
    OwnFolder.require(place);
    return told(
        place,
        () -> {
          Optional<String> id = place.currentId();
          if (id.isEmpty() || !Making.isMade(place.of(id.get()))) {
            return Optional.empty();
          }
          Sight sight = HostLook.folder(place);
          // What was changed by hand is to be deployed again, even where the right bytes still run.
          boolean untouched = sight.runs().isPresent() && sight.changes().isEmpty();
          RunSettings with = RunSettings.read(place.of(id.get()));
          boolean well = untouched && probe.ask(reach("this machine")).isEmpty();
          return Optional.of(
              new Standing(
                  sight.described(),
                  sight.runs(),
                  HostInstance.kept(place, place.of(id.get()), HostInstance.Starter.SELFSAME),
                  Optional.ofNullable(with.secrets()),
                  well));
        });
  }

  @Override
  public Plan plan(Release release) throws InterruptedException {
    OwnFolder.require(place);
    requireMachine(release.architecture());
    return told(
        place,
        () -> {
          Optional<String> current = place.currentId();
          consent.requireSame("dir:" + place.root(), Making.artifact(place, current), release);
          Optional<ProcessMark> old = back.running(current);
          Listening.requireFree(
              Making.ports(settings.health()), old.map(ProcessMark::pid).orElse(0L));
          boolean well = old.isPresent() && probe.ask(reach("this machine")).isEmpty();
          List<String> remarks = new ArrayList<>(making.remarks(release));
          if (current.isPresent() && old.isPresent()) {
            remarks.add(Gap.remark(place.of(current.get()), settings));
          }
          remarks.add("the process runs as the user who deploys, and ends with the machine");
          remarks.add("what it writes stays, without a bound, until the deployment after the next");
          return new Plan(
              steps(release, current, old),
              remarks,
              new Old(current, old.isPresent(), well).noted());
        });
  }

  static void requireMachine(String architecture) {
    String here = Machine.named(System.getProperty("os.arch"));
    if (!architecture.equals(here)) {
      throw Failure.no(
          "the release is for %s, and this machine is %s".formatted(architecture, here),
          "promote a build for this machine");
    }
  }

  private List<Step> steps(Release release, Optional<String> current, Optional<ProcessMark> old) {
    String program = Making.program(release);
    Path file = place.release(release.artifact()).resolve(program);
    List<Step> steps = new ArrayList<>();
    steps.add(new Step.Bring("%s, read-only, hashed".formatted(file)));
    steps.add(new Step.Create("a folder of its own in " + place.deployments()));
    steps.add(
        new Step.Configure(
            making
                .configName(release)
                .map(name -> name + " and settings, mode 0600")
                .orElse("settings, mode 0600")));
    steps.add(new Step.Check("the file's SHA-256, read back from the disk"));
    old.ifPresent(mark -> steps.add(new Step.Halt("process %d".formatted(mark.pid()))));
    steps.add(new Step.Start("%s, in a session of its own".formatted(program)));
    steps.add(new Step.Prove("SHA-256 of what the process executes"));
    steps.add(new Step.Health("it answers, and the port is its own"));
    steps.add(new Step.Switch(place.current() + " leads to it"));
    steps.add(new Step.Watch("for %d s".formatted(settings.keepOld().toSeconds())));
    steps.add(
        new Step.Retire(
            current
                .map(id -> "deployment %s stays as the one before".formatted(id))
                .orElse("nothing was there before")));
    return steps;
  }

  @Override
  public String carryOut(Step.Forward step, Deployment deployment, Before before, Release release)
      throws InterruptedException {
    return told(
        place,
        () ->
            switch (step) {
              case Step.Bring _ -> releases.bring(release, Making.program(release), deployment);
              case Step.Create _ -> create(deployment, release);
              case Step.Configure _ ->
                  making
                      .configure(
                          deployment,
                          release,
                          name -> place.of(deployment).resolve(name).toString())
                      .toString();
              case Step.Check _ -> check(release);
              case Step.Halt _ -> halt(deployment, Old.of(before));
              case Step.Start _ -> start(deployment.id(), "start");
              case Step.Prove _ -> prove(deployment);
              case Step.Health _ -> health(deployment);
              case Step.Switch _ -> makeCurrent(deployment);
              case Step.Watch _ -> watch(deployment);
            });
  }

  private String create(Deployment deployment, Release release) throws IOException {
    making.create(deployment, release);
    return place.of(deployment).toString();
  }

  private String check(Release release) throws IOException {
    Path file = releases.require(release.artifact(), Making.program(release));
    requireMachine(Releases.machine(file));
    return "%s is %s".formatted(file, release.artifact());
  }

  private String halt(Deployment deployment, Old old) throws IOException, InterruptedException {
    Optional<ProcessMark> runs = back.running(old.id());
    if (runs.isEmpty()) {
      return "it has ended already";
    }
    Gap.begins(place.of(deployment));
    back.noteHalting(deployment, runs.get());
    landmarks.passed("halt: noted");
    RunSettings run = RunSettings.read(place.of(old.id().orElseThrow()));
    processes.stop(runs.get(), run.graceMillis());
    return "process %d has ended".formatted(runs.get().pid());
  }

  /**
   * Hashed once more, then executed; what the process then executes is hashed by whoever asks.
   *
   * @param way the word of its landmarks
   */
  private String start(String id, String way) throws IOException, InterruptedException {
    RunSettings run = RunSettings.read(place.of(id));
    Path program = releases.require(run.artifact(), run.program());
    landmarks.passed(way + ": hashed");
    ProcessMark mark =
        processes.start(place.of(id), run, program, pid -> landmarks.passed(way + ": spawned"));
    return "process %d".formatted(mark.pid());
  }

  private String prove(Deployment deployment) throws IOException {
    ProcessMark mark = mark(deployment);
    Digest runs = mark.digest().orElseThrow(() -> endedAlready(mark));
    if (!runs.equals(deployment.artifact())) {
      throw Failure.no(
          "process %d executes %s, which is not what was promoted".formatted(mark.pid(), runs),
          "somebody replaced the file while it was started: find out who can write there");
    }
    return "process %d executes %s".formatted(mark.pid(), runs);
  }

  private ProcessMark mark(Deployment deployment) throws IOException {
    return Processes.mark(place.of(deployment))
        .orElseThrow(() -> Failure.undecided("no process was noted", "deploy again"));
  }

  private static Failure endedAlready(ProcessMark mark) {
    return Failure.no("process %d has ended".formatted(mark.pid()), "see its last lines");
  }

  private String health(Deployment deployment) throws IOException, InterruptedException {
    ProcessMark mark = mark(deployment);
    String said = probe.await(reach("process " + mark.pid()), () -> ended(mark));
    Optional<String> gap = Gap.ends(place.of(deployment));
    Listening.requireOwn(Making.ports(settings.health()), mark.pid());
    return said + gap.map(length -> "; " + length).orElse("");
  }

  static Optional<String> ended(ProcessMark mark) {
    try {
      return mark.runs()
          ? Optional.empty()
          : Optional.of("process %d has ended".formatted(mark.pid()));
    } catch (IOException e) {
      return Optional.of("it cannot be seen whether process %d runs".formatted(mark.pid()));
    }
  }

  static Reach reach(String described) {
    return new Reach("127.0.0.1", Map.of(), described);
  }

  private String makeCurrent(Deployment deployment) throws IOException {
    place.makeCurrent(deployment.id());
    return "current leads to " + deployment.id();
  }

  private String watch(Deployment deployment) throws IOException, InterruptedException {
    ProcessMark mark = mark(deployment);
    String said =
        probe.watch(settings.keepOld(), reach("process " + mark.pid()), () -> ended(mark));
    return said + ", " + prove(deployment);
  }

  @Override
  public String goBack(Deployment deployment, Before before) throws InterruptedException {
    return told(place, () -> back.run(deployment, Old.of(before)));
  }

  @Override
  public String finish(Deployment deployment, Before before) throws InterruptedException {
    return told(
        place,
        () -> {
          place.makeCurrent(deployment.id());
          Files.deleteIfExists(place.of(deployment).resolve(FolderReturn.HALTING));
          landmarks.passed("retire: note removed");
          for (String id : place.ids()) {
            if (!id.equals(deployment.id()) && !Old.of(before).is(id)) {
              FileTree.delete(place.of(id));
            }
          }
          landmarks.passed("retire: older removed");
          releases.prune();
          return HostLook.folder(place).described();
        });
  }

  @Override
  public List<String> lastLines(Deployment deployment) {
    return LogTail.of(Processes.log(place.of(deployment))).stream().map(secrets::mask).toList();
  }
}
