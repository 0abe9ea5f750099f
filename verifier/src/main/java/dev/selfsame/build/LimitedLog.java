package dev.selfsame.build;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A command's output on its way to a file: no byte past the limit is kept, but reading goes on, so
 * that a flooding command is ended by its watcher and not by a full pipe.
 */
public final class LimitedLog implements Closeable {
  private final OutputStream out;
  private final long limit;
  private long seen;

  /**
   * Begins the log, replacing an older one.
   *
   * @param limit the most bytes that are kept
   */
  public LimitedLog(Path file, long limit) throws IOException {
    // Unbuffered: progress is read from the log while it grows.
    this.out = Files.newOutputStream(file);
    this.limit = limit;
  }

  /** Takes what is left in {@code in}, until its end. */
  public void drain(InputStream in) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      write(buffer, n);
    }
  }

  /** Takes the first {@code length} bytes of {@code bytes}. */
  public synchronized void write(byte[] bytes, int length) throws IOException {
    int kept = (int) Math.min(length, Math.max(0, limit - seen));
    out.write(bytes, 0, kept);
    seen += length;
  }

  /** Whether more came than the limit allows. */
  public synchronized boolean overflowed() {
    return seen > limit;
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
  }
}
