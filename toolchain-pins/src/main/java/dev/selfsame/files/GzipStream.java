package dev.selfsame.files;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * What is packed by gzip, in however many members. The JDK's own stream calls itself for the next
 * member, so that many in a row that hold nothing would end the thread's stack.
 */
public final class GzipStream extends GZIPInputStream {
  /** Whether a read is under way: one that begins within it is that call. */
  private boolean reading;

  /**
   * Reads the first member's header.
   *
   * @param size of the buffer
   * @throws IOException where that is none
   */
  public GzipStream(InputStream in, int size) throws IOException {
    super(in, size);
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (reading) {
      return 0;
    }
    int count;
    do {
      reading = true;
      try {
        count = super.read(into, offset, length);
      } finally {
        reading = false;
      }
    } while (count == 0 && length > 0);
    return count;
  }
}
