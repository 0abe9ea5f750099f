package dev.selfsame.oci.http;

import java.time.Duration;

/**
 * How much a server takes.
 *
 * @param blobBytes size of a blob
 * @param connections open at a time; others wait
 * @param requestsPerSecond of a caller, 0 for no limit
 * @param leastBytesPerSecond at which a body has to go on, 0 for no limit
 * @param slowAfter over how long that is measured, and how long headers may take
 * @param idle how long a connection may stay without a request
 * @param drain how long requests under way are waited for when the server is stopped
 */
public record Limits(
    long blobBytes,
    int connections,
    int requestsPerSecond,
    long leastBytesPerSecond,
    Duration slowAfter,
    Duration idle,
    Duration drain) {
  /** What is taken where nothing else is said. */
  public static final Limits USUAL =
      new Limits(
          16L << 30,
          8192,
          0,
          1024,
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofSeconds(20));
}
