package dev.selfsame.cli;

import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.binary.bytes.OverdueException;
import dev.selfsame.build.Durations;
import dev.selfsame.outcome.Failure;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;

/** {@code --timeout}: how long a command may read files. */
final class ReadingTime {
  private static final String USUAL = "10m";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long the files may be read, such as 90s, 20m or 2h; usually 10m.")
  private String timeout = USUAL;

  /**
   * The limit.
   *
   * @throws Failure (usage) where what was given is none
   */
  Duration limit() {
    try {
      return Durations.parse(timeout);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(
          "--timeout is not " + e.getMessage() + ": " + timeout, "--timeout " + USUAL);
    }
  }

  /** The limit from now on. */
  Deadline begin(InstantSource clock) {
    return Deadline.in(limit(), clock);
  }

  /**
   * Reads.
   *
   * @param names how people called a file that is at a path
   * @throws Failure exit 3 where the deadline passes meanwhile
   */
  <T> T read(Deadline deadline, UnaryOperator<String> names, Supplier<T> reading) {
    try {
      return deadline.during(reading);
    } catch (OverdueException e) {
      List<String> files = e.files().stream().map(names).toList();
      throw Failure.undecided(
          "reading %s took longer than %s"
              .formatted(files.isEmpty() ? "the files" : String.join(" and ", files), timeout),
          "raise --timeout",
          e);
    }
  }
}
