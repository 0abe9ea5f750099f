package dev.selfsame.deploy.host;

import static dev.selfsame.deploy.host.Trouble.told;

import dev.selfsame.deploy.Before;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Landmarks;
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
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code systemd:UNIT}: the folder of {@link FolderTarget}, and a unit that executes {@code
 * current/NAME}. systemd starts, stops and watches the process; what it executes is read from /proc
 * all the same.
 */
public final class UnitTarget implements Target {
  private final Systemctl systemctl;
  private final Landmarks landmarks;
  private final UnitPlace unit;
  private final Place place;
  private final DeployFile settings;
  private final Secrets secrets;
  private final Releases releases;
  private final Making making;
  private final Probe probe;

  public UnitTarget(
      UnitPlace unit,
      DeployFile settings,
      Secrets secrets,
      Systemctl systemctl,
      Landmarks landmarks) {
    this.landmarks = landmarks;
    this.systemctl = systemctl;
    this.unit = unit;
    this.place = new Place(unit.root());
    this.settings = settings;
    this.secrets = secrets;
    this.releases = new Releases(place);
    this.making = new Making(place, settings, secrets);
    this.probe = new Probe(settings.health());
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
          Sight sight = HostLook.unit(unit, systemctl);
          boolean untouched = sight.runs().isPresent() && sight.changes().isEmpty();
          Digest with = RunSettings.read(place.of(id.get())).settings();
          boolean well = untouched && probe.ask(reach()).isEmpty();
          return Optional.of(
              new Standing(sight.described(), sight.runs(), Optional.of(with), well));
        });
  }

  @Override
  public Plan plan(Release release) throws InterruptedException {
    OwnFolder.require(place);
    FolderTarget.requireMachine(release.architecture());
    return told(
        place,
        () -> {
          Systemctl.State state = systemctl.state(unit.name());
          unit.requireOwn(state);
          Optional<String> current = place.currentId();
          Listening.requireFree(
              Making.ports(settings.health()), state.runs() ? state.mainPid() : 0);
          boolean well = state.runs() && probe.ask(reach()).isEmpty();
          return new Plan(
              steps(release, current, state),
              making.remarks(release),
              new Old(current, state.runs(), well).noted());
        });
  }

  private List<Step> steps(Release release, Optional<String> current, Systemctl.State state) {
    String program = Making.program(release);
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step.Bring(
            "%s, read-only, hashed".formatted(place.release(release.artifact()).resolve(program))));
    steps.add(new Step.Create("a folder of its own in " + place.deployments()));
    steps.add(new Step.Configure("configuration, settings and " + unit.name()));
    steps.add(new Step.Check("the file's SHA-256, read back from the disk"));
    if (state.runs()) {
      steps.add(new Step.Halt("systemctl stop %s".formatted(unit.name())));
    }
    steps.add(new Step.Switch("%s and %s".formatted(place.current(), unit.file())));
    steps.add(new Step.Start("systemctl start %s".formatted(unit.name())));
    steps.add(new Step.Prove("SHA-256 of what its main process executes"));
    steps.add(new Step.Health("it answers, and the port is its own"));
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
              case Step.Create _ -> {
                making.create(deployment, release);
                yield place.of(deployment).toString();
              }
              case Step.Configure _ -> configure(deployment, release);
              case Step.Check _ -> {
                Path file = releases.require(release.artifact(), Making.program(release));
                FolderTarget.requireMachine(Releases.machine(file));
                yield "%s is %s".formatted(file, release.artifact());
              }
              case Step.Halt _ -> {
                stop(Old.of(before).id());
                yield unit.name() + " is stopped";
              }
              case Step.Switch _ -> {
                makeCurrent(deployment.id());
                yield "current leads to " + deployment.id();
              }
              case Step.Start _ -> start(deployment.id(), Old.of(before).id().isEmpty());
              case Step.Prove _ -> prove(deployment);
              case Step.Health _ -> health();
              case Step.Watch _ ->
                  probe.watch(settings.keepOld(), reach(), this::ended) + ", " + prove(deployment);
            });
  }

  private String configure(Deployment deployment, Release release) throws IOException {
    RunSettings run = making.configure(deployment, release, name -> UnitText.CREDENTIALS + name);
    Path folder = place.of(deployment);
    AtomicFile.writePrivate(
        folder.resolve("environment"),
        UnitText.environment(run.variables()).getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(
        folder.resolve(unit.name()),
        UnitText.of(unit.name(), run, place, making.configName(release), settings.unit()));
    return run.toString();
  }

  /** Whose grace the unit has is unknown on the way back: the longer one is waited for. */
  private void stop(Optional<String> old) throws IOException, InterruptedException {
    Duration grace = settings.stopGrace();
    if (old.isPresent() && Making.isMade(place.of(old.get()))) {
      Duration his = Duration.ofMillis(RunSettings.read(place.of(old.get())).graceMillis());
      grace = his.compareTo(grace) > 0 ? his : grace;
    }
    systemctl.stop(unit.name(), grace);
  }

  /** The link first: whoever finds it changed knows that all after it may be changed too. */
  private void makeCurrent(String id) throws IOException, InterruptedException {
    place.makeCurrent(id);
    landmarks.passed("switch: link");
    AtomicFile.write(unit.file(), Files.readAllBytes(place.of(id).resolve(unit.name())));
    landmarks.passed("switch: unit");
    systemctl.reload();
  }

  private String start(String id, boolean first) throws IOException, InterruptedException {
    RunSettings run = RunSettings.read(place.of(id));
    releases.require(run.artifact(), run.program());
    systemctl.start(unit.name());
    if (first) {
      systemctl.enable(unit.name());
    }
    return "%s is started".formatted(unit.name());
  }

  private String prove(Deployment deployment) throws IOException, InterruptedException {
    Systemctl.State state = systemctl.state(unit.name());
    Optional<ProcessMark> mark = state.runs() ? ProcessMark.of(state.mainPid()) : Optional.empty();
    Optional<Digest> runs = mark.isPresent() ? mark.get().digest() : Optional.empty();
    if (runs.isEmpty()) {
      throw Failure.no(
          "%s does not run: %s, %s".formatted(unit.name(), state.active(), state.result()),
          "see its last lines");
    }
    if (!runs.get().equals(deployment.artifact())) {
      throw Failure.no(
          "process %d of %s executes %s, which is not what was promoted"
              .formatted(state.mainPid(), unit.name(), runs.get()),
          "somebody replaced the file while it was started: find out who can write there");
    }
    return "process %d executes %s".formatted(state.mainPid(), runs.get());
  }

  private String health() throws InterruptedException {
    String said = probe.await(reach(), this::ended);
    Listening.requireOwn(Making.ports(settings.health()), systemctl.state(unit.name()).mainPid());
    return said;
  }

  /** One that systemd had to start again is no good, even if it runs just now. */
  private Optional<String> ended() throws InterruptedException {
    Systemctl.State state = systemctl.state(unit.name());
    return state.runs() && state.restarts() == 0
        ? Optional.empty()
        : Optional.of(
            "%s has ended: %s, %s, started again %d times"
                .formatted(unit.name(), state.active(), state.result(), state.restarts()));
  }

  private Reach reach() {
    return new Reach("127.0.0.1", Map.of(), unit.name());
  }

  @Override
  public String goBack(Deployment deployment, Before before) throws InterruptedException {
    return told(
        place,
        () -> {
          Old old = Old.of(before);
          boolean switched = place.currentId().filter(deployment.id()::equals).isPresent();
          if (switched || hasUnitOf(deployment, old)) {
            if (!systemctl.state(unit.name()).isAbsent()) {
              stop(old.id());
            }
            if (old.id().isPresent()) {
              makeCurrent(old.id().get());
            }
          }
          String stands = old.id().isPresent() ? startOld(old.id().get(), old) : removed();
          FileTree.delete(place.of(deployment));
          releases.prune();
          return stands;
        });
  }

  /** The link may be back already, and the unit's file not yet: its content decides. */
  private boolean hasUnitOf(Deployment deployment, Old old) throws IOException {
    Path made = place.of(deployment).resolve(unit.name());
    return Files.exists(made)
        && HostLook.same(made, unit.file())
        && (old.id().isEmpty()
            || !HostLook.same(place.of(old.id().get()).resolve(unit.name()), unit.file()));
  }

  /** The link goes first: a run that was killed here finds the file, and goes on. */
  private String removed() throws IOException, InterruptedException {
    boolean own = unit.isOwn();
    if (own) {
      systemctl.disable(unit.name());
    }
    Files.deleteIfExists(place.current());
    if (own) {
      Files.deleteIfExists(unit.file());
    }
    if (own || !systemctl.state(unit.name()).isAbsent()) {
      systemctl.reload();
    }
    return "there is no %s, as before".formatted(unit.name());
  }

  private String startOld(String id, Old old) throws IOException, InterruptedException {
    // Its file may have been put back by a run that was killed before systemd read it.
    systemctl.reload();
    if (!old.ran()) {
      return unit.name() + " is stopped, as before";
    }
    String stands = unit.name() + " was not touched";
    try {
      if (!systemctl.state(unit.name()).runs()) {
        start(id, false);
        stands = "%s runs again from deployment %s".formatted(unit.name(), id);
      }
    } catch (Failure e) {
      throw Old.notBack(id, String.valueOf(e.getMessage()));
    }
    try {
      return stands + ": " + probe.await(reach(), this::ended);
    } catch (Failure e) {
      if (old.well() || !systemctl.state(unit.name()).runs()) {
        throw Old.notBack(id, String.valueOf(e.getMessage()));
      }
      return stands + ", as little well as before: " + e.getMessage();
    }
  }

  @Override
  public String finish(Deployment deployment, Before before) throws InterruptedException {
    return told(
        place,
        () -> {
          for (String id : place.ids()) {
            if (!id.equals(deployment.id()) && !Old.of(before).is(id)) {
              FileTree.delete(place.of(id));
            }
          }
          releases.prune();
          return HostLook.unit(unit, systemctl).described();
        });
  }

  @Override
  public List<String> lastLines(Deployment deployment) {
    try {
      return systemctl.lastLines(unit.name(), deployment.startedAt()).stream()
          .map(secrets::mask)
          .toList();
    } catch (Failure e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
