package dev.selfsame.build;

import dev.selfsame.evidence.BuildRecord.EngineFacts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the host is and what of it a build may use. */
final class HostFacts {
  private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal: +(\\d+) kB$");
  private static final long USUAL_MEMORY = 8L << 30;
  private static final int PROCESSES = 4096;
  private static final long MOST_DISK = 64L << 30;
  private static final long LOG = 64L << 20;

  private HostFacts() {}

  static int cpus() {
    return Runtime.getRuntime().availableProcessors();
  }

  static EngineFacts of(Engine engine) {
    String version =
        switch (engine.probe()) {
          case Engine.Probe.Works(String v) -> v;
          case Engine.Probe.Absent(String why, String hint) -> "unknown";
        };
    return new EngineFacts(
        engine.name(),
        version,
        Map.of(
            "architecture", System.getProperty("os.arch"),
            "cpus", Integer.toString(cpus()),
            "kernel", System.getProperty("os.name") + " " + System.getProperty("os.version")));
  }

  /** Limits of one build: most of the memory and disk, so that the host itself stays usable. */
  static Sandbox.Limits limits(Path workFolder) {
    return new Sandbox.Limits(
        Duration.ofHours(1), memory() / 10 * 9, PROCESSES, disk(workFolder), LOG);
  }

  private static long memory() {
    try {
      String text = Files.readString(Path.of("/proc/meminfo"), StandardCharsets.US_ASCII);
      Matcher total = TOTAL.matcher(text);
      return total.find() ? Long.parseLong(total.group(1)) << 10 : USUAL_MEMORY;
    } catch (IOException e) {
      return USUAL_MEMORY;
    }
  }

  private static long disk(Path folder) {
    try {
      Files.createDirectories(folder);
      return Math.min(MOST_DISK, Files.getFileStore(folder).getUsableSpace() / 10 * 9);
    } catch (IOException e) {
      return MOST_DISK;
    }
  }
}
