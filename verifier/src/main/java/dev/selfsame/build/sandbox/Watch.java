package dev.selfsame.build.sandbox;

import dev.selfsame.build.Ending;
import dev.selfsame.build.LimitedLog;
import dev.selfsame.build.Sandbox;
import dev.selfsame.build.WorkFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Looks at what a sandbox uses, and says when it is over a limit. Each kind is looked at as often
 * as that can be without taking more than a hundredth of a CPU. Counting what was written takes a
 * walk through all files, so it is done sooner where so much less is free that it may have come to
 * the limit.
 */
final class Watch {
  private static final long SHARE = 100;
  private static final long SOONEST = Duration.ofMillis(40).toNanos();
  private static final long SOONEST_DISK = Duration.ofMillis(200).toNanos();
  private static final long LATEST = Duration.ofMillis(500).toNanos();
  private static final long LATEST_DISK = Duration.ofSeconds(10).toNanos();

  private final Sandbox.Limits limits;
  private final LimitedLog log;
  private final List<Path> counted;
  private final List<FreeSpace> space;
  private final long start = System.nanoTime();
  private long nextProcesses = start;
  private long nextSpace = start + SOONEST_DISK;
  private long nextDisk = start + SOONEST_DISK;
  private long written;

  /**
   * @param counted the folders whose bytes count
   */
  Watch(Sandbox.Limits limits, LimitedLog log, List<Path> counted) {
    this.limits = limits;
    this.log = log;
    this.counted = List.copyOf(counted);
    this.space =
        counted.stream()
            .map(folder -> FreeSpace.of(folder, WorkFolder.isInMemory(folder)))
            .toList();
  }

  Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** How long to sleep before it is worth looking again. */
  Duration pause() {
    long end = start + limits.wall().toNanos();
    long next = Math.min(Math.min(nextProcesses, nextSpace), Math.min(nextDisk, end));
    return Duration.ofNanos(Math.clamp(next - System.nanoTime(), 1_000_000, SOONEST));
  }

  /** The limit that the tree below {@code pid} has gone over, if any. */
  Optional<Ending> over(long pid) {
    if (elapsed().compareTo(limits.wall()) > 0) {
      return Optional.of(new Ending.TimedOut(elapsed()));
    }
    Optional<Ending> over = overLog();
    long now = System.nanoTime();
    if (over.isEmpty() && now - nextProcesses >= 0) {
      over = overProcesses(ProcessTree.below(pid, limits.processes()));
      nextProcesses = after(now, SOONEST, LATEST);
    }
    if (over.isEmpty() && now - nextSpace >= 0) {
      long before = System.nanoTime();
      over = overSpace();
      if (mayBeAtLimit()) {
        nextDisk = before;
      }
      nextSpace = after(before, SOONEST_DISK, LATEST);
    }
    if (over.isEmpty() && now - nextDisk >= 0) {
      long before = System.nanoTime();
      over = overDisk();
      nextDisk = after(before, SOONEST_DISK, LATEST_DISK);
    }
    return over;
  }

  /** What can still be said when nothing runs any more. */
  Optional<Ending> overAtTheEnd() {
    return overLog().or(this::overDisk).or(this::overSpace);
  }

  private static long after(long began, long soonest, long latest) {
    long now = System.nanoTime();
    return now + Math.clamp((now - began) * SHARE, soonest, latest);
  }

  private Optional<Ending> overLog() {
    return log.overflowed()
        ? over("log", "more than " + limits.logBytes() + " bytes")
        : Optional.empty();
  }

  private Optional<Ending> overProcesses(ProcessTree tree) {
    if (tree.tasks() > limits.processes()) {
      return over("processes", figures(tree.tasks(), limits.processes()));
    }
    long memory = tree.memory(limits.memoryBytes());
    return memory > limits.memoryBytes()
        ? over("memory", figures(memory, limits.memoryBytes()) + " bytes")
        : Optional.empty();
  }

  private Optional<Ending> overDisk() {
    space.forEach(FreeSpace::mark);
    written = DiskUse.of(counted);
    return written > limits.diskBytes()
        ? over("disk", figures(written, limits.diskBytes()) + " bytes")
        : Optional.empty();
  }

  /** Whether half of what could still be written has gone since it was counted. */
  private boolean mayBeAtLimit() {
    // Folders of one file system count it several times: then it is only counted sooner.
    long lost = space.stream().mapToLong(FreeSpace::lost).sum();
    return lost > (limits.diskBytes() - written) / 2;
  }

  private Optional<Ending> overSpace() {
    return space.stream()
        .flatMap(each -> each.tooLittle().stream())
        .findFirst()
        .flatMap(little -> over("disk", little));
  }

  private Optional<Ending> over(String limit, String detail) {
    return Optional.of(new Ending.OverLimit(limit, detail, elapsed()));
  }

  private static String figures(long reached, long limit) {
    return String.format(Locale.ROOT, "%,d of at most %,d", reached, limit);
  }
}
