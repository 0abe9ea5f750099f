package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Before;
import dev.selfsame.deploy.ContainerSettings;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Machine;
import dev.selfsame.deploy.Plan;
import dev.selfsame.deploy.Probe;
import dev.selfsame.deploy.Reach;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Step;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.outcome.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The way from the program of somebody's container to a release, and what speaks against it. */
final class PathPlan {
  /** Noted before: that it ran. */
  static final String RAN = "ran";

  /** Noted before: that it was well. */
  static final String WELL = "well";

  /** A container that was started just now may need a moment. */
  private static final int ASKED = 3;

  private final Containers containers;
  private final TargetName.InContainer name;
  private final DeployFile file;
  private final PathTarget.Around around;
  private final Route route;

  PathPlan(
      Containers containers,
      TargetName.InContainer name,
      DeployFile file,
      PathTarget.Around around,
      Route route) {
    this.containers = containers;
    this.name = name;
    this.file = file;
    this.around = around;
    this.route = route;
  }

  /**
   * The plan.
   *
   * @param files what is replaced, the program first
   */
  Plan of(Release release, List<KeptFile> files) throws InterruptedException {
    requireApplicable();
    route.requireSound();
    Seen seen =
        containers
            .find(name.name())
            .orElseThrow(() ->
                Failure.usage(
                    "there is no container " + name.name(),
                    "%s ps -a lists them".formatted(containers.daemon().name())));
    seen.requireNotPaused(containers.daemon().name());
    requireMachine(release.architecture());
    around
        .consent()
        .requireSame(
            name.text(),
            PathNote.read(around.folder()).flatMap(note -> Optional.ofNullable(note.name())),
            release);
    requireNobodyElse(files);
    Map<String, String> notes = new TreeMap<>();
    for (KeptFile each : files) {
      notes.put(each.path(), each.note(each.require().digest()));
    }
    if (seen.running()) {
      Program.requireSeen(seen, around.consent());
      notes.put(RAN, "true");
      requireRun(seen);
      if (isWell(seen)) {
        notes.put(WELL, "true");
      }
    }
    return new Plan(
        steps(release, files.getFirst(), seen.running()),
        remarks(seen.running()),
        new Before(notes));
  }

  private void requireApplicable() {
    if (!file.networks().isEmpty()
        || !file.published().isEmpty()
        || !file.arguments().isEmpty()
        || !file.environment().isEmpty()
        || !file.container().equals(ContainerSettings.USUAL)
        || !file.secrets().toEnvironment().isEmpty()) {
      throw Failure.usage(
          "networks, ports, arguments, variables and bounds of container %s are its own"
              .formatted(name.name()),
          "leave them out of the settings, or deploy a container: docker:NAME");
    }
  }

  /**
   * Refuses a program of another machine.
   *
   * @param architecture as OCI images name it
   */
  void requireMachine(String architecture) throws InterruptedException {
    String here = Machine.named(containers.connection().architecture());
    if (!here.equals(architecture)) {
      throw Failure.no(
          "the program is for %s, %s runs on %s"
              .formatted(architecture, containers.daemon().name(), here),
          "deploy it to a machine of its own kind");
    }
  }

  /** What this user has begun here has ended by now, so whatever is there is somebody else's. */
  private void requireNobodyElse(List<KeptFile> files) throws InterruptedException {
    for (KeptFile each : files) {
      List<String> there = each.beside();
      if (!there.isEmpty()) {
        throw Failure.undecided(
            "container %s has %s: another deployment is under way, or was broken off"
                .formatted(name.name(), String.join(" and ", there)),
            "run it again as the user, and on the machine, that began it; where nobody did, remove"
                + " what is there");
      }
    }
  }

  private void requireRun(Seen seen) throws InterruptedException {
    Program program = new Program(containers);
    Optional<String> not = program.notRunAt(seen, name.path());
    for (int i = 1; not.isPresent() && i < ASKED; i++) {
      Thread.sleep(file.health().interval());
      not = program.notRunAt(seen, name.path());
    }
    // One that comes and goes under a supervisor is what a new release may be for.
    if (not.isPresent() && !around.consent().unwell()) {
      throw Failure.usage(
          not.get(), "name the program that it runs; say --unwell where it only cannot stay up");
    }
  }

  /** By the same way it will be asked afterwards: one that leads nowhere is found out now. */
  private boolean isWell(Seen seen) throws InterruptedException {
    Reach reach =
        route
            .to(seen)
            .orElseThrow(() ->
                Failure.usage(
                    "container %s has no address by which it could be asked whether it is well"
                        .formatted(name.name()),
                    "connect it to a network, or deploy a container: docker:NAME"));
    Probe probe = new Probe(file.health());
    Optional<String> bad = probe.ask(reach);
    for (int i = 1; bad.isPresent() && i < ASKED; i++) {
      Thread.sleep(file.health().interval());
      bad = probe.ask(reach);
    }
    if (bad.isPresent() && !around.consent().unwell()) {
      throw Failure.no(
          "what runs in container %s is not well now: %s".formatted(name.name(), bad.get()),
          "check the addresses of [health]; say --unwell to replace it all the same");
    }
    return bad.isEmpty();
  }

  private List<Step> steps(Release release, KeptFile executable, boolean ran) {
    List<Step> steps = new ArrayList<>();
    steps.add(
        new Step.Bring("copy the program to %s and read it back".formatted(executable.fresh())));
    file.config()
        .flatMap(DeployFile.ConfigFile::path)
        .ifPresent(path ->
            steps.add(
                new Step.Configure("write %s and read it back".formatted(path + KeptFile.FRESH))));
    steps.add(
        new Step.Switch(
            "keep what is there as %s, and put the new in its place".formatted(executable.kept())));
    steps.add(new Step.Start("start container %s%s".formatted(name.name(), ran ? " again" : "")));
    steps.add(new Step.Prove("hash what its process runs: %s".formatted(release.artifact())));
    steps.add(
        new Step.Health(
            "wait until it is healthy and ready, at most %d s"
                .formatted(file.health().timeout().toSeconds())));
    steps.add(new Step.Watch("watch it for %d s".formatted(file.keepOld().toSeconds())));
    steps.add(
        new Step.Retire(
            "remove %s: nothing but the program is another then".formatted(executable.kept())));
    return steps;
  }

  private List<String> remarks(boolean ran) {
    return List.of(
        (ran
                ? "a gap while container %s starts again"
                : "container %s is stopped; it will be started")
            .formatted(name.name()),
        "what is put into a container is gone when somebody makes it anew from its image");
  }
}
