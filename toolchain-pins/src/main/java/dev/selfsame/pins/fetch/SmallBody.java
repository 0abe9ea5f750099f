package dev.selfsame.pins.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Reads documents that are small, such as a manifest, whole and within a time: an HTTP request's
 * own time-out ends with the headers of the answer.
 */
public final class SmallBody {
  private static final Duration USUAL = Duration.ofSeconds(60);

  private SmallBody() {}

  /**
   * Reads all bytes.
   *
   * @param most how many there may be
   * @throws IOException where there are more, or they do not all come within a minute
   */
  public static byte[] read(InputStream body, int most) throws IOException {
    return read(body, most, USUAL);
  }

  static byte[] read(InputStream body, int most, Duration whole) throws IOException {
    try (StallGuard guard = new StallGuard(whole);
        StallGuard.Watch watch = guard.watch(body)) {
      byte[] bytes;
      try {
        bytes = body.readNBytes(most + 1);
      } catch (IOException e) {
        throw watch.stalled() ? late() : e;
      }
      if (watch.stalled()) {
        throw late();
      }
      if (bytes.length > most) {
        throw new IOException("too large");
      }
      return bytes;
    }
  }

  private static IOException late() {
    return new IOException("it does not send all of a small document");
  }
}
