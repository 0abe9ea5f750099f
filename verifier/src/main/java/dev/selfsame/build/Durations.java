package dev.selfsame.build;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 90s}, {@code 20m}, {@code 2h}. */
public final class Durations {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})([smh])");
  private static final Duration LONGEST = Duration.ofHours(24);

  private Durations() {}

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException saying what a duration is
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration duration =
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
          };
      if (duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    }
    throw new IllegalArgumentException("a duration up to 24h, such as 90s, 20m or 2h");
  }
}
