package dev.selfsame.cli;

import dev.selfsame.outcome.Failure;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a command that asks again and again: {@code --watch, --for, --times}. */
final class WatchOptions {
  private static final int MOST_SECONDS = 86_400;

  @Option(
      names = "--watch",
      arity = "0..1",
      fallbackValue = "10",
      paramLabel = "SECONDS",
      description = "Ask again every SECONDS, 10 by default, and tell changes alone.")
  private @Nullable Integer seconds;

  @Option(names = "--for", paramLabel = "TIME", description = "End a watch after 90s, 20m, …")
  private @Nullable String limit;

  @Option(names = "--times", paramLabel = "N", description = "End a watch after N rounds.")
  private @Nullable Long times;

  /** Whether it is to be asked again. */
  boolean isGiven() {
    if (seconds == null && (limit != null || times != null)) {
      throw Failure.usage("--for and --times go with --watch", "add --watch");
    } else if (seconds != null && (seconds < 1 || seconds > MOST_SECONDS)) {
      throw Failure.usage(
          "not a time to wait: " + seconds, "give 1 to %d seconds".formatted(MOST_SECONDS));
    } else if (times != null && times < 1) {
      throw Failure.usage("not a number of times: " + times, "give 1 or more");
    }
    return seconds != null;
  }

  /** Between two rounds. */
  Duration pause() {
    return Duration.ofSeconds(seconds == null ? 1 : seconds);
  }

  /** After which no other round begins. */
  Duration limit() {
    return limit == null ? Duration.ofDays(36_500) : ShortTime.parse(limit, "--for");
  }

  /** How many rounds there are at most. */
  long times() {
    return times == null ? Long.MAX_VALUE : times;
  }
}
