package dev.selfsame.deploy.host;

import static dev.selfsame.deploy.host.Trouble.told;

import dev.selfsame.deploy.Before;
import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Plan;
import dev.selfsame.deploy.Probe;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.deploy.Sight;
import dev.selfsame.deploy.Standing;
import dev.selfsame.deploy.Step;
import dev.selfsame.deploy.Target;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code systemd:UNIT}: the folder of {@link FolderTarget}, and a unit that executes {@code
 * current/NAME}. systemd starts, stops and watches the process; what it executes is read from /proc
 * all the same.
 */
public final class UnitTarget implements Target {
  private final Systemctl systemctl;
  private final UnitPlace unit;
  private final Consent consent;
  private final Place place;
  private final DeployFile settings;
  private final Landmarks landmarks;
  private final Secrets secrets;
  private final Releases releases;
  private final Making making;
  private final Probe probe;
  private final UnitMoves moves;
  private final UnitReturn back;

  public UnitTarget(
      UnitPlace unit,
      DeployFile settings,
      Secrets secrets,
      Systemctl systemctl,
      Landmarks landmarks,
      Consent consent) {
    this.systemctl = systemctl;
    this.unit = unit;
    this.consent = consent;
    this.place = new Place(unit.root());
    this.settings = settings;
    this.landmarks = landmarks;
    this.secrets = secrets;
    this.releases = new Releases(place);
    this.making = new Making(place, settings, secrets);
    this.probe = new Probe(settings.health());
    this.moves = new UnitMoves(unit, settings, systemctl, landmarks, releases);
    this.back = new UnitReturn(unit, systemctl, moves, releases, probe, landmarks);
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
          RunSettings with = RunSettings.read(place.of(id.get()));
          boolean well = untouched && probe.ask(moves.reach()).isEmpty();
          return Optional.of(
              new Standing(
                  sight.described(),
                  sight.runs(),
                  HostInstance.kept(place, place.of(id.get()), HostInstance.Starter.SYSTEMD),
                  Optional.ofNullable(with.secrets()),
                  well));
        });
  }

  @Override
  public Plan plan(Release release) throws InterruptedException {
    OwnFolder.require(place);
    FolderTarget.requireMachine(release.architecture());
    return told(
        place,
        () -> {
          Systemctl.State state = moves.state();
          unit.requireOwn(state);
          Optional<String> current = place.currentId();
          consent.requireSame(unit.name(), Making.artifact(place, current), release);
          Listening.requireFree(
              Making.ports(settings.health()), state.runs() ? state.mainPid() : 0);
          boolean well = state.runs() && probe.ask(moves.reach()).isEmpty();
          return new Plan(
              steps(release, current, state),
              remarks(release, current, state),
              UnitReturn.before(new Old(current, state.runs(), well), state));
        });
  }

  private List<String> remarks(Release release, Optional<String> current, Systemctl.State state)
      throws IOException {
    List<String> remarks = new ArrayList<>(making.remarks(release));
    if (current.isPresent() && state.runs()) {
      remarks.add(Gap.remark(place.of(current.get()), settings));
    }
    state.sources().dropIns().forEach(path -> remarks.add(path + " changes the unit"));
    return remarks;
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
    // systemd may take long to read its units again: the old one answers meanwhile.
    steps.add(new Step.Switch("%s and %s".formatted(place.current(), unit.file())));
    if (!state.isAbsent()) {
      steps.add(new Step.Halt("systemctl stop %s".formatted(unit.name())));
    }
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
              case Step.Configure _ -> configure(deployment, release, Old.of(before).id());
              case Step.Check _ -> {
                Path file = releases.require(release.artifact(), Making.program(release));
                FolderTarget.requireMachine(Releases.machine(file));
                yield "%s is %s".formatted(file, release.artifact());
              }
              case Step.Switch _ -> {
                moves.makeCurrent(deployment.id(), "switch");
                DropIns.note(place.of(deployment), moves.state().sources().dropIns());
                yield "current leads to " + deployment.id();
              }
              case Step.Halt _ -> {
                Gap.begins(place.of(deployment));
                moves.stop(Old.of(before).id());
                yield unit.name() + " is stopped";
              }
              case Step.Start _ -> start(deployment, Old.of(before).id().isEmpty());
              case Step.Prove _ -> moves.prove(deployment.artifact());
              case Step.Health _ -> health(deployment);
              case Step.Watch _ ->
                  probe.watch(settings.keepOld(), moves.reach(), moves::ended)
                      + ", "
                      + moves.prove(deployment.artifact());
            });
  }

  private String configure(Deployment deployment, Release release, Optional<String> old)
      throws IOException {
    RunSettings run = making.configure(deployment, release, name -> UnitText.CREDENTIALS + name);
    Path folder = place.of(deployment);
    AtomicFile.writePrivate(
        folder.resolve(UnitText.ENVIRONMENT),
        UnitText.environment(run.variables()).getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(
        folder.resolve(unit.name()),
        UnitText.of(
            unit.name(),
            run,
            place,
            making.configName(release),
            settings.unit(),
            new UnitText.Times(settings.health().timeout(), moves.grace(old))));
    return run.toString();
  }

  private String start(Deployment deployment, boolean first)
      throws IOException, InterruptedException {
    String started = moves.startNew(deployment.id());
    if (first) {
      systemctl.enable(unit.name());
    }
    return started;
  }

  private String health(Deployment deployment) throws IOException, InterruptedException {
    String said = probe.await(moves.reach(), moves::ended);
    Optional<String> gap = Gap.ends(place.of(deployment));
    Listening.requireOwn(Making.ports(settings.health()), moves.state().mainPid());
    return said + gap.map(length -> "; " + length).orElse("");
  }

  @Override
  public String goBack(Deployment deployment, Before before) throws InterruptedException {
    return told(place, () -> back.run(deployment, before));
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
          landmarks.passed("retire: older removed");
          releases.prune();
          return HostLook.unit(unit, systemctl).described();
        });
  }

  @Override
  public List<String> lastLines(Deployment deployment) {
    try {
      return moves.lastLines(deployment.id()).stream().map(secrets::mask).toList();
    } catch (Failure | IOException e) {
      return List.of();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }
}
