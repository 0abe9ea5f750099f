package dev.selfsame.pins.fetch;

import dev.selfsame.files.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** A file on its way into the cache. Whoever opens it holds the {@link Claim} of its digest. */
final class Partial implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  Partial(Path folder, String name) throws IOException {
    Files.createDirectories(folder);
    this.file = folder.resolve(name);
    this.channel =
        FileChannel.open(
            file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
  }

  long length() throws IOException {
    return channel.size();
  }

  /** Hashes what is there and stands behind it. */
  void hashInto(MessageDigest hash) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    channel.position(0);
    while (channel.read(buffer) >= 0) {
      hash.update(buffer.flip());
      buffer.clear();
    }
  }

  void truncate() throws IOException {
    channel.truncate(0);
    channel.position(0);
  }

  void write(byte[] bytes, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Puts the whole file into its place, on the disk for good. */
  void publish(Path folder, String name) throws IOException {
    channel.force(true);
    Files.createDirectories(folder);
    Path target = folder.resolve(name);
    Files.move(file, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    AtomicFile.syncFolder(folder);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
