package dev.selfsame.compare.tree;

import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.outcome.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.function.LongConsumer;

/**
 * What one side may hold at most.
 *
 * @param entries names
 * @param bytes unpacked, of all files together
 * @param depth folders within folders
 */
record Bounds(int entries, long bytes, int depth) {
  static final Bounds USUAL = new Bounds(200_000, 8L << 30, 64);

  /** Counts what is read of one side, and looks whether there is time for it still. */
  final class Meter {
    private final String side;
    private final Deadline deadline = Deadline.current();
    private int entries;
    private long bytes;

    Meter(String side) {
      this.side = side;
    }

    void entry(String name) throws IOException {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted");
      }
      deadline.spend(1);
      if (++entries > entries()) {
        throw tooLarge("more than %d entries".formatted(entries()));
      }
      if (name.chars().filter(c -> c == '/').count() >= depth()) {
        throw tooLarge("folders more than %d deep".formatted(depth()));
      }
    }

    /** The same stream, its bytes counted. */
    InputStream metered(InputStream in) {
      return new Counted(in, this::count);
    }

    private void count(long n) {
      deadline.spend(n);
      bytes += n;
      if (bytes > bytes()) {
        throw tooLarge("more than %d bytes".formatted(bytes()));
      }
    }

    private int entries() {
      return Bounds.this.entries;
    }

    private long bytes() {
      return Bounds.this.bytes;
    }

    private Failure tooLarge(String what) {
      return Failure.undecided(
          "%s holds %s".formatted(side, what), "compare a part of it, unpacked");
    }
  }

  /** Tells of all that is taken from a stream, also of what is passed over. */
  private static final class Counted extends FilterInputStream {
    private final LongConsumer count;

    Counted(InputStream in, LongConsumer count) {
      super(in);
      this.count = count;
    }

    @Override
    public int read() throws IOException {
      int b = in.read();
      count.accept(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = in.read(into, offset, length);
      count.accept(Math.max(0, n));
      return n;
    }

    @Override
    public long skip(long length) throws IOException {
      long n = in.skip(length);
      count.accept(n);
      return n;
    }
  }

  /** A packed stream, timed: reading it takes long even where nothing comes out of it. */
  static InputStream timed(InputStream packed) {
    return new Counted(packed, Deadline.current()::spend);
  }

  Meter meter(String side) {
    return new Meter(side);
  }
}
