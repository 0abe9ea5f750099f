package dev.selfsame.where;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The processes of a container, as far as this machine's {@code /proc} shows them. */
public sealed interface ContainerProcesses {

  /**
   * They are seen.
   *
   * @param main the one that the engine started
   * @param all with it, by number: every process that sees the same file system
   * @param unseen of which process of the container it cannot be said what it executes there, one
   *     line; empty where there is none
   */
  record Seen(LiveProcess main, List<LiveProcess> all, Optional<String> unseen)
      implements ContainerProcesses {
    public Seen {
      all = List.copyOf(all);
    }

    /**
     * Those that were started from a file of the container's own file system, or execute it under
     * another name.
     */
    public List<LiveProcess> running(String path) {
      try {
        Rooted.Found found = Rooted.at(main.root()).look(path);
        Object key = found.attributes().fileKey();
        return all.stream()
            .filter(each ->
                each.executable().equals(found.path()) || (key != null && each.executes(key)))
            .toList();
      } catch (IOException e) {
        return all.stream().filter(each -> each.executable().equals(path)).toList();
      }
    }
  }

  /** There is none: the container was not started, or ended. */
  record None() implements ContainerProcesses {}

  /**
   * It runs, and its processes cannot be seen from here.
   *
   * @param why one line
   */
  record Hidden(String why) implements ContainerProcesses {}

  /**
   * Looks for them.
   *
   * @param proc {@code /proc}
   */
  static ContainerProcesses of(Path proc, ContainerState container) {
    return of(proc, container.id(), container.pid());
  }

  /**
   * As the other.
   *
   * @param id the container's, 64 lower-case hex digits
   * @param pid of its main process as its engine counts; 0 where none runs
   */
  static ContainerProcesses of(Path proc, String id, long pid) {
    if (pid < 1) {
      return new None();
    }
    try {
      LiveProcess main = LiveProcess.of(proc, pid);
      if (!main.isOf(id)) {
        return new Hidden(
            "process %d of this machine is another's: the engine counts elsewhere".formatted(pid));
      }
      return beside(proc, main, id);
    } catch (Failure e) {
      return new Hidden(String.valueOf(e.getMessage()));
    }
  }

  private static Seen beside(Path proc, LiveProcess main, String id) {
    List<LiveProcess> all = new ArrayList<>(List.of(main));
    Optional<String> unseen = Optional.empty();
    Optional<String> mounts = main.mounts();
    // A main process in the machine's own mounts has no file system of its own to share.
    boolean own =
        mounts.isPresent()
            && !mounts.equals(LiveProcess.of(proc, ProcessHandle.current().pid()).mounts());
    for (long pid : LiveProcess.numbers(proc)) {
      if (pid == main.pid()) {
        continue;
      }
      Optional<LiveProcess> other = other(proc, pid);
      boolean shares =
          mounts.isPresent() && other.isPresent() && other.get().mounts().equals(mounts);
      if (shares && (own || ControlGroup.isIn(proc, pid, id))) {
        all.add(other.get());
      } else if (!shares && ControlGroup.isIn(proc, pid, id)) {
        unseen =
            Optional.of(
                "process %d belongs to it, and %s"
                    .formatted(
                        pid, other.isPresent() ? "has other mounts" : "cannot be looked at"));
      }
    }
    all.sort(Comparator.comparingLong(LiveProcess::pid));
    return new Seen(main, all, unseen);
  }

  /** Many processes come and go while they are looked at. */
  private static Optional<LiveProcess> other(Path proc, long pid) {
    try {
      return Optional.of(LiveProcess.of(proc, pid));
    } catch (Failure e) {
      return Optional.empty();
    }
  }
}
