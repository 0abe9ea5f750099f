package dev.selfsame.store.file;

import dev.selfsame.store.Blobs.Leftover;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The folder where files are written before they get their place. */
final class Incoming {
  private static final Duration SETTLED = Duration.ofMinutes(10);

  /** What this process writes, which it must not open again: see {@link Turn}. */
  private static final Set<Path> WRITTEN = ConcurrentHashMap.newKeySet();

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
    for (Leftover left : leftovers(now.minus(SETTLED))) {
      discard(left.id());
    }
  }

  /** Files that nobody has written to since; what is held may be among them. */
  List<Leftover> leftovers(Instant before) {
    return Folders.names(folder).stream().flatMap(name -> leftover(name, before).stream()).toList();
  }

  private Optional<Leftover> leftover(String name, Instant before) {
    try {
      BasicFileAttributes file =
          Files.readAttributes(
              folder.resolve(name), BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return file.isRegularFile() && file.lastModifiedTime().toInstant().isBefore(before)
          ? Optional.of(new Leftover(name, file.size()))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty(); // Its writer has just ended.
    } catch (IOException e) {
      throw Trouble.reading(folder.resolve(name), e);
    }
  }

  /** Deletes a file unless its writer holds it; whether it is gone by this. */
  boolean discard(String name) throws IOException {
    Path left = folder.resolve(name);
    if (WRITTEN.contains(left)) {
      return false;
    }
    // It is sealed where its writer died between that and the rename: only its owner may write it.
    try (FileChannel channel = FileChannel.open(left, StandardOpenOption.READ);
        FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
      return lock != null && Files.deleteIfExists(left);
    } catch (NoSuchFileException e) {
      return false;
    } catch (OverlappingFileLockException e) {
      return false; // Another thread of this process is discarding it.
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
      WRITTEN.add(path);
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
      try {
        channel.close();
      } finally {
        WRITTEN.remove(path);
      }
      Files.deleteIfExists(path);
    }
  }
}
