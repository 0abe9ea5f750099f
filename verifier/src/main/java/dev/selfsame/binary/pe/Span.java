package dev.selfsame.binary.pe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A run of bytes of a file that one structure fills.
 *
 * @param name of the structure, such as {@code import names}
 * @param offset within the file, in bytes
 * @param size bytes
 */
public record Span(String name, long offset, long size) {

  /** The same bytes with neighbours of one name joined, by offset. */
  static List<Span> joined(List<Span> spans) {
    List<Span> sorted = new ArrayList<>(spans);
    sorted.sort(Comparator.comparing(Span::name).thenComparingLong(Span::offset));
    List<Span> joined = new ArrayList<>();
    for (Span span : sorted) {
      Span last = joined.isEmpty() ? null : joined.getLast();
      if (last != null && last.name.equals(span.name) && span.offset <= last.offset + last.size) {
        long end = Math.max(last.offset + last.size, span.offset + span.size);
        joined.set(joined.size() - 1, new Span(last.name, last.offset, end - last.offset));
      } else {
        joined.add(span);
      }
    }
    joined.sort(Comparator.comparingLong(Span::offset));
    return joined;
  }
}
