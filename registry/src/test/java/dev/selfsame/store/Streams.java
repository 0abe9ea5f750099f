package dev.selfsame.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;

/** Streams that tests need. */
public final class Streams {
  private Streams() {}

  /** Bytes of which no two stretches are the same. */
  public static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    new java.util.Random(size).nextBytes(bytes);
    return bytes;
  }

  /** As many bytes, without a place in memory. */
  public static InputStream of(long size, int seed) {
    return new InputStream() {
      private long at;

      @Override
      public int read() {
        return at < size ? value(at++) : -1;
      }

      @Override
      public int read(byte[] buffer, int offset, int count) {
        if (at >= size) {
          return -1;
        }
        int n = (int) Math.min(count, size - at);
        for (int i = 0; i < n; i++) {
          buffer[offset + i] = (byte) value(at++);
        }
        return n;
      }

      private int value(long place) {
        return (int) ((place * 31 + (place >>> 12) * 7 + seed) & 0xff);
      }
    };
  }

  /** These bytes, and then the stream breaks. */
  public static InputStream breaking(byte[] bytes) {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the cable was pulled");
          }
        };
    return new SequenceInputStream(new ByteArrayInputStream(bytes), broken);
  }

  /** Takes nothing. */
  public static OutputStream full() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("no space left");
      }
    };
  }
}
