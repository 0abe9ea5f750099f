package dev.selfsame.binary.symbols;

import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Composition.Holding;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Sums by crate and category. */
final class CrateTable {
  private record Key(String crate, Category category) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int order = crate.compareTo(other.crate);
      return order != 0 ? order : category.compareTo(other.category);
    }
  }

  private static final class Sum {
    private long bytes;
    private int symbols;
    private int largest;
    private long offset = -1;
  }

  private final Map<Key, Sum> sums = new TreeMap<>();

  void add(String crate, Category category, int bytes, long offset) {
    Sum sum = sums.computeIfAbsent(new Key(crate, category), key -> new Sum());
    sum.bytes += bytes;
    sum.symbols++;
    if (bytes > sum.largest) {
      sum.largest = bytes;
      sum.offset = offset;
    }
  }

  /** All rows, by crate and category. */
  Collection<Holding> rows() {
    return sums.entrySet().stream()
        .map(entry ->
            new Holding(
                entry.getKey().crate(),
                entry.getKey().category(),
                entry.getValue().bytes,
                entry.getValue().symbols,
                entry.getValue().offset))
        .toList();
  }
}
