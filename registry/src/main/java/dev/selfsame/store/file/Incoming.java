package dev.selfsame.store.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;

/** The folder where files are written before they get their place. */
final class Incoming {
  private static final Duration SETTLED = Duration.ofMinutes(10);

  private final Path folder;

  Incoming(Path folder) {
    this.folder = folder;
  }

  /** Begins a file. */
  Part begin() throws IOException {
    Folders.create(folder);
    return new Part(Files.createTempFile(folder, "part", ".tmp"));
  }

  /**
   * Deletes what killed processes left. A file that its writer still holds is locked; a young one
   * may be between its creation and its lock.
   */
  void clear(Instant now) throws IOException {
    for (String name : Folders.names(folder)) {
      Path left = folder.resolve(name);
      if (Files.getLastModifiedTime(left).toInstant().plus(SETTLED).isBefore(now)) {
        deleteUnlessHeld(left);
      }
    }
  }

  private static void deleteUnlessHeld(Path left) throws IOException {
    try (FileChannel channel = FileChannel.open(left, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock != null) {
        Files.deleteIfExists(left);
      }
    } catch (OverlappingFileLockException e) {
      return; // Another thread of this process is writing it.
    }
  }

  /** A file being written. Closing it deletes it, unless it has been moved to its place. */
  static final class Part implements AutoCloseable {
    private final Path path;
    private final FileChannel channel;
    private final OutputStream out;

    Part(Path path) throws IOException {
      this.path = path;
      this.channel = FileChannel.open(path, StandardOpenOption.WRITE);
      this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      channel.lock();
    }

    Path path() {
      return path;
    }

    OutputStream out() {
      return out;
    }

    /** Nothing more is written: the bytes are on the disk, and the file is read-only. */
    void seal() throws IOException {
      out.flush();
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--r--r--"));
      channel.force(true);
    }

    @Override
    public void close() throws IOException {
      channel.close();
      Files.deleteIfExists(path);
    }
  }
}
