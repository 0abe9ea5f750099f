package dev.selfsame.cli;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Where a demo goes. It is filled beside its place and renamed into it, so that the place is absent
 * (or the empty folder that it was) or complete; one demo at a time may fill it.
 */
final class DemoFolder implements AutoCloseable {
  private final Path place;
  private final Path partial;
  private final FileChannel lock;

  private DemoFolder(Path place, Path partial, FileChannel lock) {
    this.place = place;
    this.partial = partial;
    this.lock = lock;
  }

  /**
   * Claims a place, and finds out now what would keep the finished demo from it.
   *
   * @param named a new or empty folder; null takes a new {@code selfsame-demo} in {@code current}
   * @param current the folder that names are relative to
   * @param locks folder for lock files
   * @throws Failure (usage) where something is there already, or it cannot be renamed; (undecided)
   *     where another demo fills it
   */
  static DemoFolder claim(@Nullable Path named, Path current, Path locks) throws IOException {
    if (named == null) {
      for (int n = 1; ; n++) {
        Path fresh = current.resolve(n == 1 ? "selfsame-demo" : "selfsame-demo-" + n);
        FileChannel lock =
            Files.exists(fresh, LinkOption.NOFOLLOW_LINKS) ? null : lock(fresh, locks);
        if (lock != null) {
          return prepare(fresh, lock);
        }
      }
    }
    Path place = current.resolve(named).normalize();
    FileChannel lock = lock(place, locks);
    if (lock == null) {
      throw Failure.undecided(
          "another demo is filling " + place, "wait for it, or name another folder");
    }
    return prepare(place, lock);
  }

  private static DemoFolder prepare(Path place, FileChannel lock) throws IOException {
    boolean prepared = false;
    try {
      Path partial = place.resolveSibling("." + place.getFileName() + ".partial");
      // Nobody has the lock, so it is of a demo that was killed: it holds keys.
      FileTree.delete(partial);
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        refuseFull(place);
        refuseImmovable(place, partial);
      }
      Files.createDirectories(partial);
      prepared = true;
      return new DemoFolder(place, partial, lock);
    } finally {
      if (!prepared) {
        lock.close();
      }
    }
  }

  private static @Nullable FileChannel lock(Path place, Path locks) throws IOException {
    Files.createDirectories(locks);
    String name = Digest.sha256(place.toString().getBytes(StandardCharsets.UTF_8)).hex();
    FileChannel channel =
        FileChannel.open(
            locks.resolve("demo-" + name), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      // Another demo of this very process has it.
    }
    channel.close();
    return null;
  }

  private static void refuseFull(Path place) throws IOException {
    if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      try (var entries = Files.newDirectoryStream(place)) {
        if (!entries.iterator().hasNext()) {
          return;
        }
      }
    }
    throw Failure.usage(place + " holds something already", "name a new folder");
  }

  /** A mount point, for one: better said before the builds than after them. */
  private static void refuseImmovable(Path place, Path partial) throws IOException {
    try {
      Files.move(place, partial, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw Failure.usage(
          "%s cannot be put in place as a whole: it is a mount point, or the folder above is not yours"
              .formatted(place),
          "name a new folder within it: selfsame demo " + place.resolve("demo"));
    }
    Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Where it will stand. */
  Path place() {
    return place;
  }

  /** Where it is filled. */
  Path partial() {
    return partial;
  }

  /** Puts it in its place. */
  void finish() throws IOException {
    FileTree.sync(partial);
    // Replaces the place if that is an empty folder, and nothing else.
    Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
    AtomicFile.syncFolder(place.resolveSibling(""));
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      FileTree.delete(partial);
    }
  }
}
