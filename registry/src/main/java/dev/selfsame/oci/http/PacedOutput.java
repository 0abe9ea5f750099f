package dev.selfsame.oci.http;

import dev.selfsame.store.DirectOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A body on its way to a client, who has to take it in time. */
final class PacedOutput extends DirectOutput {
  private static final long SLOW_NANOS = 100_000_000;
  private static final int SLOW_PIECE = 8 << 10;

  /** Of what is written at once nobody sees how far it is. */
  static final int PIECE = 64 << 10;

  /** The system works on one request for that long, and others wait. */
  private static final int MOST_AT_ONCE = 1 << 20;

  private final OutputStream out;
  private final Pace.Step step;
  private final Runnable ended;
  private final @Nullable SocketChannel socket;
  private boolean begun;
  private boolean slow;

  /**
   * @param out takes the body
   * @param socket where what it takes is written to as it is; null where it is not
   * @param ended to be told of the end
   */
  PacedOutput(OutputStream out, Pace.Step step, @Nullable SocketChannel socket, Runnable ended) {
    this.out = out;
    this.step = step;
    this.socket = socket;
    this.ended = ended;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    begun = true;
    // What a slow client takes is told in small pieces, or none would be seen to go.
    for (int at = 0; at < count; ) {
      int piece = Math.min(count - at, slow ? SLOW_PIECE : PIECE);
      long since = System.nanoTime();
      step.enter();
      try {
        out.write(bytes, from + at, piece);
      } finally {
        step.leave(piece);
      }
      slow = System.nanoTime() - since > SLOW_NANOS;
      at += piece;
    }
  }

  @Override
  public long take(FileChannel file, long from, long count) throws IOException {
    if (socket == null || !begun) {
      return 0; // Helidon sends the headers with the first bytes.
    }
    long taken = 0;
    step.enter();
    try {
      out.flush();
      // A virtual thread's sockets do not block: what does not fit now is left.
      taken = file.transferTo(from, Math.min(count, MOST_AT_ONCE), socket);
      return taken;
    } finally {
      step.leave(taken);
    }
  }

  @Override
  public void flush() throws IOException {
    step.enter();
    try {
      out.flush();
    } finally {
      step.leave(0);
    }
  }

  @Override
  public void close() throws IOException {
    step.enter();
    try {
      out.close();
    } finally {
      ended.run();
      step.leave(0);
    }
  }
}
