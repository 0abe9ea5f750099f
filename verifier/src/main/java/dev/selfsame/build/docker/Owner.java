package dev.selfsame.build.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The process that containers and volumes belong to, as their label says it. A container cannot
 * notice that its maker was killed, so the next process that looks removes what has no owner.
 *
 * @param boot the machine's boot and the process namespace, within which process ids mean something
 * @param pid process id
 * @param started when the process started, milliseconds since 1970-01-01T00:00Z, 0 where unknown
 */
record Owner(String boot, long pid, long started) {
  static final String LABEL = "dev.selfsame.owner";

  /** This process. */
  static Owner self() {
    ProcessHandle self = ProcessHandle.current();
    return new Owner(currentBoot(), self.pid(), started(self));
  }

  /** Reads the label's value. */
  static Optional<Owner> parse(String label) {
    String[] parts = label.split(" ", -1);
    try {
      return parts.length == 3
          ? Optional.of(new Owner(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2])))
          : Optional.empty();
    } catch (NumberFormatException notOurs) {
      return Optional.empty();
    }
  }

  /** Whether it is certain that this owner is gone: it was here, and is no more. */
  boolean isGone() {
    return boot.equals(currentBoot())
        && ProcessHandle.of(pid).filter(process -> started(process) == started).isEmpty();
  }

  String label() {
    return boot + " " + pid + " " + started;
  }

  private static long started(ProcessHandle process) {
    return process.info().startInstant().map(java.time.Instant::toEpochMilli).orElse(0L);
  }

  private static String currentBoot() {
    try {
      String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
      return boot + "/" + Files.readSymbolicLink(Path.of("/proc/self/ns/pid"));
    } catch (IOException e) {
      throw new IllegalStateException("no /proc", e);
    }
  }
}
