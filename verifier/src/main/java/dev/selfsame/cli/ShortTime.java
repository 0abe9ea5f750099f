package dev.selfsame.cli;

import dev.selfsame.outcome.Failure;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people write them in options: {@code 90s}, {@code 20m}, {@code 24h}, {@code 7d}. */
final class ShortTime {
  private static final Pattern FORM = Pattern.compile("(0|[1-9][0-9]{0,4})([smhd])");

  private ShortTime() {}

  /**
   * Reads one.
   *
   * @param option what it is the value of
   * @throws Failure exit 2 where it is none
   */
  static Duration parse(String text, String option) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw Failure.usage("not a time: " + text, option + " 90s, 20m, 24h or 7d");
    }
    long number = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
