package dev.selfsame.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Compares what is written to it with a stream, offset by offset. */
final class Comparing extends OutputStream {
  private final InputStream other;
  private long at;
  private long first = -1;
  private long differing;

  Comparing(InputStream other) {
    this.other = other;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    byte[] others = other.readNBytes(length);
    for (int i = 0; i < others.length; i++) {
      if (others[i] != bytes[offset + i]) {
        differing++;
        first = first < 0 ? at + i : first;
      }
    }
    if (others.length < length && first < 0) {
      first = at + others.length;
    }
    at += length;
  }

  /** Offset of the first byte that differs; where one is the other's beginning, its end. */
  long firstDifference() {
    return first < 0 ? at : first;
  }

  /** How many offsets hold other bytes, up to the shorter one's end. */
  long differing() {
    return differing;
  }
}
