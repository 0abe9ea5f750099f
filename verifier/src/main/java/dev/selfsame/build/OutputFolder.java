package dev.selfsame.build;

import dev.selfsame.digest.Digest;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder that a build leaves. It is filled beside its place and renamed into it, so that it is
 * whole or as it was before; see {@link MountedPlace} for where that cannot be. Held by one build
 * at a time.
 */
final class OutputFolder implements AutoCloseable {
  static final String RECORD = "build-record.json";

  /** Folders that stand beside the binaries: no binary can be called like one of them. */
  static final Set<String> OWN_FOLDERS = Set.of("logs", "dissent", MountedPlace.FAILED);

  /** git must not take a result for a change of the project that it lies in. */
  private static final String IGNORE = ".gitignore";

  private static final String OURS = "# made by selfsame build, and replaced by the next\n*\n";

  private final Path place;
  private final boolean mounted;
  private final List<FileChannel> locks;

  private OutputFolder(Path place, boolean mounted, List<FileChannel> locks) {
    this.place = place;
    this.mounted = mounted;
    this.locks = List.copyOf(locks);
  }

  /**
   * Claims the place, and finds out whether a result can be put there: after the builds it would be
   * too late.
   *
   * @param locks folder for lock files, such as {@code ~/.cache/selfsame/locks}
   * @throws Failure (usage) where something else than an earlier result is there; (undecided) where
   *     another build has claimed it, or nothing can be written there
   */
  static OutputFolder claim(Path out, Path locks) {
    Path place = out.toAbsolutePath().normalize();
    boolean mounted = isMounted(place);
    if (!mounted || !MountedPlace.isBegun(place)) {
      refuseOthers(place);
    }
    refuseOthers(failed(place, mounted));
    requireWritable(mounted ? place : place.resolveSibling(""));
    OutputFolder claimed = lock(place, mounted, locks);
    boolean ready = false;
    try {
      claimed.mend();
      ready = true;
      return claimed;
    } catch (IOException e) {
      throw trouble("cleaning up at " + place, e);
    } finally {
      if (!ready) {
        claimed.close();
      }
    }
  }

  private static boolean isMounted(Path place) {
    try {
      return MountedPlace.is(place);
    } catch (IOException e) {
      throw trouble("reading " + place, e);
    }
  }

  private void mend() throws IOException {
    if (mounted) {
      MountedPlace.mend(place);
      refuseOthers(place);
    } else {
      KilledReplacement.mend(place);
    }
    KilledReplacement.mend(failedPlace());
  }

  private static OutputFolder lock(Path place, boolean mounted, Path locks) {
    List<FileChannel> held = new ArrayList<>();
    boolean ready = false;
    try {
      Files.createDirectories(locks);
      String name = Digest.sha256(place.toString().getBytes(StandardCharsets.UTF_8)).hex();
      held.add(lock(place, locks.resolve("out-" + name)));
      if (mounted) {
        // Builds in other containers have other caches, and the same volume.
        held.add(lockOfVolume(place));
      }
      OutputFolder claimed = new OutputFolder(place, mounted, held);
      ready = true;
      return claimed;
    } catch (IOException e) {
      throw DiskTrouble.failure("claiming " + place, locks, e);
    } finally {
      if (!ready) {
        close(place, held);
      }
    }
  }

  private static FileChannel lockOfVolume(Path place) {
    try {
      return lock(place, place.resolve(MountedPlace.LOCK));
    } catch (IOException e) {
      throw trouble("claiming " + place, e);
    }
  }

  private static FileChannel lock(Path place, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    boolean ours = false;
    try {
      ours = lock(channel);
    } finally {
      if (!ours) {
        channel.close();
      }
    }
    if (!ours) {
      throw Failure.undecided(
          "another build is writing to " + place, "wait for it, or give this one another --out");
    }
    return channel;
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Makes a folder where the result's would be made, and removes it. */
  private static void requireWritable(Path folder) {
    Path above = folder;
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

  /** The same of a place, which may be the root of a disk. */
  private static boolean mayBeReplaced(Path place) throws IOException {
    return mayGo(place) || (isMounted(place) && MountedPlace.names(place).isEmpty());
  }

  private static void refuseOthers(Path place) {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
      throw Failure.usage("not a folder: " + place, "give --out a folder of its own");
    }
    try {
      if (!mayBeReplaced(place)) {
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
    if (!mounted) {
      replace(place, content);
      return;
    }
    try {
      MountedPlace.replace(place, marked(content));
    } catch (IOException e) {
      throw trouble("writing " + place, e);
    }
  }

  /** The content, and by what a folder of it is known again. */
  private static Content marked(Content content) {
    return folder -> {
      Files.writeString(folder.resolve(IGNORE), OURS);
      content.write(folder);
    };
  }

  /** Where the logs of a build that failed go: beside the result, which stays as it was. */
  Path failedPlace() {
    return failed(place, mounted);
  }

  private static Path failed(Path place, boolean mounted) {
    return mounted
        ? place.resolve(MountedPlace.FAILED)
        : place.resolveSibling(place.getFileName() + "-failed");
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
      marked(content).write(fresh);
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
    close(place, locks);
  }

  private static void close(Path place, List<FileChannel> locks) {
    for (FileChannel lock : locks) {
      try {
        lock.close();
      } catch (IOException e) {
        throw trouble("releasing " + place, e);
      }
    }
  }
}
