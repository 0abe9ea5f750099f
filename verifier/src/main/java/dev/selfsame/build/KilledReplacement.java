package dev.selfsame.build;

import dev.selfsame.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a killed process has left beside the place {@code NAME} of its result: {@code
 * .NAME.PID.new}, which it was filling, and {@code .NAME.PID.old}, which was there before.
 */
final class KilledReplacement {
  private static final String OLD = ".old";

  private KilledReplacement() {}

  /** Where this process fills the folder that shall be at {@code place}. */
  static Path fresh(Path place) {
    return place.resolveSibling(own(place) + ".new");
  }

  /** Where this process puts what is at {@code place}. */
  static Path old(Path place) {
    return place.resolveSibling(own(place) + OLD);
  }

  private static String own(Path place) {
    return ".%s.%d".formatted(place.getFileName(), ProcessHandle.current().pid());
  }

  /**
   * Puts the earlier result back where none is, and removes the rest. The caller holds the place.
   */
  static void mend(Path place) throws IOException {
    for (Path stray : strays(place)) {
      if (!OutputFolder.mayGo(stray)) {
        continue;
      }
      boolean free = !Files.exists(place, LinkOption.NOFOLLOW_LINKS);
      if (free && stray.toString().endsWith(OLD)) {
        Files.move(stray, place, StandardCopyOption.ATOMIC_MOVE);
      } else {
        FileTree.delete(stray);
      }
    }
  }

  private static List<Path> strays(Path place) throws IOException {
    Path folder = place.resolveSibling("");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    Pattern form =
        Pattern.compile(
            "\\.%s\\.([0-9]{1,18})\\.(?:new|old)"
                .formatted(Pattern.quote(String.valueOf(place.getFileName()))));
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> isStray(form, file)).sorted().toList();
    }
  }

  /** A process that lives may hold the place by other lock files, and fill its folder now. */
  private static boolean isStray(Pattern form, Path file) {
    Matcher name = form.matcher(String.valueOf(file.getFileName()));
    if (!name.matches()) {
      return false;
    }
    long pid = Long.parseLong(name.group(1));
    return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
  }
}
