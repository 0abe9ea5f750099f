package dev.selfsame.build;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.files.Mounts;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Interruption;
import dev.selfsame.pins.fetch.DiskTrouble;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder that a build leaves. It is filled beside its place and renamed into it, so that it is
 * whole or as it was before. Held by one build at a time.
 */
final class OutputFolder implements AutoCloseable {
  static final String RECORD = "build-record.json";

  /** Folders that stand beside the binaries: no binary can be called like one of them. */
  static final Set<String> OWN_FOLDERS = Set.of("logs", "dissent");

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
   * Claims the place, and finds out whether a result can be put there: after the builds it would be
   * too late.
   *
   * @param locks folder for lock files, such as {@code ~/.cache/selfsame/locks}
   * @throws Failure (usage) where something else than an earlier result is there, or a disk is
   *     mounted; (undecided) where another build has claimed it, or nothing can be written beside
   *     it
   */
  static OutputFolder claim(Path out, Path locks) {
    Path place = out.toAbsolutePath().normalize();
    refuseMountPoint(place);
    refuseOthers(place);
    refuseOthers(failed(place));
    requireWritable(place);
    OutputFolder claimed = lock(place, locks);
    boolean ready = false;
    try {
      KilledReplacement.mend(place);
      KilledReplacement.mend(failed(place));
      ready = true;
      return claimed;
    } catch (IOException e) {
      throw trouble("cleaning up beside " + place, e);
    } finally {
      if (!ready) {
        claimed.close();
      }
    }
  }

  private static OutputFolder lock(Path place, Path locks) {
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

  private static void refuseMountPoint(Path place) {
    if (Mounts.ofProcess().isPoint(place)) {
      throw Failure.usage(
          "%s is a mount point, and cannot be replaced whole".formatted(place),
          "give --out a folder below it, such as " + place.resolve("result"));
    }
  }

  /** Makes a folder where the result's would be made, and removes it. */
  private static void requireWritable(Path place) {
    Path above = place.resolveSibling("");
    while (!Files.exists(above, LinkOption.NOFOLLOW_LINKS) && above.getParent() != null) {
      above = above.getParent();
    }
    if (!Files.isDirectory(above)) {
      throw Failure.usage("not a folder: " + above, "give --out a folder of its own");
    }
    try {
      Files.delete(Files.createTempDirectory(above, ".selfsame-out"));
    } catch (IOException e) {
      throw trouble("writing to " + above, e);
    }
  }

  /** Whether a folder is an earlier result, or empty. */
  static boolean mayGo(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (Stream<Path> content = Files.list(folder)) {
      return content.findAny().isEmpty() || isOurs(folder);
    }
  }

  private static void refuseOthers(Path place) {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw Failure.usage("not a folder: " + place, "give --out a folder of its own");
    }
    try {
      if (!mayGo(place)) {
        throw Failure.usage(
            "%s holds other files than an earlier build's".formatted(place),
            "give --out a new folder");
      }
    } catch (IOException e) {
      throw trouble("reading " + place, e);
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
    return failed(place);
  }

  private static Path failed(Path place) {
    return place.resolveSibling(place.getFileName() + "-failed");
  }

  /** Keeps what a failed build has left, whole. */
  void replaceFailed(Content content) {
    refuseOthers(failedPlace());
    replace(failedPlace(), content);
  }

  private static void replace(Path place, Content content) {
    Path fresh = KilledReplacement.fresh(place);
    Path old = KilledReplacement.old(place);
    try {
      FileTree.delete(fresh);
      FileTree.delete(old);
      Files.createDirectories(fresh);
      Files.writeString(fresh.resolve(IGNORE), OURS);
      content.write(fresh);
      FileTree.sync(fresh);
      put(fresh, place, old);
      AtomicFile.syncFolder(place.resolveSibling(""));
      FileTree.delete(old);
    } catch (IOException e) {
      throw trouble("writing " + place, e);
    } finally {
      restore(place, fresh, old);
    }
  }

  /** Where the place cannot be taken after all, the result stays: it took minutes to make. */
  private static void put(Path fresh, Path place, Path old) throws IOException {
    try {
      if (Files.exists(place)) {
        Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      String name = "%s-%d".formatted(place.getFileName(), ProcessHandle.current().pid());
      Path kept = place.resolveSibling(name);
      for (int n = 2; Files.exists(kept, LinkOption.NOFOLLOW_LINKS); n++) {
        kept = place.resolveSibling(name + "-" + n);
      }
      Files.move(fresh, kept, StandardCopyOption.ATOMIC_MOVE);
      throw Failure.undecided(
          "cannot replace %s: %s".formatted(place, reason(e)),
          "the result is in " + kept + "; next time give --out another folder",
          e);
    }
  }

  private static void restore(Path place, Path fresh, Path old) {
    boolean interrupted = Thread.interrupted();
    try {
      FileTree.delete(fresh);
      if (Files.exists(old)) {
        if (Files.exists(place)) {
          FileTree.delete(old);
        } else {
          Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
        }
      }
    } catch (IOException e) {
      throw trouble("cleaning up beside " + place, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** The cache's own trouble has another hint: the result is not in the cache. */
  private static Failure trouble(String doing, IOException e) {
    if (Interruption.isBehind(e)) {
      return Interruption.failure(doing);
    }
    return Failure.undecided(
        "%s: %s".formatted(doing, reason(e)),
        "make room or mend the permissions there, or give --out another folder",
        e);
  }

  /** Java's own messages for the common cases are a bare path. */
  private static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw trouble("releasing " + place, e);
    }
  }
}
