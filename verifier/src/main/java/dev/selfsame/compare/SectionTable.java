package dev.selfsame.compare;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison.SectionDelta;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pairs the ranges of two files by name and category. */
final class SectionTable {
  /** Bytes that are copied at a time, to be counted. */
  private static final int CHUNK = 1 << 16;

  private SectionTable() {}

  /** What ranges are paired by: objects have many sections of one name. */
  private record Key(String name, Category category) {}

  /** In the order of a, then what b alone has. */
  static List<SectionDelta> of(Pair pair) {
    Map<Key, List<Range>> inA = grouped(pair.a());
    Map<Key, List<Range>> inB = grouped(pair.b());
    Set<Key> keys = new LinkedHashSet<>(inA.keySet());
    keys.addAll(inB.keySet());
    List<SectionDelta> table = new ArrayList<>();
    for (Key key : keys) {
      List<Range> a = inA.getOrDefault(key, List.of());
      List<Range> b = inB.getOrDefault(key, List.of());
      boolean same = same(pair.bytesA(), a, pair.bytesB(), b);
      table.add(
          new SectionDelta(
              key.name(),
              key.category(),
              size(a),
              size(b),
              same,
              same ? 0 : differing(pair.bytesA(), a, pair.bytesB(), b)));
    }
    return table;
  }

  private static Map<Key, List<Range>> grouped(BinaryFacts facts) {
    Map<Key, List<Range>> groups = new LinkedHashMap<>();
    for (Range range : facts.ranges()) {
      groups
          .computeIfAbsent(new Key(range.name(), range.category()), k -> new ArrayList<>())
          .add(range);
    }
    return groups;
  }

  private static long size(List<Range> ranges) {
    return ranges.stream().mapToLong(Range::size).sum();
  }

  private static boolean same(ByteView bytesA, List<Range> a, ByteView bytesB, List<Range> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      ByteView partA = bytesA.slice(a.get(i).offset(), a.get(i).size());
      ByteView partB = bytesB.slice(b.get(i).offset(), b.get(i).size());
      if (partA.mismatch(partB) >= 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * How many bytes differ. What is inserted moves all behind it, so of two sizes only their
   * difference is sure.
   */
  private static long differing(ByteView bytesA, List<Range> a, ByteView bytesB, List<Range> b) {
    if (size(a) != size(b)) {
      return Math.abs(size(a) - size(b));
    }
    long count = 0;
    int inA = 0;
    int inB = 0;
    long atA = 0;
    long atB = 0;
    // As if the ranges of each side were one: they may be in other pieces there.
    while (inA < a.size() && inB < b.size()) {
      long size = Math.min(a.get(inA).size() - atA, b.get(inB).size() - atB);
      count +=
          differing(
              bytesA.slice(a.get(inA).offset() + atA, size),
              bytesB.slice(b.get(inB).offset() + atB, size));
      atA += size;
      atB += size;
      if (atA == a.get(inA).size()) {
        inA++;
        atA = 0;
      }
      if (inB < b.size() && atB == b.get(inB).size()) {
        inB++;
        atB = 0;
      }
    }
    return count;
  }

  private static long differing(ByteView a, ByteView b) {
    long count = 0;
    long first = a.mismatch(b);
    long at = first < 0 ? a.size() : first;
    while (at < a.size()) {
      int size = (int) Math.min(CHUNK, a.size() - at);
      byte[] partA = a.copy(at, size);
      byte[] partB = b.copy(at, size);
      for (int i = 0; i < size; i++) {
        count += partA[i] == partB[i] ? 0 : 1;
      }
      at += size;
    }
    return count;
  }
}
