package dev.selfsame.oci.http;

import io.helidon.http.HeaderNames;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** On what a client makes its request hang. Source: RFC 9110, 13.1.2, 13.1.5 and 8.8.3. */
final class Conditions {
  private static final Pattern TAG = Pattern.compile("(?:W/)?(\"[^\"]*\")");

  private Conditions() {}

  /**
   * Whether the client has this already: {@code If-None-Match} with the tag among others, weak or
   * not, or {@code *}.
   *
   * @param tag with its quotes
   */
  static boolean has(Exchange exchange, String tag) {
    for (String value : exchange.headers(HeaderNames.IF_NONE_MATCH)) {
      if (value.strip().equals("*")) {
        return true;
      }
      for (Matcher one = TAG.matcher(value); one.find(); ) {
        if (one.group(1).equals(tag)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The part that is asked for; none where the client has parts of something else: {@code If-Range}
   * with another tag, a weak one, or a date, of which there are none here.
   */
  static Optional<String> range(Exchange exchange, String tag) {
    return exchange.header(HeaderNames.IF_RANGE).filter(has -> !has.strip().equals(tag)).isPresent()
        ? Optional.empty()
        : exchange.header(HeaderNames.RANGE);
  }
}
