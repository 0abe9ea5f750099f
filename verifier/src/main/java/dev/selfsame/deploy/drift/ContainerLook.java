package dev.selfsame.deploy.drift;

import dev.selfsame.deploy.Sight;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.ContainerFiles;
import dev.selfsame.where.ContainerProcesses;
import dev.selfsame.where.ContainerState;
import dev.selfsame.where.Finder;
import dev.selfsame.where.LiveProcess;
import dev.selfsame.where.OpenContainer;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What runs in a container: its main process, or those that were started from a path in it. Read
 * from this machine's {@code /proc}; an engine elsewhere shows no process, so nothing is claimed.
 */
public final class ContainerLook {
  private ContainerLook() {}

  /**
   * Looks.
   *
   * @param proc {@code /proc}
   * @throws Failure (undecided) where the engine does not answer, there is no such container, or
   *     its processes cannot be seen from here
   */
  public static Sight look(ContainerFiles containers, Path proc, Where.Container place)
      throws InterruptedException {
    try (OpenContainer container = containers.open(place);
        Scratch scratch = Scratch.create(Scratch.USUAL)) {
      ContainerState state = container.state();
      Sight sight =
          switch (ContainerProcesses.of(proc, state)) {
            case ContainerProcesses.None _ ->
                Sight.nothing("container %s is %s".formatted(state.name(), state.state()));
            case ContainerProcesses.Hidden hidden ->
                throw Failure.undecided(
                    "what %s runs cannot be seen: %s".formatted(place.text(), hidden.why()),
                    "look from the engine's own machine, as root");
            case ContainerProcesses.Seen seen -> seen(place, state, seen, scratch);
          };
      if (!state.isSameRun(container.state())) {
        throw Failure.undecided(
            "%s was started, stopped or replaced while it was looked at".formatted(place.text()),
            "look again");
      }
      return sight;
    }
  }

  private static Sight seen(
      Where.Container place, ContainerState state, ContainerProcesses.Seen seen, Scratch scratch) {
    String path = place.path();
    if (!path.isEmpty() && seen.unseen().isPresent()) {
      throw Finder.unseen(place, seen.unseen().get());
    }
    List<LiveProcess> running = path.isEmpty() ? List.of(seen.main()) : seen.running(path);
    String container = "container %s of %s".formatted(state.name(), state.image());
    if (running.isEmpty()) {
      return Sight.nothing("%s: no process runs %s".formatted(container, path));
    }
    LiveProcess first = running.getFirst();
    Digest runs = digest(first);
    List<String> changes = new ArrayList<>(atName(first, runs, scratch));
    for (LiveProcess other : running.subList(1, running.size())) {
      if (!digest(other).equals(runs)) {
        changes.add(
            "process %d has other bytes than process %d".formatted(other.pid(), first.pid()));
      }
    }
    first.requireSame();
    return new Sight(
        "%s, process %d of this machine".formatted(container, first.pid()),
        Optional.of(runs),
        path.isEmpty() ? since(state) : began(first),
        changes);
  }

  private static Digest digest(LiveProcess process) {
    try {
      return Digest.sha256(process.running());
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read what process %d executes: %s".formatted(process.pid(), e.getMessage()),
          "look as root",
          e);
    }
  }

  /** What its next start would execute. */
  private static List<String> atName(LiveProcess process, Digest runs, Scratch scratch) {
    return switch (process.atName(scratch)) {
      case LiveProcess.AtName.Same _ -> List.of();
      case LiveProcess.AtName.Gone _ ->
          List.of(
              "%s is gone, while process %d still runs it"
                  .formatted(process.executable(), process.pid()));
      case LiveProcess.AtName.Other(Path copy) -> other(process, runs, copy);
    };
  }

  private static List<String> other(LiveProcess process, Digest runs, Path copy) {
    try {
      Digest there = Digest.sha256(copy);
      return there.equals(runs)
          ? List.of()
          : List.of("%s was changed: it is %s now".formatted(process.executable(), there));
    } catch (IOException e) {
      throw Failure.undecided("cannot read a copy: " + e.getMessage(), "look again", e);
    }
  }

  private static Optional<Instant> since(ContainerState state) {
    try {
      return Optional.of(Instant.parse(state.since()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> began(LiveProcess process) {
    return ProcessHandle.of(process.pid()).flatMap(one -> one.info().startInstant());
  }
}
