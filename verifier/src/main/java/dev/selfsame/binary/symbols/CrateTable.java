package dev.selfsame.binary.symbols;

import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Composition.Holding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sums by crate and category, each a row with a number. */
final class CrateTable {
  private record Key(String crate, Category category) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      int order = crate.compareTo(other.crate);
      return order != 0 ? order : category.compareTo(other.category);
    }
  }

  private static final class Sum {
    private final int row;
    private long bytes;
    private int symbols;
    private int largest;
    private long offset = -1;

    Sum(int row) {
      this.row = row;
    }
  }

  private final Map<Key, Sum> sums = new TreeMap<>();
  private final List<Sum> byRow = new ArrayList<>();

  /** Adds what a symbol owns to its crate; the number of that one's row. */
  int add(String crate, Category category, int bytes, long offset) {
    Sum sum = sums.computeIfAbsent(new Key(crate, category), key -> next());
    sum.bytes += bytes;
    sum.symbols++;
    if (bytes > sum.largest) {
      sum.largest = bytes;
      sum.offset = offset;
    }
    return sum.row;
  }

  private Sum next() {
    Sum sum = new Sum(byRow.size());
    byRow.add(sum);
    return sum;
  }

  /** The row of a crate in a category, or -1. */
  int find(String crate, Category category) {
    Sum sum = sums.get(new Key(crate, category));
    return sum == null ? -1 : sum.row;
  }

  long bytes(int row) {
    return byRow.get(row).bytes;
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
