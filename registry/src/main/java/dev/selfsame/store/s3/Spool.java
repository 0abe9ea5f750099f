package dev.selfsame.store.s3;

import dev.selfsame.digest.RunningDigest;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way to the server, in a file of this machine that has no name, so that nothing of
 * it outlives the process. They are here and not in memory because thousands of clients may be slow
 * at once; and they are here at all because a request that failed has to be sent again.
 */
final class Spool implements AutoCloseable {
  /** How many bytes one spool takes from a stream, and so the size of an upload's pieces. */
  static final int PIECE = 32 << 20;

  private static final int BUFFER = 1 << 15;

  private final Path folder;
  // Not a FileChannel: the SDK ends a slow try by an interrupt, which would close the channel.
  private final RandomAccessFile file;
  private final CRC32C checksum = new CRC32C();
  private long size;

  private Spool(Path folder, RandomAccessFile file) {
    this.folder = folder;
    this.file = file;
  }

  static Spool begin(Path folder) {
    try {
      Files.createDirectories(folder);
      Path path = Files.createTempFile(folder, "piece", ".tmp");
      try {
        return new Spool(folder, new RandomAccessFile(path.toFile(), "rw"));
      } finally {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw writing(folder, e);
    }
  }

  /**
   * Takes up to {@link #PIECE} bytes of a stream. What arrived before it broke is in the spool.
   *
   * @param hash is given the same bytes; null for none
   * @param expected how many bytes are said to come, or -1; only the buffer is sized by it
   * @return whether the stream may have more
   * @throws IOException where the stream breaks
   * @throws Failure exit 3 where this machine's disk does
   */
  boolean fill(InputStream content, @Nullable RunningDigest hash, long expected)
      throws IOException {
    byte[] buffer = new byte[expected < 0 ? BUFFER : Math.clamp(expected, 1, BUFFER)];
    while (size < PIECE) {
      int read = content.read(buffer, 0, (int) Math.min(buffer.length, PIECE - size));
      if (read < 0) {
        return false;
      }
      add(buffer, read);
      if (hash != null) {
        hash.update(buffer, 0, read);
      }
    }
    return true;
  }

  private void add(byte[] buffer, int count) {
    try {
      file.seek(size);
      file.write(buffer, 0, count);
    } catch (IOException e) {
      throw writing(folder, e);
    }
    checksum.update(buffer, 0, count);
    size += count;
  }

  /** A stream that adds to the spool, without a limit. */
  OutputStream out() {
    return new OutputStream() {
      @Override
      public void write(int b) {
        add(new byte[] {(byte) b}, 1);
      }

      @Override
      public void write(byte[] buffer, int offset, int count) {
        add(
            offset == 0 ? buffer : java.util.Arrays.copyOfRange(buffer, offset, offset + count),
            count);
      }
    };
  }

  /** How many bytes it holds. */
  long size() {
    return size;
  }

  /** CRC-32C of the bytes as they came, in the form of the header {@code x-amz-checksum-crc32c}. */
  String checksum() {
    byte[] value = ByteBuffer.allocate(4).putInt((int) checksum.getValue()).array();
    return Base64.getEncoder().encodeToString(value);
  }

  /** The bytes from the first; one stream at a time is read. */
  InputStream open() {
    return new InputStream() {
      private long at;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] buffer, int offset, int count) throws IOException {
        if (count == 0) {
          return 0;
        }
        file.seek(at);
        int read = file.read(buffer, offset, (int) Math.min(count, size - at));
        at += Math.max(0, read);
        return read == 0 ? -1 : read;
      }
    };
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw writing(folder, e);
    }
  }

  private static Failure writing(Path folder, IOException e) {
    return Failure.undecided(
        "cannot write to the spool folder %s: %s".formatted(folder, e.getMessage()),
        "check its free space and permissions, or name another; nothing half-written is kept",
        e);
  }
}
