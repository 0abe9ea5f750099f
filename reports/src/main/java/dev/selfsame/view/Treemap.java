package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Composition.Holding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Names as rectangles whose areas are their bytes: crates, and a category whole where no symbol
 * names its bytes; or sections where there are no symbols at all. Sections of two formats never
 * meet, so that there it is categories.
 *
 * <p>Source: Bruls, Huizing, van Wijk, "Squarified Treemaps" (2000): a row takes the next value as
 * long as that brings its rectangles nearer to squares.
 *
 * @param by what the names are: {@code crate}, {@code section} or {@code category}
 * @param tiles the rectangles, the largest first
 */
record Treemap(String by, List<Tile> tiles) {
  /** More would be too small to be seen; the rest is one tile. */
  private static final int MOST = 40;

  /** How far names are from one another in size: what is below this share has no label. */
  private static final double LABELLED = 0.004;

  private static final double NARROWEST = 0.05;

  Treemap {
    tiles = List.copyOf(tiles);
  }

  /** Whether the names are crates. */
  boolean byCrate() {
    return by.equals("crate");
  }

  /**
   * A rectangle; position and size are shares of the drawing's width and height.
   *
   * @param name a crate or section
   * @param bytes its bytes, or by how many they differ
   * @param signed whether it is a difference
   */
  record Tile(
      String name, long bytes, boolean signed, double x, double y, double width, double height) {
    /** Whether a label has room on it. */
    boolean labelled() {
      return width * height >= LABELLED && width >= NARROWEST && height >= NARROWEST;
    }

    /** The bytes as people read them. */
    String number() {
      return signed ? Words.signed(bytes) : Words.number(bytes);
    }

    /** The name and its bytes. */
    String title() {
      return "%s: %s bytes".formatted(name, number());
    }

    /** Its colour as a class of the page. */
    String style() {
      return !signed ? "held" : bytes > 0 ? "grows" : "shrinks";
    }

    /** Its place as declarations of CSS. */
    String css() {
      return String.format(
          Locale.ROOT,
          "left:%.3f%%;top:%.3f%%;width:%.3f%%;height:%.3f%%",
          100 * x,
          100 * y,
          100 * width,
          100 * height);
    }
  }

  /** Where the difference is; no tiles where nothing grew or shrank. */
  static Treemap of(Comparison comparison, double aspect) {
    Map<String, Long> deltas = new TreeMap<>();
    String by =
        !comparison.crates().isEmpty()
            ? "crate"
            : CategoryRow.acrossFormats(comparison) ? "category" : "section";
    if (by.equals("section")) {
      for (SectionDelta row : comparison.sections()) {
        deltas.merge(row.name(), row.delta(), Long::sum);
      }
    } else {
      Set<Category> rest = EnumSet.noneOf(Category.class);
      rest.addAll(comparison.categories().keySet());
      for (HoldingDelta row : comparison.crates()) {
        deltas.merge(row.name(), row.delta(), Long::sum);
        rest.remove(row.category());
      }
      CategoryRow.of(comparison, rest)
          .forEach(row -> deltas.merge(row.title(), row.delta(), Long::sum));
    }
    return new Treemap(by, tiles(deltas, true, aspect));
  }

  /** Whose the bytes of a file are. */
  static Treemap of(BinaryFacts facts, double aspect) {
    Map<String, Long> bytes = new TreeMap<>();
    boolean byCrate = !facts.composition().crates().isEmpty();
    if (byCrate) {
      for (Holding row : facts.composition().crates()) {
        bytes.merge(row.name(), row.bytes(), Long::sum);
      }
      Map<Category, Long> named = facts.composition().sums();
      facts.categories().entrySet().stream()
          .filter(entry -> !named.containsKey(entry.getKey()))
          .forEach(entry -> bytes.merge(entry.getKey().title(), entry.getValue(), Long::sum));
    } else {
      facts.ranges().forEach(range -> bytes.merge(range.name(), range.size(), Long::sum));
    }
    return new Treemap(byCrate ? "crate" : "section", tiles(bytes, false, aspect));
  }

  private record Value(String name, long bytes) {
    long area() {
      return Math.abs(bytes);
    }
  }

  private static List<Tile> tiles(Map<String, Long> all, boolean signed, double aspect) {
    List<Value> values =
        all.entrySet().stream()
            .map(entry -> new Value(entry.getKey(), entry.getValue()))
            .filter(value -> value.bytes() != 0)
            .sorted(
                Comparator.comparingLong((Value value) -> -value.area()).thenComparing(Value::name))
            .toList();
    if (values.size() > MOST) {
      List<Value> rest = values.subList(MOST - 1, values.size());
      long bytes = rest.stream().mapToLong(Value::bytes).sum();
      String name = "(%d others together)".formatted(rest.size());
      values = new ArrayList<>(values.subList(0, MOST - 1));
      if (bytes != 0) {
        values.add(new Value(name, bytes));
        values.sort(Comparator.comparingLong((Value value) -> -value.area()));
      }
    }
    return new Layout(values, signed, aspect).place();
  }

  /** Fills what is free, row by row, each along the shorter side. */
  private static final class Layout {
    private final List<Value> values;
    private final boolean signed;
    private final double aspect;
    private final double scale;
    private final List<Tile> tiles = new ArrayList<>();
    private double x;
    private double y;
    private double width;
    private double height = 1;

    Layout(List<Value> values, boolean signed, double aspect) {
      this.values = values;
      this.signed = signed;
      this.aspect = aspect;
      this.width = aspect;
      double sum = values.stream().mapToDouble(Value::area).sum();
      this.scale = sum == 0 ? 0 : aspect / sum;
    }

    List<Tile> place() {
      int from = 0;
      while (from < values.size()) {
        double side = Math.min(width, height);
        int to = from + 1;
        while (to < values.size() && worst(from, to + 1, side) <= worst(from, to, side)) {
          to++;
        }
        row(from, to, side);
        from = to;
      }
      return tiles;
    }

    private double area(int from, int to) {
      return scale * values.subList(from, to).stream().mapToDouble(Value::area).sum();
    }

    /** How far the least square rectangle of a row would be from a square; 1 is a square. */
    private double worst(int from, int to, double side) {
      double thickness = area(from, to) / side;
      double largest = scale * values.get(from).area() / thickness;
      double least = scale * values.get(to - 1).area() / thickness;
      return Math.max(
          Math.max(largest / thickness, thickness / largest),
          Math.max(least / thickness, thickness / least));
    }

    private void row(int from, int to, double side) {
      double thickness = area(from, to) / side;
      double at = 0;
      boolean upright = height <= width;
      for (Value value : values.subList(from, to)) {
        double length = scale * value.area() / thickness;
        double left = upright ? x : x + at;
        double top = upright ? y + at : y;
        double wide = upright ? thickness : length;
        double high = upright ? length : thickness;
        tiles.add(
            new Tile(value.name(), value.bytes(), signed, left / aspect, top, wide / aspect, high));
        at += length;
      }
      if (upright) {
        x += thickness;
        width -= thickness;
      } else {
        y += thickness;
        height -= thickness;
      }
    }
  }
}
