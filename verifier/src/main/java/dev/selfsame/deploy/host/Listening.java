package dev.selfsame.deploy.host;

import dev.selfsame.outcome.Failure;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Who has a port. An answer on it says nothing of a program that another one may have given: one
 * that was there before, while ours could not bind.
 */
final class Listening {
  private Listening() {}

  /**
   * Refuses a port that somebody else has.
   *
   * @param session whose processes may have it, or 0 for nobody's
   * @throws Failure (no) where another process listens on it
   */
  static void requireFree(List<Integer> ports, long session) {
    for (int port : ports) {
      Set<Long> foreign = foreign(port, session);
      if (!foreign.isEmpty()) {
        throw Failure.no(
            "port %d is taken%s".formatted(port, by(port, session)),
            "end that process, or let the program listen elsewhere");
      }
    }
  }

  /**
   * Makes sure that a port is a session's, and nobody else's.
   *
   * @throws Failure (no) where it is not
   */
  static void requireOwn(List<Integer> ports, long session) {
    for (int port : ports) {
      if (Proc.listening(port).isEmpty()) {
        throw Failure.no("nothing listens on port " + port, "see its last lines");
      }
    }
    requireFree(ports, session);
  }

  private static Set<Long> foreign(int port, long session) {
    Set<Long> sockets = new HashSet<>(Proc.listening(port));
    if (session > 0 && !sockets.isEmpty()) {
      Proc.session(session).forEach(pid -> sockets.removeAll(Proc.sockets(pid)));
    }
    return sockets;
  }

  private static String by(int port, long session) {
    return Proc.listeners(port).stream()
        .filter(pid -> another(pid, session))
        .findFirst()
        .map(pid -> " by process %d, %s".formatted(pid, Proc.executable(pid).orElse("unknown")))
        .orElse(" by a process of another user");
  }

  /** A process whose session began outside this PID namespace has number 0 too, and is not ours. */
  private static boolean another(long pid, long session) {
    return session == 0 || Proc.stat(pid).filter(s -> s.session() != session).isPresent();
  }
}
