package dev.selfsame.build.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The processes below one process, from /proc. An orphan within a process namespace goes to that
 * namespace's process 1, so none can leave the tree.
 *
 * <p>Source: proc(5), {@code /proc/pid/task/tid/children} and {@code /proc/pid/smaps_rollup}.
 *
 * @param pids the processes found, parents before children
 * @param tasks how many threads they have together
 */
record ProcessTree(List<Long> pids, int tasks) {
  private static final Path PROC = Path.of("/proc");

  ProcessTree {
    pids = List.copyOf(pids);
  }

  /**
   * What runs below {@code parent} just now, {@code parent} itself not counted.
   *
   * @param enough stops counting above so many threads: a fork bomb grows faster than it is counted
   */
  static ProcessTree below(long parent, int enough) {
    List<Long> found = new ArrayList<>();
    List<Long> next = new ArrayList<>(List.of(parent));
    int tasks = 0;
    while (!next.isEmpty() && tasks <= enough) {
      long pid = next.removeLast();
      if (pid != parent) {
        found.add(pid);
      }
      try (DirectoryStream<Path> threads =
          Files.newDirectoryStream(PROC.resolve(Long.toString(pid)).resolve("task"))) {
        for (Path thread : threads) {
          tasks += pid == parent ? 0 : 1;
          for (String child : read(thread.resolve("children")).split(" ", -1)) {
            if (!child.isBlank()) {
              next.add(Long.parseLong(child.strip()));
            }
          }
        }
      } catch (IOException ended) {
        // It ended while being looked at.
      }
    }
    return new ProcessTree(found, tasks);
  }

  /** The processes that {@code parent} itself has started and that still run. */
  static List<Long> children(long parent) {
    List<Long> children = new ArrayList<>();
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(PROC.resolve(Long.toString(parent)).resolve("task"))) {
      for (Path thread : threads) {
        for (String child : read(thread.resolve("children")).split(" ", -1)) {
          if (!child.isBlank()) {
            children.add(Long.parseLong(child.strip()));
          }
        }
      }
    } catch (IOException ended) {
      return List.of();
    }
    return children;
  }

  /**
   * Memory of all these processes, in bytes. Shared pages are counted once for each process that
   * has them unless the sum is over {@code limit}: only then is it worth the dearer count that
   * divides each page among its owners.
   */
  long memory(long limit) {
    long resident = sum("status", "VmRSS:");
    if (resident <= limit) {
      return resident;
    }
    long proportional = sum("smaps_rollup", "Pss:");
    return proportional > 0 ? proportional : resident;
  }

  private long sum(String file, String field) {
    long bytes = 0;
    for (long pid : pids) {
      for (String line : read(PROC.resolve(Long.toString(pid)).resolve(file)).split("\n", -1)) {
        if (line.startsWith(field)) {
          bytes += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    }
    return bytes;
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException ended) {
      return "";
    }
  }
}
