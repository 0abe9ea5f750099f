package dev.selfsame.build;

import dev.selfsame.files.AtomicFile;
import dev.selfsame.files.FileTree;
import dev.selfsame.files.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A place for a result at which a disk is mounted, such as a volume in CI: it cannot be renamed, so
 * a result is put into it name by name. The record goes first and comes last, so that whoever sees
 * a record sees the whole result. Meanwhile the place has a folder {@code .selfsame-out}:
 *
 * <ul>
 *   <li>{@code new}: the result, whole before anything else is touched;
 *   <li>{@code aside}: the names of the earlier result while they go;
 *   <li>{@code old}: {@code aside} once all are in it; from then on those of {@code new} come;
 *   <li>{@code gone}: {@code old} once all have come.
 * </ul>
 *
 * <p>Each step between these is one rename, so that what a killed build has left tells how to undo
 * it.
 */
final class MountedPlace {
  /** Who holds a lock on it fills the place, in whichever container. It is never removed. */
  static final String LOCK = ".selfsame-out.lock";

  /** Logs of a build that failed: nothing may be written beside a volume in a container. */
  static final String FAILED = "failed-build";

  private static final String WORK = ".selfsame-out";
  private static final String NEW = "new";
  private static final String ASIDE = "aside";
  private static final String OLD = "old";
  private static final String GONE = "gone";

  /** The last is ext4's own. */
  private static final Set<String> NO_RESULT = Set.of(FAILED, "lost+found");

  /** How what is only there for a time is called: here, and by {@link KilledReplacement}. */
  private static final List<String> PASSING = List.of(WORK, "." + FAILED + ".");

  private MountedPlace() {}

  /** Whether something is mounted there, under whichever name the path leads to it. */
  static boolean is(Path place) throws IOException {
    return Files.isDirectory(place) && Mounts.ofProcess().isPoint(place.toRealPath());
  }

  /** Whether a build has begun to put a result there, and has not come to an end. */
  static boolean isBegun(Path place) {
    return Files.isDirectory(place.resolve(WORK), LinkOption.NOFOLLOW_LINKS);
  }

  /** What is there of a result, its record first. */
  static List<Path> names(Path place) throws IOException {
    return all(place).stream()
        .filter(name -> !NO_RESULT.contains(last(name)))
        .filter(name -> PASSING.stream().noneMatch(last(name)::startsWith))
        .toList();
  }

  private static List<Path> all(Path folder) throws IOException {
    try (Stream<Path> content = Files.list(folder)) {
      return content
          .sorted(
              Comparator.comparing((Path name) -> !last(name).equals(OutputFolder.RECORD))
                  .thenComparing(MountedPlace::last))
          .toList();
    }
  }

  private static String last(Path path) {
    return String.valueOf(path.getFileName());
  }

  /**
   * Puts a result in the stead of what is there. Whatever fails leaves what was there.
   *
   * @param content written into a folder of its own first
   */
  static void replace(Path place, OutputFolder.Content content) throws IOException {
    Path work = place.resolve(WORK);
    try {
      mend(place);
      content.write(Files.createDirectories(work.resolve(NEW)));
      FileTree.sync(work.resolve(NEW));
      Path aside = Files.createDirectory(work.resolve(ASIDE));
      for (Path name : names(place)) {
        move(name, aside);
      }
      rename(aside, work.resolve(OLD));
      for (Path name : all(work.resolve(NEW)).reversed()) {
        move(name, place);
      }
      AtomicFile.syncFolder(place);
      rename(work.resolve(OLD), work.resolve(GONE));
    } finally {
      boolean interrupted = Thread.interrupted();
      try {
        mend(place);
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  /** Undoes what was begun and not ended, and removes what is left of what was. */
  static void mend(Path place) throws IOException {
    Path work = place.resolve(WORK);
    Path aside = work.resolve(ASIDE);
    Path old = work.resolve(OLD);
    if (Files.exists(old)) {
      for (Path name : names(place)) {
        FileTree.delete(name);
      }
      rename(old, aside);
    }
    if (Files.exists(aside)) {
      for (Path name : all(aside).reversed()) {
        move(name, place);
      }
    }
    FileTree.delete(work);
  }

  private static void move(Path name, Path folder) throws IOException {
    rename(name, folder.resolve(last(name)));
  }

  private static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }
}
