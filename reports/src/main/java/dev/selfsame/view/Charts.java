package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.Piece;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.JourneyReport.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The drawings of a report. */
final class Charts {
  private static final int WIDTH = 1000;
  private static final int BAR = 34;
  private static final int ROW = 18;

  private Charts() {}

  /** A file's categories as one stacked bar, {@code scale} bytes being the whole width. */
  static String stacked(String letter, BinaryFacts facts, long scale) {
    Svg svg =
        new Svg(
            "%s, %s: %s bytes by category; the table below has the numbers"
                .formatted(letter, facts.name(), Words.number(facts.size())),
            WIDTH,
            BAR);
    double x = 0;
    for (Map.Entry<Category, Long> entry : facts.categories().entrySet()) {
      double width = (double) WIDTH * entry.getValue() / scale;
      Category category = entry.getKey();
      String title = "%s: %s bytes".formatted(category.title(), Words.number(entry.getValue()));
      svg.rectangle(x, 0, width, BAR, "c-" + category.word(), title);
      x += width;
    }
    return svg.end();
  }

  /** The larger file's size: both bars are drawn to its scale. */
  static long scale(Comparison comparison) {
    return Math.max(comparison.a().size(), comparison.b().size());
  }

  /** The categories that either file has, in the order in which they are drawn. */
  static List<Category> present(Comparison comparison) {
    List<Category> present = new ArrayList<>();
    for (Category category : Category.values()) {
      long bytes =
          comparison.a().categories().getOrDefault(category, 0L)
              + comparison.b().categories().getOrDefault(category, 0L);
      if (bytes > 0) {
        present.add(category);
      }
    }
    return present;
  }

  /**
   * A row of the waterfall.
   *
   * @param label what moves the size, or which file
   * @param bytes the file's size, or by how much the size moves
   * @param total whether it is a file's size
   * @param svg the bar
   */
  record Row(String label, long bytes, boolean total, String svg) {}

  /** From a's size to b's, a row a step. */
  static List<Row> waterfall(Comparison comparison, List<Step> steps) {
    Axis axis = Axis.of(comparison, steps);
    List<Row> rows = new ArrayList<>();
    rows.add(total("A", comparison.a().size(), axis));
    long at = comparison.a().size();
    for (Step step : steps) {
      long next = at + step.bytes();
      rows.add(new Row(step.label(), step.bytes(), false, axis.bar(at, next, step.style())));
      at = next;
    }
    rows.add(total("B", comparison.b().size(), axis));
    return rows;
  }

  /** What one thing adds or takes on the way from a to b. */
  record Step(String label, long bytes) {
    String style() {
      return bytes == 0 ? "total" : bytes > 0 ? "grows" : "shrinks";
    }
  }

  /** The steps from a's size to b's by category, the largest first. */
  static List<Step> steps(Comparison comparison) {
    return CategoryRow.of(comparison).stream()
        .filter(row -> row.delta() != 0)
        .sorted(Comparator.comparingLong(row -> -Math.abs(row.delta())))
        .map(row -> new Step(row.title(), row.delta()))
        .toList();
  }

  /** The steps from a's size to b's that were built, then what is left; none without builds. */
  static List<Step> built(Comparison comparison) {
    Experiment experiment = comparison.experiment();
    if (experiment == null || experiment.steps().isEmpty()) {
      return List.of();
    }
    List<Step> steps = new ArrayList<>();
    experiment
        .steps()
        .forEach(rung -> steps.add(new Step(ExperimentWords.label(rung), rung.bytes())));
    if (experiment.outcome() != Experiment.Outcome.MET) {
      steps.add(new Step("left, not built", experiment.remaining()));
    }
    return steps;
  }

  /** The categories that any step moves. */
  static List<Category> moved(Experiment experiment) {
    return Arrays.stream(Category.values())
        .filter(category ->
            experiment.steps().stream()
                    .anyMatch(rung -> rung.categories().getOrDefault(category, 0L) != 0)
                || experiment.remainingCategories().getOrDefault(category, 0L) != 0)
        .toList();
  }

  private static Row total(String letter, long size, Axis axis) {
    return new Row(letter, size, true, axis.bar(axis.from(), size, "total"));
  }

  /**
   * The waterfall's scale. It begins at 0 unless the steps would then be too small to be seen.
   *
   * @param from bytes at the left edge
   * @param to bytes at the right edge
   */
  record Axis(long from, long to) {
    static Axis of(Comparison comparison, List<Step> steps) {
      long at = comparison.a().size();
      long low = Math.min(at, comparison.b().size());
      long high = Math.max(at, comparison.b().size());
      for (Step step : steps) {
        at += step.bytes();
        low = Math.min(low, at);
        high = Math.max(high, at);
      }
      long span = high - low;
      return span * 4 >= high ? new Axis(0, high) : new Axis(Math.max(0, low - span / 4 - 1), high);
    }

