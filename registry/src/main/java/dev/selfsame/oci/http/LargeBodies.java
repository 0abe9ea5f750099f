package dev.selfsame.oci.http;

import dev.selfsame.oci.OciError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Takes in bodies that have to be in memory whole, so that all of them fit together. What has
 * arrived of a body counts, and not what was announced: whoever announces much and sends nothing
 * keeps nobody out. Working on one takes several times its size, and has a bound of its own.
 */
final class LargeBodies {
  /** Nearly all are smaller, and need not wait for those that are large. */
  private static final int SMALL_BYTES = 64 << 10;

  private static final int STEP_BYTES = 64 << 10;
  private static final int MOST_ARRIVED_KIB = 48 << 10;
  private static final int MOST_WORKED_ON_KIB = 16 << 10;
  private static final int PATIENCE_SECONDS = 20;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final int mostBytes;
  private final Semaphore arrived = new Semaphore(MOST_ARRIVED_KIB);
  private final Semaphore workedOn = new Semaphore(MOST_WORKED_ON_KIB);

  /**
   * @param mostBytes of one
   */
  LargeBodies(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /**
   * Takes in the body of a request, and works on it.
   *
   * @throws OciError where it is too large, or too many large ones are there
   * @throws IOException where it breaks off, or does not end in time
   */
  <T> T with(Exchange exchange, Function<byte[], T> work) throws IOException {
    int[] held = {0};
    try {
      byte[] bytes = taken(exchange, held);
      int kib = bytes.length <= SMALL_BYTES ? 0 : bytes.length >> 10;
      acquire(workedOn, kib);
      try {
        return work.apply(bytes);
      } finally {
        workedOn.release(kib);
      }
    } finally {
      arrived.release(held[0]);
    }
  }

  private byte[] taken(Exchange exchange, int[] held) throws IOException {
    if (exchange.contentLength().orElse(0) > mostBytes) {
      throw tooLarge();
    }
    long end = System.nanoTime() + LONGEST.toNanos();
    try (InputStream in = exchange.body()) {
      byte[] first = in.readNBytes(SMALL_BYTES);
      if (first.length < SMALL_BYTES) {
        return first;
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream(2 * SMALL_BYTES);
      all.writeBytes(first);
      while (true) {
        acquire(arrived, STEP_BYTES >> 10);
        held[0] += STEP_BYTES >> 10;
        byte[] more = in.readNBytes(STEP_BYTES);
        if (all.size() + more.length > mostBytes) {
          throw tooLarge();
        }
        all.writeBytes(more);
        if (more.length < STEP_BYTES) {
          return all.toByteArray();
        }
        if (System.nanoTime() - end > 0) {
          throw new IOException("a body of a request has not ended in " + LONGEST);
        }
      }
    }
  }

  private OciError tooLarge() {
    return new OciError(OciError.Code.TOO_LARGE, "more than %d bytes".formatted(mostBytes));
  }

  private static void acquire(Semaphore semaphore, int kib) {
    try {
      if (kib == 0 || semaphore.tryAcquire(kib, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new OciError(OciError.Code.TOOMANYREQUESTS, "too many large manifests are being put");
  }
}
