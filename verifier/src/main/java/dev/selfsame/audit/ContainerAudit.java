package dev.selfsame.audit;

import dev.selfsame.outcome.Failure;
import dev.selfsame.where.ContainerProcesses;
import dev.selfsame.where.ContainerState;
import dev.selfsame.where.Finder;
import dev.selfsame.where.LiveProcess;
import dev.selfsame.where.OpenContainer;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.nio.file.Path;
import java.util.List;

/**
 * Audits what a container has at a path, or what its main process executes. The engine says what
 * the container is and gives its files; what runs is read from this machine's {@code /proc}, and
 * where it is not there to be read, nothing is claimed of it. What the main process executes has no
 * answer where there is none: a file that is not started yet, or not again, runs nowhere.
 */
final class ContainerAudit {
  private final Auditor auditor;
  private final Path proc;
  private final Where.Container place;
  private final OpenContainer container;
  private final ContainerState state;

  ContainerAudit(Auditor auditor, Path proc, Where.Container place, OpenContainer container) {
    this.auditor = auditor;
    this.proc = proc;
    this.place = place;
    this.container = container;
    this.state = container.state();
  }

  Audit audit(Scratch scratch) {
    ContainerProcesses processes = ContainerProcesses.of(proc, state);
    Audit audit = place.path().isEmpty() ? main(processes, scratch) : file(processes, scratch);
    if (!state.isSameRun(container.state())) {
      throw Failure.undecided(
          "%s was started, stopped or replaced while it was looked at".formatted(place.text()),
          "run the command again");
    }
    return audit;
  }

  private Audit main(ContainerProcesses processes, Scratch scratch) {
    return switch (processes) {
      case ContainerProcesses.Seen seen ->
          live().process(seen.main(), scratch, MainProgram.advice(place, seen));
      case ContainerProcesses.None _ ->
          throw Failure.undecided(
              "%s is %s: nothing runs there".formatted(place.text(), state.state()),
              "start it, or ask about a file in it: %s:%s"
                  .formatted(
                      place.text(),
                      state.program().startsWith("/") ? state.program() : "/path/to/file"));
      case ContainerProcesses.Hidden hidden -> throw Finder.hidden(place, hidden);
    };
  }

  private Audit file(ContainerProcesses processes, Scratch scratch) {
    String path = place.path();
    return switch (processes) {
      case ContainerProcesses.Seen seen -> {
        if (seen.unseen().isPresent()) {
          throw Finder.unseen(place, seen.unseen().get());
        }
        List<LiveProcess> running = seen.running(path);
        yield taken(
            path,
            running,
            new Running.NotRun("no process runs it; the main one runs " + seen.main().executable()),
            scratch);
      }
      case ContainerProcesses.None _ -> taken(path, List.of(), none(), scratch);
      case ContainerProcesses.Hidden hidden ->
          taken(path, List.of(), new Running.NotTold(hidden.why()), scratch);
    };
  }

  private Running none() {
    return new Running.NotRun("the container is " + state.state());
  }

  private Audit taken(
      String path, List<LiveProcess> processes, Running otherwise, Scratch scratch) {
    OpenContainer.Taken taken = container.take(path, scratch);
    Audit audit = live().file(taken.file(), processes, otherwise);
    if (!container.stamp(path).equals(taken.stamp())) {
      throw Failure.undecided(
          "%s in %s was changed or replaced while it was read".formatted(path, place.container()),
          "run the command again when nothing writes to it");
    }
    return audit;
  }

  private LiveAudit live() {
    return new LiveAudit(auditor, place.text(), state);
  }
}
