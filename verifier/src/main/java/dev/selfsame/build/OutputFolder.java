package dev.selfsame.build;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.fetch.DiskTrouble;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/**
 * The folder that a build leaves. It is filled beside its place and renamed into it, so that it is
 * whole or as it was before. Held by one build at a time.
 */
final class OutputFolder implements AutoCloseable {
  static final String RECORD = "build-record.json";

  /** git must not take a result for a change of the project that it lies in. */
  private static final String IGNORE = ".gitignore";

  private static final String OURS = "# made by selfsame build, and replaced by the next\n*\n";

  private final Path place;
  private final FileChannel lock;

  private OutputFolder(Path place, FileChannel lock) {
    this.place = place;
    this.lock = lock;
  }

  /**
   * Claims the place.
   *
   * @param locks folder for lock files, such as {@code ~/.cache/selfsame/locks}
   * @throws Failure (usage) where something else than an earlier result is there; (undecided) where
   *     another build has claimed it
   */
  static OutputFolder claim(Path out, Path locks) {
    Path place = out.toAbsolutePath().normalize();
    refuseOthers(place);
    try {
      Files.createDirectories(locks);
      String name = Digest.sha256(place.toString().getBytes(StandardCharsets.UTF_8)).hex();
      FileChannel channel =
          FileChannel.open(
              locks.resolve("out-" + name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!lock(channel)) {
        channel.close();
        throw Failure.undecided(
            "another build is writing to " + place, "wait for it, or give this one another --out");
      }
      return new OutputFolder(place, channel);
    } catch (IOException e) {
      throw DiskTrouble.failure("claiming " + place, locks, e);
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static void refuseOthers(Path place) {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw Failure.usage("not a folder: " + place, "give --out a folder of its own");
    }
    try (Stream<Path> content = Files.list(place)) {
      if (content.findAny().isPresent() && !isOurs(place)) {
        throw Failure.usage(
            "%s holds other files than an earlier build's".formatted(place),
            "give --out a new folder");
      }
    } catch (IOException e) {
      throw DiskTrouble.failure("reading " + place, place, e);
    }
  }

  private static boolean isOurs(Path place) throws IOException {
    Path ignore = place.resolve(IGNORE);
    return Files.isRegularFile(ignore) && Files.readString(ignore).equals(OURS);
  }

  /** Writes the content into a new folder. */
  @FunctionalInterface
  interface Content {
    void write(Path folder) throws IOException;
  }

  /** Replaces the folder whole. */
  void replace(Content content) {
    replace(place, content);
  }

  /** Where the logs of a build that failed go: beside the place, which stays as it was. */
  Path failedPlace() {
    return place.resolveSibling(place.getFileName() + "-failed");
  }

  /** Keeps what a failed build has left, whole. */
  void replaceFailed(Content content) {
    refuseOthers(failedPlace());
    replace(failedPlace(), content);
  }

  private static void replace(Path place, Content content) {
    String own = ".%s.%d".formatted(place.getFileName(), ProcessHandle.current().pid());
    Path fresh = place.resolveSibling(own + ".new");
    Path old = place.resolveSibling(own + ".old");
    try {
      FileTree.delete(fresh);
      FileTree.delete(old);
      Files.createDirectories(fresh);
      Files.writeString(fresh.resolve(IGNORE), OURS);
      content.write(fresh);
      if (Files.exists(place)) {
        Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(place.resolveSibling(""));
      FileTree.delete(old);
    } catch (AtomicMoveNotSupportedException e) {
      throw Failure.usage(place + " is a disk of its own", "give --out a folder below it");
    } catch (IOException e) {
      throw DiskTrouble.failure("writing " + place, place, e);
    } finally {
      restore(place, fresh, old);
    }
  }

  private static void restore(Path place, Path fresh, Path old) {
    boolean interrupted = Thread.interrupted();
    try {
      FileTree.delete(fresh);
      if (Files.exists(old) && !Files.exists(place)) {
        Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw DiskTrouble.failure("cleaning up beside " + place, place, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw DiskTrouble.failure("releasing " + place, place, e);
    }
  }
}
