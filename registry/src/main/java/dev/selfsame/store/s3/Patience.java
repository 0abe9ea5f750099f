package dev.selfsame.store.s3;

import java.time.Duration;

/**
 * How long the server is waited for.
 *
 * @param connect for a connection
 * @param silence while not one byte comes
 * @param attempt for one try of a request until its answer begins
 * @param request for all tries of a request together
 * @param attempts how many tries, 1 or more; also how often a body may be cut off in a row
 * @param slowest bytes a second below which a body counts as cut off
 */
record Patience(
    Duration connect,
    Duration silence,
    Duration attempt,
    Duration request,
    int attempts,
    long slowest) {

  /** A piece of 32 MiB needs 4.5 Mbit/s to be sent in one attempt. */
  static final Patience USUAL =
      new Patience(
          Duration.ofSeconds(5),
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Duration.ofSeconds(150),
          4,
          16_384);

  /** What to wait before the next try: 100 ms, then twice as long each time, at most 3.2 s. */
  Duration pause(int failed) {
    return Duration.ofMillis(100L << Math.clamp(failed - 1, 0, 5));
  }
}
