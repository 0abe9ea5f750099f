package dev.selfsame.binary.symbols;

import dev.selfsame.binary.symbols.Owners.Cut;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.Piece;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Composition.Holding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;

/**
 * What each crate, function and instance holds in two files, over all of them, of which the
 * document lists those that differ most, each with where its bytes are. The rows of a category sum
 * to its bytes on either side. Empty where a side has no symbols.
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

  /**
   * A name in one category on both sides.
   *
   * @param name empty where it is read only for what is listed
   * @param inA the row of a's table, or -1
   * @param inB the row of b's table, or -1
   */
  private record Row(String name, Category category, long bytesA, long bytesB, int inA, int inB) {
    long size() {
      return Math.abs(bytesB - bytesA);
    }

    Row named(String its) {
      return new Row(its, category, bytesA, bytesB, inA, inB);
    }

    /** Both as one, which is a row of no table. */
    Row plus(Row other) {
      return new Row(name, category, bytesA + other.bytesA, bytesB + other.bytesB, -1, -1);
    }

    HoldingDelta delta(List<Piece> piecesA, List<Piece> piecesB) {
      return new HoldingDelta(name, category, bytesA, bytesB, piecesA, piecesB);
    }
  }

  /** By crate, the largest difference first. */
  public List<HoldingDelta> crates() {
    if (isEmpty()) {
      return List.of();
    }
    List<Row> rows = new ArrayList<>();
    for (Holding row : a.crates().rows()) {
      int inA = a.crates().find(row.name(), row.category());
      int inB = b.crates().find(row.name(), row.category());
      long there = inB < 0 ? 0 : b.crates().bytes(inB);
      rows.add(new Row(row.name(), row.category(), row.bytes(), there, inA, inB));
    }
    for (Holding row : b.crates().rows()) {
      if (a.crates().find(row.name(), row.category()) < 0) {
        int inB = b.crates().find(row.name(), row.category());
        rows.add(new Row(row.name(), row.category(), 0, row.bytes(), -1, inB));
      }
    }
    rows.sort(
        Comparator.comparingLong(Row::size)
            .reversed()
            .thenComparing(Row::name)
            .thenComparing(Row::category));
    List<Row> listed = listed(rows, Owners.MAX_CRATES);
    return table(
        listed,
        rows.subList(listed.size(), rows.size()),
        Owners.OTHER_CRATES,
        pieces(a, a::crateOf, listed, Row::inA),
        pieces(b, b::crateOf, listed, Row::inB));
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
    return common
        ? joined(a.commonFunctions(), b.commonFunctions(), Composition.REST)
        : joined(a.functions(), b.functions(), Composition.REST);
  }

  /**
   * By generic instance, the largest difference first. Empty where the two are mangled in different
   * ways: legacy names have no arguments.
   */
  public List<HoldingDelta> instances() {
    return isEmpty() || a.scheme() != b.scheme()
        ? List.of()
        : joined(a.instances(), b.instances(), Composition.OTHER_INSTANCES);
  }

  private List<HoldingDelta> joined(Cut inA, Cut inB, String rest) {
    FunctionTable tableA = inA.table();
    FunctionTable tableB = inB.table();
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < tableA.rows(); row++) {
      int other = tableB.find(tableA.key(row), tableA.category(row));
      long there = other < 0 ? 0 : tableB.bytes(other);
      rows.add(new Row("", tableA.category(row), tableA.bytes(row), there, row, other));
    }
    for (int row = 0; row < tableB.rows(); row++) {
      if (tableA.find(tableB.key(row), tableB.category(row)) < 0) {
        rows.add(new Row("", tableB.category(row), 0, tableB.bytes(row), -1, row));
      }
    }
    rows.sort(
        Comparator.comparingLong(Row::size)
            .reversed()
            .thenComparingLong(
                row -> row.inA() >= 0 ? tableA.key(row.inA()) : tableB.key(row.inB())));
    List<Row> listed = listed(rows, Owners.LISTED);
    List<Row> named =
        listed.stream()
            .map(row ->
                row.named(
                    row.inA() >= 0
                        ? inA.name().apply(tableA.largest(row.inA()))
                        : inB.name().apply(tableB.largest(row.inB()))))
            .toList();
    return table(
        named,
        rows.subList(listed.size(), rows.size()),
        rest,
        pieces(a, inA.rowOf(), listed, Row::inA),
        pieces(b, inB.rowOf(), listed, Row::inB));
  }

  /** The first rows that differ. */
  private static List<Row> listed(List<Row> sorted, int most) {
    return sorted.stream().limit(most).takeWhile(row -> row.size() > 0).toList();
  }

  private Pieces pieces(
      Owners owners, IntUnaryOperator rowOf, List<Row> listed, ToIntFunction<Row> own) {
    int[] places = new int[listed.stream().mapToInt(own).max().orElse(-1) + 1];
    Arrays.fill(places, -1);
    for (int place = 0; place < listed.size(); place++) {
      int row = own.applyAsInt(listed.get(place));
      if (row >= 0) {
        places[row] = place;
      }
    }
    return owners.pieces(
        symbol -> {
          int row = rowOf.applyAsInt(symbol);
          return row >= 0 && row < places.length ? places[row] : -1;
        },
        listed.size(),
        categories);
  }

  /** The rows that are listed; all others by category in one; what no symbol covers. */
  private List<HoldingDelta> table(
      List<Row> listed, List<Row> others, String rest, Pieces inA, Pieces inB) {
    List<HoldingDelta> table = new ArrayList<>();
    for (int place = 0; place < listed.size(); place++) {
      table.add(listed.get(place).delta(inA.at(place), inB.at(place)));
    }
    Map<Category, Row> sums = new EnumMap<>(Category.class);
    others.forEach(row -> sums.merge(row.category(), row.named(rest), Row::plus));
    sums.forEach(
        (category, sum) -> table.add(sum.delta(inA.others(category), inB.others(category))));
    for (Category category : categories) {
      Row between =
          new Row(Composition.BETWEEN, category, a.between(category), b.between(category), -1, -1);
      if (between.bytesA() != 0 || between.bytesB() != 0) {
        table.add(between.delta(inA.between(category), inB.between(category)));
      }
    }
    table.sort(MOST);
    return table;
  }
}
