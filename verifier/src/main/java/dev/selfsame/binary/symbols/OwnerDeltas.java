package dev.selfsame.binary.symbols;

import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Composition.Holding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What each crate and function holds in two files, over all of them, of which the document lists
 * those that differ most. The rows of a category sum to its bytes on either side. Empty where a
 * side has no symbols.
 */
public final class OwnerDeltas {
  private static final Comparator<HoldingDelta> MOST =
      Comparator.comparingLong((HoldingDelta row) -> Math.abs(row.delta()))
          .reversed()
          .thenComparing(HoldingDelta::name)
          .thenComparing(HoldingDelta::category);

  private final Owners a;
  private final Owners b;
  private final Set<Category> categories = EnumSet.noneOf(Category.class);

  public OwnerDeltas(Owners a, Owners b) {
    this.a = a;
    this.b = b;
    a.named().forEach(categories::add);
    b.named().forEach(categories::add);
  }

  private boolean isEmpty() {
    return a.isEmpty() || b.isEmpty();
  }

  /** By crate, the largest difference first. */
  public List<HoldingDelta> crates() {
    if (isEmpty()) {
      return List.of();
    }
    Map<Category, Map<String, HoldingDelta>> joined = new EnumMap<>(Category.class);
    for (Holding row : a.crates().rows()) {
      join(joined, new HoldingDelta(row.name(), row.category(), row.bytes(), 0));
    }
    for (Holding row : b.crates().rows()) {
      join(joined, new HoldingDelta(row.name(), row.category(), 0, row.bytes()));
    }
    List<HoldingDelta> rows = new ArrayList<>();
    joined.values().forEach(names -> rows.addAll(names.values()));
    rows.sort(MOST);
    return withRest(rows, Owners.MAX_CRATES, Owners.OTHER_CRATES);
  }

  private static void join(Map<Category, Map<String, HoldingDelta>> joined, HoldingDelta row) {
    joined
        .computeIfAbsent(row.category(), category -> new TreeMap<>())
        .merge(
            row.name(),
            row,
            (x, y) ->
                new HoldingDelta(
                    x.name(), x.category(), x.bytesA() + y.bytesA(), x.bytesB() + y.bytesB()));
  }

  private record Row(long key, Category category, long bytesA, long bytesB) {
    long size() {
      return Math.abs(bytesB - bytesA);
    }
  }

  /**
   * By function, the largest difference first. Names of other rustc versions hardly join. Where the
   * two are mangled in different ways, functions join by what both ways tell; those that only one
   * of them tells apart are one row.
   */
  public List<HoldingDelta> functions() {
    if (isEmpty()) {
      return List.of();
    }
    boolean common = a.scheme() != b.scheme();
    FunctionTable inA = common ? a.commonFunctions() : a.functions();
    FunctionTable inB = common ? b.commonFunctions() : b.functions();
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < inA.rows(); row++) {
      int other = inB.find(inA.key(row), inA.category(row));
      long there = other < 0 ? 0 : inB.bytes(other);
      rows.add(new Row(inA.key(row), inA.category(row), inA.bytes(row), there));
    }
    for (int row = 0; row < inB.rows(); row++) {
      if (inA.find(inB.key(row), inB.category(row)) < 0) {
        rows.add(new Row(inB.key(row), inB.category(row), 0, inB.bytes(row)));
      }
    }
    rows.sort(Comparator.comparingLong(Row::size).reversed().thenComparingLong(Row::key));
    List<HoldingDelta> named = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      named.add(named(rows.get(i), i < Owners.LISTED, inA, inB, common));
    }
    return withRest(named, Owners.LISTED, Composition.REST);
  }

  private HoldingDelta named(
      Row row, boolean listed, FunctionTable tableA, FunctionTable tableB, boolean common) {
    int inA = tableA.find(row.key(), row.category());
    int inB = tableB.find(row.key(), row.category());
    String name = Composition.REST;
    if (listed) {
      String own = inA >= 0 ? a.name(tableA.largest(inA)) : b.name(tableB.largest(inB));
      name = common ? CommonName.of(own) : own;
    }
    return new HoldingDelta(name, row.category(), row.bytesA(), row.bytesB());
  }

  /** The first rows that differ; all others by category in one; what no symbol covers. */
  private List<HoldingDelta> withRest(List<HoldingDelta> sorted, int listed, String restName) {
    List<HoldingDelta> rows = new ArrayList<>();
    Map<Category, HoldingDelta> rest = new EnumMap<>(Category.class);
    for (int i = 0; i < sorted.size(); i++) {
      HoldingDelta row = sorted.get(i);
      if (i < listed && row.delta() != 0) {
        rows.add(row);
      } else {
        rest.merge(
            row.category(),
            new HoldingDelta(restName, row.category(), row.bytesA(), row.bytesB()),
            (x, y) ->
                new HoldingDelta(
                    restName, x.category(), x.bytesA() + y.bytesA(), x.bytesB() + y.bytesB()));
      }
    }
    rows.addAll(rest.values());
    for (Category category : categories) {
      long inA = a.between(category);
      long inB = b.between(category);
      if (inA != 0 || inB != 0) {
        rows.add(new HoldingDelta(Composition.BETWEEN, category, inA, inB));
      }
    }
    rows.sort(MOST);
    return rows;
  }
}
