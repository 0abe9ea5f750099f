package dev.selfsame.deploy.host;

import dev.selfsame.deploy.Sight;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What runs at a target of this machine, from /proc. */
public final class HostLook {
  private static final long LARGE_LOG = 1L << 30;

  private HostLook() {}

  /**
   * Looks at a folder.
   *
   * @param root absolute
   * @throws Failure (undecided) where it cannot be read, or a process of another user is not shown
   */
  public static Sight folder(Path root) throws InterruptedException {
    Place place = new Place(root);
    return Trouble.told(place, () -> folder(place));
  }

  static Sight folder(Place place) throws IOException {
    Optional<String> id = place.currentId();
    if (id.isEmpty()) {
      return Sight.nothing("nothing is deployed in " + place.root());
    }
    Path deployment = place.of(id.get());
    Optional<ProcessMark> mark = Processes.mark(deployment);
    Sight sight = sight(place, RunSettings.read(deployment), mark);
    return new Sight(
        sight.described() + large(Processes.log(deployment)),
        sight.runs(),
        sight.since(),
        sight.changes());
  }

  /** Nobody else takes away what a process writes: where that grows, somebody has to know. */
  private static String large(Path log) throws IOException {
    long size = Files.exists(log) ? Files.size(log) : 0;
    return size < LARGE_LOG ? "" : ", its log has %d MiB: %s".formatted(size >> 20, log);
  }

  /**
   * Looks at a unit.
   *
   * @throws Failure (undecided) where systemd does not answer, or a file cannot be read
   */
  public static Sight unit(UnitPlace unit, Systemctl systemctl) throws InterruptedException {
    Place place = new Place(unit.root());
    return Trouble.told(
        place,
        () -> {
          Optional<String> id = place.currentId();
          if (id.isEmpty()) {
            return Sight.nothing("nothing is deployed as " + unit.name());
          }
          Systemctl.State state = systemctl.state(unit.name());
          Optional<ProcessMark> mark =
              state.runs() ? ProcessMark.of(state.mainPid()) : Optional.empty();
          Sight sight = sight(place, RunSettings.read(place.of(id.get())), mark);
          List<String> changes = new ArrayList<>(sight.changes());
          changes.addAll(unitChanges(unit, place.of(id.get()), state.sources()));
          String restarts =
              state.restarts() == 0 ? "" : ", started again %d times".formatted(state.restarts());
          return new Sight(
              unit.name() + ", " + sight.described() + restarts,
              sight.runs(),
              sight.since(),
              changes);
        });
  }

  private static List<String> unitChanges(
      UnitPlace unit, Path deployment, Systemctl.Sources sources) throws IOException {
    List<String> changes = new ArrayList<>();
    if (!same(deployment.resolve(unit.name()), unit.file())) {
      changes.add(unit.file() + " was changed");
    } else if (!sources.file().equals(unit.file().toString())) {
      changes.add(
          "systemd has %s from %s"
              .formatted(unit.name(), sources.file().isEmpty() ? "no file" : sources.file()));
    }
    changes.addAll(DropIns.changes(deployment, sources.dropIns()));
    if (sources.old() && changes.isEmpty()) {
      changes.add("systemd has read %s before it was changed".formatted(unit.name()));
    }
    return changes;
  }

  static boolean same(Path one, Path other) throws IOException {
    return Files.isRegularFile(other, LinkOption.NOFOLLOW_LINKS) && Files.mismatch(one, other) < 0;
  }

  /**
   * What is seen of a process and of the file that its next start would execute.
   *
   * @param mark the process that has the target; empty where none does
   */
  static Sight sight(Place place, RunSettings run, Optional<ProcessMark> mark) throws IOException {
    List<String> changes = new ArrayList<>();
    Path file = place.release(run.artifact()).resolve(run.program());
    changed(file, run.artifact()).ifPresent(changes::add);
    Optional<Digest> runs = mark.isPresent() ? mark.get().digest() : Optional.empty();
    if (runs.isEmpty()) {
      return another(run, changes);
    }
    long pid = mark.orElseThrow().pid();
    if (!runs.get().equals(run.artifact())) {
      changes.add("process %d executes other bytes than were deployed".formatted(pid));
    }
    foreign(run, pid).ifPresent(changes::add);
    Optional<Instant> since = mark.get().since();
    return new Sight(
        "process %d, promotion %d of %s into %s"
            .formatted(pid, run.seq(), run.name(), run.channel()),
        runs,
        since,
        changes);
  }

  /** The process has ended; somebody may have put another one in its place. */
  private static Sight another(RunSettings run, List<String> changes) throws IOException {
    for (int port : run.ports()) {
      for (long pid : Proc.listeners(port)) {
        Optional<ProcessMark> other = ProcessMark.of(pid);
        Optional<Digest> runs = other.isPresent() ? other.get().digest() : Optional.empty();
        if (runs.isPresent()) {
          changes.add(
              "another has port %d: process %d, %s"
                  .formatted(port, pid, Proc.executable(pid).orElse("unknown")));
          return new Sight("process " + pid, runs, other.get().since(), changes);
        }
      }
    }
    return new Sight("what was deployed does not run", Optional.empty(), Optional.empty(), changes);
  }

  private static Optional<String> foreign(RunSettings run, long session) {
    try {
      Listening.requireFree(run.ports(), session);
      return Optional.empty();
    } catch (Failure taken) {
      return Optional.of(String.valueOf(taken.getMessage()));
    }
  }

  /** Whether the file's next start would execute other bytes. */
  private static Optional<String> changed(Path file, Digest artifact) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(file + " is gone, or is no file");
    }
    try {
      Digest found = Digest.sha256(file);
      return found.equals(artifact)
          ? Optional.empty()
          : Optional.of("%s was changed: it is %s now".formatted(file, found));
    } catch (NoSuchFileException e) {
      return Optional.of(file + " is gone");
    }
  }
}
