package dev.selfsame.oci.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of a blob that is asked for. Source: RFC 9110 §14. Of several ranges none is served: the
 * whole is a right answer too.
 *
 * @param from the place of the first byte
 * @param count how many, 1 or more
 */
record ByteRange(long from, long count) {
  private static final Pattern ONE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** What is made of a header. */
  sealed interface Asked {}

  /** No range that is understood: the whole is served. */
  record Whole() implements Asked {}

  /** A range within. */
  record Part(ByteRange range) implements Asked {}

  /** A range that lies outside, or ends before it begins. */
  record Outside() implements Asked {}

  /**
   * Reads a Range header.
   *
   * @param size the blob's size
   */
  static Asked parse(Optional<String> header, long size) {
    Matcher range = ONE.matcher(header.orElse(""));
    if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
      return new Whole();
    }
    if (range.group(1).isEmpty()) {
      long count = Math.min(size, Long.parseLong(range.group(2)));
      return count == 0 ? new Outside() : new Part(new ByteRange(size - count, count));
    }
    long from = Long.parseLong(range.group(1));
    long to = range.group(2).isEmpty() ? size - 1 : Long.parseLong(range.group(2));
    long last = Math.min(to, size - 1);
    return from > last ? new Outside() : new Part(new ByteRange(from, last - from + 1));
  }

  /** As a Content-Range header has it. */
  String header(long size) {
    return "bytes %d-%d/%d".formatted(from, from + count - 1, size);
  }
}
