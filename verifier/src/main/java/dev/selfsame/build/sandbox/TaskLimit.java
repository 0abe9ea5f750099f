package dev.selfsame.build.sandbox;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A control group that bounds processes and threads. Only root can make one, and only root needs
 * one: the kernel does not hold processes of the host's root user to RLIMIT_NPROC, whatever user
 * namespace they are in. Where none can be made, the watcher alone ends a fork bomb.
 *
 * <p>Source: cgroups(7); kernel documentation, Process Number Controller.
 */
final class TaskLimit implements Closeable {
  private static final List<Path> HIERARCHIES =
      List.of(Path.of("/sys/fs/cgroup/pids"), Path.of("/sys/fs/cgroup"));
  private static final String PREFIX = "selfsame-";
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final int TRIES = 50;
  private static final long PAUSE_NANOS = 10_000_000;

  private final Path group;

  private TaskLimit(Path group) {
    this.group = group;
  }

  /** A new group for at most {@code most} tasks, where this process may make one. */
  static Optional<TaskLimit> make(int most) {
    if (!Caller.isRoot()) {
      return Optional.empty();
    }
    for (Path hierarchy : HIERARCHIES) {
      sweep(hierarchy);
      String name = PREFIX + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
      Path group = hierarchy.resolve(name);
      try {
        Files.createDirectory(group);
        if (Files.exists(group.resolve("pids.max"))) {
          Files.writeString(group.resolve("pids.max"), Integer.toString(most));
          return Optional.of(new TaskLimit(group));
        }
        Files.delete(group);
      } catch (IOException e) {
        // Read-only or absent, as within most containers: the next, or none.
      }
    }
    return Optional.empty();
  }

  /** Shell words by which the shell itself joins the group. */
  String join() {
    return "echo $$ >" + group.resolve("cgroup.procs") + "; ";
  }

  /** Whether the kernel has refused a process for this limit. */
  boolean wasMet() {
    try {
      String events = Files.readString(group.resolve("pids.events"));
      return !events.strip().equals("max 0");
    } catch (IOException e) {
      return false;
    }
  }

  /** Removes the groups of processes that were killed before they could. */
  private static void sweep(Path hierarchy) {
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(hierarchy, PREFIX + "*")) {
      for (Path group : groups) {
        String[] parts = String.valueOf(group.getFileName()).split("-", -1);
        if (ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()) {
          Files.deleteIfExists(group);
        }
      }
    } catch (IOException | NumberFormatException notOurs) {
      return;
    }
  }

  @Override
  public void close() {
    for (int i = 0; i < TRIES; i++) {
      try {
        Files.deleteIfExists(group);
        return;
      } catch (IOException stillHasZombies) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
