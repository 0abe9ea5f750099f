package dev.selfsame.deploy.docker;

import dev.selfsame.outcome.Failure;
import dev.selfsame.where.ContainerProcesses;
import dev.selfsame.where.PortOwner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Tells of a container on its machine's own network whether ports there are its own. */
final class OwnPorts implements Route.Ports {
  private static final Path PROC = Path.of("/proc");

  private final Containers containers;

  OwnPorts(Containers containers) {
    this.containers = containers;
  }

  /**
   * Refuses, before anything is made, a user who could not tell whose answers are: root sees what
   * processes have open, and others see that of their own.
   *
   * @param user that the container's program runs as, a uid
   * @param group that it runs as, a gid
   * @throws Failure exit 3 where this is another user
   */
  static void requireTellable(long user, long group) {
    try {
      Path self = PROC.resolve("self");
      if (Files.getAttribute(self, "unix:uid") instanceof Integer ownUser
          && Files.getAttribute(self, "unix:gid") instanceof Integer ownGroup
          && isTellable(ownUser, ownGroup, user, group)) {
        return;
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw untold(String.valueOf(e.getMessage()));
    }
    throw untold(
        "this user may not look at the processes of user %d, group %d".formatted(user, group));
  }

  /** Both have to be the same (ptrace(2), Ptrace access mode checking), but for root. */
  static boolean isTellable(long ownUser, long ownGroup, long user, long group) {
    return ownUser == 0 || (ownUser == user && ownGroup == group);
  }

  @Override
  public Optional<String> another(Seen container, List<Integer> ports) throws InterruptedException {
    Optional<Seen> now = containers.find(container.id());
    if (now.isEmpty() || !now.get().running()) {
      return Optional.of("container %s does not run".formatted(container.name()));
    }
    Seen seen = now.get();
    return switch (ContainerProcesses.of(PROC, seen.id(), seen.pid())) {
      case ContainerProcesses.None _ -> Optional.of("no process of it runs");
      case ContainerProcesses.Hidden hidden -> {
        Optional<Seen> after = containers.find(seen.id());
        if (after.isEmpty() || after.get().pid() != seen.pid()) {
          yield Optional.of("it ended, or was started again, just now");
        }
        throw untold(hidden.why());
      }
      case ContainerProcesses.Seen processes -> another(seen, processes, ports);
    };
  }

  private static Optional<String> another(
      Seen seen, ContainerProcesses.Seen processes, List<Integer> ports) {
    for (int port : ports) {
      switch (PortOwner.of(PROC, port, processes, seen.id())) {
        case PortOwner.Container _ -> {
          // The next.
        }
        case PortOwner.Nobody _ -> {
          return Optional.of("nothing listens on port %d of this machine".formatted(port));
        }
        case PortOwner.Another(long pid, String program) -> {
          return Optional.of(
              "port %d is not its own: process %d of this machine, %s, listens there"
                  .formatted(port, pid, program));
        }
        case PortOwner.Untold(String why) -> throw untold(why);
      }
    }
    return Optional.empty();
  }

  private static Failure untold(String why) {
    return Failure.undecided(
        "could not tell whose answers on this machine's own network are: " + why,
        "run it as root on the engine's machine, or publish the port from another network");
  }
}
