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
 * Takes in bodies that have to be in memory whole, so that all of them fit together. A body counts
 * from where more than a small one's bytes have arrived, and has to keep up a speed from then on:
 * whoever announces much and sends nothing keeps nobody out, and who sends slowly not for long.
 * Working on one takes several times its size, and has a bound of its own.
 */
final class LargeBodies {
  /** Nearly all are smaller, and need not wait for those that are large. */
  private static final int SMALL_BYTES = 64 << 10;

  private static final int BUFFER_BYTES = 16 << 10;
  private static final int MOST_ARRIVED_KIB = 48 << 10;
  private static final int MOST_WORKED_ON_KIB = 16 << 10;
  private static final int PATIENCE_SECONDS = 20;
  private static final Duration SLOW_START = Duration.ofSeconds(20);
  private static final int LEAST_BYTES_A_SECOND = 64 << 10;

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
    long began = System.nanoTime();
    try (InputStream in = exchange.body()) {
      byte[] first = in.readNBytes(SMALL_BYTES);
      if (first.length < SMALL_BYTES) {
        return first;
      }
      // The whole rest at once: who holds a part and waits for more would wait for its like.
      int rest = (int) (exchange.contentLength().orElse(mostBytes) - SMALL_BYTES);
      held[0] = acquire(arrived, Math.ceilDiv(rest, 1 << 10));
      ByteArrayOutputStream all = new ByteArrayOutputStream(2 * SMALL_BYTES);
      all.writeBytes(first);
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (all.size() + read > mostBytes) {
          throw tooLarge();
        }
        all.write(buffer, 0, read);
        requireSpeed(all.size(), Duration.ofNanos(System.nanoTime() - began));
      }
      return all.toByteArray();
    }
  }

  /** Whoever is slow holds what others wait for. */
  private static void requireSpeed(int arrived, Duration since) throws IOException {
    if (since.minus(SLOW_START).toMillis() * LEAST_BYTES_A_SECOND / 1000 > arrived) {
      throw new IOException("a large body of a request comes too slowly");
    }
  }

  private OciError tooLarge() {
    return new OciError(OciError.Code.TOO_LARGE, "more than %d bytes".formatted(mostBytes));
  }

  private static int acquire(Semaphore semaphore, int kib) {
    try {
      if (kib == 0 || semaphore.tryAcquire(kib, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return kib;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new OciError(OciError.Code.TOOMANYREQUESTS, "too many large manifests are being put");
  }
}
