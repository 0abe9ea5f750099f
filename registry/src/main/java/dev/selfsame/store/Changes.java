package dev.selfsame.store;

import java.time.Instant;

/** Every change of the server's repositories, in order, to be read and checked. */
public interface Changes {

  /**
   * The last change.
   *
   * @throws dev.selfsame.outcome.Failure exit 3 where that cannot be read
   */
  ChangeLog.Place last();

  /** What takes the changes, each with its place and when it was made. */
  @FunctionalInterface
  interface Reader {
    void take(ChangeLog.Place place, Instant at, Change change);
  }

  /**
   * Reads what follows a place, to the end, and checks that each change follows the one before.
   *
   * @throws dev.selfsame.outcome.Failure exit 4 where the log was altered; exit 3 where it cannot
   *     be read
   */
  void read(ChangeLog.Place after, Reader reader);
}
