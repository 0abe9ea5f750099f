package dev.selfsame.audit.gate;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Ages as people write them: {@code 90s}, {@code 20m}, {@code 12h}, {@code 30d}. */
public final class Ages {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,5})([smhd])");
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Ages() {}

  /**
   * Reads one, from a second to 36,500 days.
   *
   * @throws IllegalArgumentException saying what an age is
   */
  public static Duration parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration age =
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      if (age.compareTo(LONGEST) <= 0) {
        return age;
      }
    }
    throw new IllegalArgumentException("an age up to 36500d, such as 90s, 20m, 12h or 30d");
  }

  /**
   * In the two largest units that it has, such as {@code 3d 4h}; what is negative is {@code 0s}.
   */
  static String text(Duration age) {
    if (!age.isPositive()) {
      return "0s";
    }
    long[] parts = {age.toDays(), age.toHoursPart(), age.toMinutesPart(), age.toSecondsPart()};
    String units = "dhms";
    int first = 0;
    while (first < 3 && parts[first] == 0) {
      first++;
    }
    String text = "" + parts[first] + units.charAt(first);
    return first < 3 && parts[first + 1] > 0
        ? "%s %d%c".formatted(text, parts[first + 1], units.charAt(first + 1))
        : text;
  }
}