    String bar(long start, long end, String style) {
      double scale = (double) WIDTH / Math.max(1, to - from);
      double left = (Math.min(start, end) - from) * scale;
      double width = Math.max(1.5, Math.abs(end - start) * scale);
      return new Svg("", WIDTH, ROW)
          .rectangle(Math.min(left, WIDTH - width), 2, width, ROW - 4, style, "")
          .end();
    }
  }

  /** Where the waterfall's scale begins and ends, in words. */
  static String axis(Comparison comparison, List<Step> steps) {
    Axis axis = Axis.of(comparison, steps);
    return "drawn from %s to %s bytes"
        .formatted(Words.number(axis.from()), Words.number(axis.to()));
  }

  /** A stage's time against the longest one's. */
  static String stage(Stage stage, List<Stage> all) {
    double longest = all.stream().mapToDouble(Stage::seconds).max().orElse(0);
    double width = longest == 0 ? 0 : WIDTH * stage.seconds() / longest;
    return new Svg("", WIDTH, ROW)
        .rectangle(0, 2, Math.max(1.5, width), ROW - 4, "total", "")
        .end();
  }

  /** How much wider than high a map is drawn on a page of full width. */
  private static final double ASPECT = 3.4;

  static Treemap map(Comparison comparison) {
    return Treemap.of(comparison, ASPECT);
  }

  static Treemap map(BinaryFacts facts) {
    return Treemap.of(facts, ASPECT);
  }

  /** So many rows of one table; a library may have a hundred thousand sections. */
  static final int MOST_ROWS = 2_000;

  /** The first rows, in their order. */
  static <T> List<T> shown(List<T> rows) {
    return rows.subList(0, Math.min(MOST_ROWS, rows.size()));
  }

  /** How many rows are not shown. */
  static int left(List<?> rows) {
    return Math.max(0, rows.size() - MOST_ROWS);
  }

  /**
   * Where the bytes of each section begin in a file.
   *
   * @param first offset of the first range, by category and name
   */
  record Offsets(Map<Category, Map<String, Long>> first) {
    static Offsets of(BinaryFacts facts) {
      Map<Category, Map<String, Long>> first = new EnumMap<>(Category.class);
      for (BinaryFacts.Range range : facts.ranges()) {
        first
            .computeIfAbsent(range.category(), category -> new HashMap<>())
            .putIfAbsent(range.name(), range.offset());
      }
      return new Offsets(first);
    }

    /** Of one section, or nothing. */
    String of(SectionDelta section) {
      Long offset = first.getOrDefault(section.category(), Map.of()).get(section.name());
      return offset == null ? "" : Words.number(offset);
    }
  }

  /** Where the bytes of a category are in a file: its largest ranges. */
  static String places(BinaryFacts facts, Category category) {
    List<Piece> largest =
        facts.ranges().stream()
            .filter(range -> range.category() == category && range.size() > 0)
            .sorted(
                Comparator.comparingLong((BinaryFacts.Range range) -> -range.size())
                    .thenComparingLong(BinaryFacts.Range::offset))
            .limit(HoldingDelta.PIECES)
            .map(range -> new Piece(range.name(), range.offset(), range.size()))
            .toList();
    return Words.pieces(largest, facts.categories().getOrDefault(category, 0L));
  }

  /** An offset with the range that holds it, such as {@code .text at 4096}; nothing below 0. */
  static String at(BinaryFacts facts, long offset) {
    List<BinaryFacts.Range> ranges = facts.ranges();
    int found =
        Collections.binarySearch(
            ranges,
            new BinaryFacts.Range("", Category.HEADERS, offset, 0),
            Comparator.comparingLong(BinaryFacts.Range::offset));
    int at = Math.max(0, found < 0 ? -found - 2 : found);
    // What is empty holds nothing, and begins where the next one does.
    while (at < ranges.size() && ranges.get(at).offset() + ranges.get(at).size() <= offset) {
      at++;
    }
    return offset < 0 || at == ranges.size()
        ? ""
        : "%s at %d".formatted(ranges.get(at).name(), offset);
  }

  /** Every fact that either file has, by name. */
  static List<String> factNames(Comparison comparison) {
    Set<String> names = new TreeSet<>(comparison.a().facts().keySet());
    names.addAll(comparison.b().facts().keySet());
    return List.copyOf(names);
  }

  /** The fact of this name in a and in b. */
  static List<Fact> facts(Comparison comparison, String name) {
    return List.of(comparison.a().fact(name), comparison.b().fact(name));
  }
}
