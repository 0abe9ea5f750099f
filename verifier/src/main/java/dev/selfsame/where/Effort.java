package dev.selfsame.where;

import dev.selfsame.outcome.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much of one image may be looked through, in bytes over all passes. A layer of a megabyte may
 * unpack to a gigabyte, and a few links may lead from anywhere to anywhere.
 */
final class Effort {
  /** What is allowed of any image. */
  static final long LEAST = 32L << 30;

  /** A large image is looked through about four times, and unpacks to some times its size. */
  private static final int TIMES = 32;

  private final String image;
  private long left;

  /**
   * @param image for messages
   * @param most bytes
   */
  Effort(String image, long most) {
    this.image = image;
    this.left = most;
  }

  /** As much as these layers may need. */
  static Effort of(String image, List<Path> layers) throws IOException {
    long size = 0;
    for (Path layer : layers) {
      size += Files.size(layer);
    }
    return new Effort(image, Math.max(LEAST, TIMES * size));
  }

  /**
   * Counts some.
   *
   * @throws Failure (undecided) where that was too much
   */
  void spend(long bytes) {
    left -= bytes;
    if (left < 0) {
      throw Failure.undecided(
          image + " is too large to be looked through",
          "unpack it yourself, and ask about the file");
    }
  }

  /** The same stream, its bytes counted. */
  InputStream metered(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int b = in.read();
        spend(b < 0 ? 0 : 1);
        return b;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        int n = in.read(into, offset, length);
        spend(Math.max(0, n));
        return n;
      }

      @Override
      public long skip(long count) throws IOException {
        long n = in.skip(count);
        spend(n);
        return n;
      }
    };
  }
}
