package dev.selfsame.attest.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * RFC 3339 times in UTC, in the one form that {@link Instant#toString} writes. Read by hand,
 * because the formatters of java.time cost a fresh JVM more than the signature check.
 */
final class UtcTime {
  private static final String FORM = "0000-00-00T00:00:00";

  private UtcTime() {}

  static Instant parse(String text) {
    int end = text.length() - 1;
    if (end < FORM.length() || text.charAt(end) != 'Z' || !formed(text)) {
      throw new DateTimeException("not of the form");
    }
    LocalDateTime time =
        LocalDateTime.of(
            number(text, 0, 4),
            number(text, 5, 7),
            number(text, 8, 10),
            number(text, 11, 13),
            number(text, 14, 16),
            number(text, 17, 19),
            nanos(text, end));
    return time.toInstant(ZoneOffset.UTC);
  }

  private static boolean formed(String text) {
    for (int i = 0; i < FORM.length(); i++) {
      char form = FORM.charAt(i);
      if (form == '0' ? !digit(text.charAt(i)) : text.charAt(i) != form) {
        return false;
      }
    }
    return true;
  }

  private static int nanos(String text, int end) {
    int from = FORM.length();
    if (from == end) {
      return 0;
    }
    int digits = end - from - 1;
    if (text.charAt(from) != '.' || digits < 1 || digits > 9) {
      throw new DateTimeException("not a fraction");
    }
    int nanos = 0;
    for (int i = 0; i < 9; i++) {
      char c = i < digits ? text.charAt(from + 1 + i) : '0';
      if (!digit(c)) {
        throw new DateTimeException("not a fraction");
      }
      nanos = nanos * 10 + (c - '0');
    }
    return nanos;
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }
}
