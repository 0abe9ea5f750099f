package dev.selfsame.where;

import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Whose answer a connection to 127.0.0.1 would get on a port of this machine: of a container that
 * has the machine's own network, or of anybody else there.
 */
public sealed interface PortOwner {
  /** Nothing listens there. */
  record Nobody() implements PortOwner {}

  /** The container listens there, and nobody else. */
  record Container() implements PortOwner {}

  /**
   * Another process listens there, whoever else does too.
   *
   * @param program that it executes, or {@code unknown}
   */
  record Another(long pid, String program) implements PortOwner {}

  /**
   * It cannot be seen from here.
   *
   * @param why one line
   */
  record Untold(String why) implements PortOwner {}

  /** How often it is looked again where a socket was closed meanwhile. */
  int LOOKS = 5;

  /**
   * Looks.
   *
   * @param proc {@code /proc}
   * @param id the container's, 64 lower-case hex digits
   */
  static PortOwner of(Path proc, int port, ContainerProcesses.Seen container, String id) {
    Optional<String> here = LiveProcess.of(proc, ProcessHandle.current().pid()).network();
    if (here.isEmpty() || !here.equals(container.main().network())) {
      return new Untold("it has another network than this process");
    }
    for (int i = 0; i < LOOKS; i++) {
      Optional<PortOwner> owner = look(proc, port, container, id);
      if (owner.isPresent()) {
        return owner.get();
      }
    }
    return new Untold("sockets on port %d come and go".formatted(port));
  }

  /** Empty where a socket was closed before its process was found. */
  private static Optional<PortOwner> look(
      Path proc, int port, ContainerProcesses.Seen container, String id) {
    Set<Long> sockets = new HashSet<>(Sockets.listeningHere(proc, port));
    if (sockets.isEmpty()) {
      return Optional.of(new Nobody());
    }
    container.all().forEach(one -> sockets.removeAll(Sockets.of(proc, one.pid())));
    return sockets.isEmpty() ? Optional.of(new Container()) : holder(proc, port, sockets, id);
  }

  private static Optional<PortOwner> holder(Path proc, int port, Set<Long> sockets, String id) {
    Optional<PortOwner> another = Optional.empty();
    for (long pid : LiveProcess.numbers(proc)) {
      Set<Long> held = Sockets.of(proc, pid);
      held.retainAll(sockets);
      if (!held.isEmpty() && ControlGroup.isIn(proc, pid, id)) {
        // One of the container's with mounts of its own.
        sockets.removeAll(held);
      } else if (!held.isEmpty() && another.isEmpty()) {
        another = Optional.of(new Another(pid, program(proc, pid)));
      }
    }
    if (sockets.isEmpty()) {
      return Optional.of(new Container());
    } else if (another.isPresent()) {
      return another;
    }
    return Sockets.listeningHere(proc, port).containsAll(sockets)
        ? Optional.of(
            new Untold("whose socket listens on port %d cannot be seen from here".formatted(port)))
        : Optional.empty();
  }

  private static String program(Path proc, long pid) {
    try {
      return LiveProcess.of(proc, pid).executable();
    } catch (Failure e) {
      return "unknown";
    }
  }
}
