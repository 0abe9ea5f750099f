package dev.selfsame.store;

import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Interruption;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/**
 * A file that something is copied to. That it cannot be written is told as such, by whoever copies:
 * a full disk here is no fault of where the bytes come from.
 */
public final class ToldOutput extends FilterOutputStream {
  private final Path file;

  /**
   * @param file for messages
   * @param channel to it, which is not closed with this
   */
  public ToldOutput(Path file, WritableByteChannel channel) {
    super(Channels.newOutputStream(channel));
    this.file = file;
  }

  /** Writes to a stream. */
  @FunctionalInterface
  private interface Write {
    void to(OutputStream out) throws IOException;
  }

  private void told(Write write) {
    try {
      write.to(out);
    } catch (IOException e) {
      if (Interruption.isBehind(e)) {
        throw Interruption.failure("writing " + file);
      }
      throw Failure.undecided(
          "cannot write %s: %s".formatted(file, e.getMessage()),
          "check free space and permissions, then run the command again",
          e);
    }
  }

  @Override
  public void write(int value) {
    told(to -> to.write(value));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    told(to -> to.write(bytes, offset, length));
  }

  @Override
  public void flush() {
    told(OutputStream::flush);
  }

  /** The channel is its opener's to close. */
  @Override
  public void close() {
    flush();
  }
}
