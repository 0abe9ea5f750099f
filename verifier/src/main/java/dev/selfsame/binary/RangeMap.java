package dev.selfsame.binary;

import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Gives every byte to the first structure that claims it. */
final class RangeMap {
  private final List<Range> ranges = new ArrayList<>();

  /** Start to end of claimed bytes; neighbours are joined, so that the work stays n log n. */
  private final TreeMap<Long, Long> covered = new TreeMap<>();

  /** Claims what nobody has claimed of these bytes; returns how many those were. */
  long claim(String said, Category category, long offset, long size) {
    String name = Printable.of(said);
    long end = offset + size;
    long at = offset;
    long kept = 0;
    while (at < end) {
      Map.Entry<Long, Long> before = covered.floorEntry(at);
      if (before != null && before.getValue() > at) {
        at = before.getValue();
        continue;
      }
      Long after = covered.higherKey(at);
      long stop = after == null ? end : Math.min(end, after);
      ranges.add(new Range(name, category, at, stop - at));
      cover(at, stop);
      kept += stop - at;
      at = stop;
    }
    return kept;
  }

  private void cover(long from, long to) {
    long start = from;
    long end = to;
    Map.Entry<Long, Long> before = covered.floorEntry(from);
    if (before != null && before.getValue() == from) {
      start = before.getKey();
    }
    Long joined = covered.remove(to);
    if (joined != null) {
      end = joined;
    }
    covered.put(start, end);
  }

  /** All claimed ranges by offset. */
  List<Range> ranges() {
    return ranges.stream().sorted(Comparator.comparingLong(Range::offset)).toList();
  }
}
