package dev.selfsame.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;

/** An output to which the system can copy a file by itself, past the memory of this program. */
public abstract class DirectOutput extends OutputStream {

  /**
   * Takes bytes of a file, as many as it can without waiting. Where that is none, the next have to
   * be written, which waits.
   *
   * @param from the place of the first byte
   * @param count how many are to be sent; the range lies within the file
   * @return how many were taken, from 0 to {@code count}
   * @throws IOException where they cannot be read or sent
   */
  public abstract long take(FileChannel file, long from, long count) throws IOException;
}
