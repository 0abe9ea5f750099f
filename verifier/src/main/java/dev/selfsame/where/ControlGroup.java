package dev.selfsame.where;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Which container a process belongs to by its control group (cgroups(7)). Every user may read that,
 * also of a process whose program is not shown.
 */
final class ControlGroup {
  /** Podman's and CRI-O's own process beside a container has its number in its group's name too. */
  private static final String MONITOR = "conmon-";

  private ControlGroup() {}

  /**
   * Whether a living process is in the container's group or one below.
   *
   * @param proc {@code /proc}
   */
  static boolean isIn(Path proc, long pid, String containerId) {
    Path folder = proc.resolve(Long.toString(pid));
    try {
      return Files.readString(folder.resolve("cgroup"), StandardCharsets.ISO_8859_1)
              .lines()
              .flatMap(line -> Arrays.stream(line.split("/", -1)))
              .anyMatch(part -> part.contains(containerId) && !part.contains(MONITOR))
          && !isOver(folder);
    } catch (IOException e) {
      // It ended: the groups of what runs can be read.
      return false;
    }
  }

  /** One that nobody waited for executes nothing, unless only its first thread has ended. */
  private static boolean isOver(Path folder) throws IOException {
    String stat = Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
    String rest = stat.substring(stat.lastIndexOf(')') + 1).strip();
    if (!rest.startsWith("Z") && !rest.startsWith("X")) {
      return false;
    }
    try (Stream<Path> threads = Files.list(folder.resolve("task"))) {
      return threads.count() <= 1;
    }
  }
}
