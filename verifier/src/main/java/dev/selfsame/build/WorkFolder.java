package dev.selfsame.build;

import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.fetch.DiskTrouble;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The throw-away folder of one job, or of one run of an engine, gone when it is closed. What a
 * killed process has left is removed by the next: each folder has a lock beside it, which the
 * system lets go of with its process.
 */
public final class WorkFolder implements AutoCloseable {
  private static final String PREFIX = "job-";
  private static final String LOCK = ".lock";
  private static final String IN_MEMORY = "selfsame-";
  private static final int TRIES = 10;

  /**
   * This very process. A process's id is not enough: in a container it is the same in each run, and
   * then nobody would sweep what a killed one has left.
   */
  private static final String SELF =
      "%d-%s-".formatted(ProcessHandle.current().pid(), random(new SecureRandom()));

  private final Path folder;
  private final Path lockFile;
  private final FileChannel lock;

  private WorkFolder(Path folder, Path lockFile, FileChannel lock) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /**
   * Makes a new one, and removes those whose processes are gone.
   *
   * @param above such as {@code ~/.cache/selfsame/work}
   * @throws Failure (undecided) where the disk does not allow it
   */
  public static WorkFolder make(Path above) {
    try {
      Files.createDirectories(above);
      Path parent = above.toRealPath();
      sweep(parent);
      for (int i = 0; i < TRIES; i++) {
        Optional<WorkFolder> made = attempt(parent);
        if (made.isPresent()) {
          return made.get();
        }
      }
      throw new IOException("other processes take every lock file there");
    } catch (IOException e) {
      throw DiskTrouble.failure("making a work folder", above, e);
    }
  }

  /** One try, in vain where another process swept the lock file before it was locked. */
  private static Optional<WorkFolder> attempt(Path parent) throws IOException {
    // What is its own, a process never sweeps: POSIX forgets all of a process's locks on a file as
    // soon as it closes the file once.
    String name = PREFIX + SELF + random(new SecureRandom());
    Path lockFile = parent.resolve(name + LOCK);
    FileChannel channel =
        FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (channel.tryLock() == null || !Files.exists(lockFile)) {
      channel.close();
      return Optional.empty();
    }
    Path folder = parent.resolve(name);
    // Not closed to others: the build may run as another user.
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return Optional.of(new WorkFolder(folder, lockFile, channel));
  }

  private static String random(SecureRandom source) {
    byte[] random = new byte[8];
    source.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  private static void sweep(Path parent) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK)) {
      for (Path file : locks) {
        String name = file.getFileName().toString();
        if (!name.startsWith(PREFIX + SELF)) {
          sweep(file, name.substring(0, name.length() - LOCK.length()));
        }
      }
    }
  }

  private static void sweep(Path file, String name) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock free = channel.tryLock()) {
      if (free != null) {
        FileTree.delete(file.resolveSibling(name));
        FileTree.delete(inMemory(name));
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // Another process sweeps it, or it belongs to another user.
    }
  }

  /** A place in the folder. */
  public Path at(String name) {
    return folder.resolve(name);
  }

  /**
   * A place for a small copy of {@code bytes}: in memory where there is room, since a file system
   * in memory lists a folder's files by the order they were made in. Others, such as ext4, list
   * them by a hash of their names, and there the order cannot be varied; and a disk takes long to
   * make and remove thousands of files that nobody keeps.
   */
  Path atFast(String name, long bytes) {
    return MemoryDisk.ofMachine().hasRoom(bytes)
        ? inMemory(folder.getFileName().toString()).resolve(name)
        : at(name);
  }

  private static Path inMemory(String name) {
    return MemoryDisk.PLACE.resolve(IN_MEMORY + name);
  }

  /** Whether a folder is one that {@link #atFast} gave and that is in memory. */
  public static boolean isInMemory(Path folder) {
    Path job = folder.getParent();
    return job != null
        && MemoryDisk.PLACE.equals(job.getParent())
        && job.getFileName().toString().startsWith(IN_MEMORY + PREFIX);
  }

  @Override
  public void close() {
    // An interrupt must not stop the clean-up half-way.
    boolean interrupted = Thread.interrupted();
    try {
      FileTree.delete(folder);
      FileTree.delete(inMemory(folder.getFileName().toString()));
      Files.deleteIfExists(lockFile);
      lock.close();
    } catch (IOException e) {
      throw Failure.undecided(
          "removing the work folder %s: %s".formatted(folder, e), "remove it by hand", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
