package dev.selfsame.pins.root;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;

/**
 * Gzip without compression (RFC 1952, stored blocks of RFC 1951): the same bytes whatever zlib a
 * JDK was built with, and as fast as copying. For layers that go no further than this machine's
 * engine.
 */
final class StoredGzip extends OutputStream {
  private static final int MAX_STORED = 0xffff;
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private final OutputStream out;
  private final CRC32 crc = new CRC32();
  private final byte[] block = new byte[MAX_STORED];
  private int filled;
  private long count;

  StoredGzip(OutputStream out) throws IOException {
    this.out = out;
    out.write(HEADER);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    crc.update(bytes, offset, length);
    count += length;
    for (int at = offset; at < offset + length; ) {
      int n = Math.min(MAX_STORED - filled, offset + length - at);
      System.arraycopy(bytes, at, block, filled, n);
      filled += n;
      at += n;
      if (filled == MAX_STORED) {
        writeBlock(false);
      }
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void close() throws IOException {
    writeBlock(true);
    littleEndian(crc.getValue());
    littleEndian(count);
    out.close();
  }

  private void writeBlock(boolean last) throws IOException {
    out.write(last ? 1 : 0);
    out.write(filled);
    out.write(filled >>> 8);
    out.write(~filled);
    out.write(~filled >>> 8);
    out.write(block, 0, filled);
    filled = 0;
  }

  private void littleEndian(long value) throws IOException {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write((int) (value >>> shift));
    }
  }
}
