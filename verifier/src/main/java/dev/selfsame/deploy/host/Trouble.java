package dev.selfsame.deploy.host;

import dev.selfsame.outcome.Failure;
import java.io.IOException;

/** What is said where a file of a target cannot be worked with. */
final class Trouble {
  private Trouble() {}

  /** Work that reads or writes files. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException, InterruptedException;
  }

  /**
   * Runs work.
   *
   * @throws Failure (undecided) where a file cannot be worked with
   */
  static <T> T told(Place place, Work<T> work) throws InterruptedException {
    try {
      return work.run();
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot work in %s: %s".formatted(place.root(), e.getMessage()),
          "check its permissions and free space, then deploy again",
          e);
    }
  }
}
