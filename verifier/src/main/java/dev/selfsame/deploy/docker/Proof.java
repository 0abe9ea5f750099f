package dev.selfsame.deploy.docker;

import dev.selfsame.deploy.Consent;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.time.Duration;
import java.util.Optional;

/** Proves which bytes a container that was just started runs. */
final class Proof {
  /** The engine answers before the program has taken its own runtime's place. */
  private static final int TRIES = 30;

  private static final int PAUSE_MILLIS = 100;

  private final Current current;
  private final Look process;
  private final Look any;
  private final boolean unseen;
  private final int longest;

  /**
   * @param process looks at processes alone
   * @param any looks also at the file that it was started from, where processes are hidden
   * @param consent whether a file may count for a process that is not seen
   * @param patience how long it may take until anything is seen to run that could be it: a shell
   *     may have something to do before; at least 3 s
   */
  Proof(Current current, Look process, Look any, Consent consent, Duration patience) {
    this.current = current;
    this.process = process;
    this.any = any;
    this.unseen = consent.unseen();
    this.longest = Math.max(TRIES, Math.toIntExact(patience.toMillis() / PAUSE_MILLIS));
  }

  /** The container as it is now. */
  @FunctionalInterface
  interface Current {
    Seen seen() throws InterruptedException;
  }

  /** Looks which bytes it runs; empty where none that could be those are seen. */
  @FunctionalInterface
  interface Look {
    Optional<Program.Running> at(Seen seen) throws InterruptedException;
  }

  /**
   * Reads what runs.
   *
   * @return what was seen, one line
   * @throws Failure exit 1 where it has ended, or runs other bytes; exit 3 where that cannot be
   *     told
   */
  String require(Digest promoted) throws InterruptedException {
    for (int i = 1; ; i++) {
      Seen seen = current.seen();
      Optional<String> ended = seen.ended();
      if (ended.isPresent()) {
        throw Failure.no(ended.get(), "see its last lines");
      }
      // A file that may not count decides nothing before the last try, and to copy it out of the
      // container takes an engine long.
      Optional<Program.Running> running = (unseen || i >= TRIES ? any : process).at(seen);
      boolean alike = running.filter(one -> one.digest().equals(promoted)).isPresent();
      if (alike && (running.get().seen() || unseen)) {
        return "%s runs %s".formatted(running.get().how(), promoted);
      }
      if (i >= (running.isPresent() ? TRIES : longest)) {
        throw running
            .map(one ->
                alike
                    ? Program.unseen(one.how())
                    : Failure.no(
                        "%s runs %s, not the promoted %s"
                            .formatted(one.how(), one.digest(), promoted),
                        "see who writes into containers, and run it again"))
            .orElseGet(() ->
                Failure.undecided(
                    "no process is seen from here that was started from its file",
                    "run it on the engine's machine, as root"));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
