package dev.selfsame.deploy.docker;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import java.util.Optional;

/** Proves which bytes a container that was just started runs. */
final class Proof {
  /** The engine answers before the program has taken its own runtime's place. */
  private static final int TRIES = 30;

  private static final int PAUSE_MILLIS = 100;

  private final Program program;
  private final Current current;

  Proof(Program program, Current current) {
    this.program = program;
    this.current = current;
  }

  /** The container as it is now. */
  @FunctionalInterface
  interface Current {
    Seen seen() throws InterruptedException;
  }

  /**
   * Reads what runs.
   *
   * @param path of the program in the container
   * @return what was seen, one line
   * @throws Failure exit 1 where it has ended, or runs other bytes; exit 3 where that cannot be
   *     told
   */
  String require(String path, Digest promoted) throws InterruptedException {
    for (int i = 1; ; i++) {
      Seen seen = current.seen();
      Optional<String> ended = seen.ended();
      if (ended.isPresent()) {
        throw Failure.no(ended.get(), "see its last lines");
      }
      Optional<Program.Running> running = program.running(seen, path);
      if (running.isPresent() && running.get().digest().equals(promoted)) {
        return "%s runs %s".formatted(running.get().how(), promoted);
      }
      if (i == TRIES) {
        throw running
            .map(one ->
                Failure.no(
                    "%s runs %s, not the promoted %s".formatted(one.how(), one.digest(), promoted),
                    "see who writes into containers, and run it again"))
            .orElseGet(() ->
                Failure.undecided(
                    "its process cannot be seen from here, and was started from another file",
                    "run it on the engine's machine, as root"));
      }
      Thread.sleep(PAUSE_MILLIS);
    }
  }
}
