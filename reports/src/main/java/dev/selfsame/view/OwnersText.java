package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Composition.Holding;
import java.util.List;

/** Whose bytes they are, as text of 80 columns: the largest rows, by crate or by function. */
public final class OwnersText {
  private static final int ROWS = 30;
  private static final int NAME = 36;
  private static final int NAME_ALONE = 49;

  private OwnersText() {}

  /** By what bytes are told apart. */
  public enum By {
    CRATE,
    FUNCTION
  }

  /** What each has on both sides, the largest difference first. */
  public static String of(Comparison comparison, By by) {
    List<HoldingDelta> all = by == By.CRATE ? comparison.crates() : comparison.functions();
    List<HoldingDelta> rows = all.stream().filter(row -> row.delta() != 0).toList();
    StringBuilder out = new StringBuilder();
    if (!all.isEmpty() && rows.isEmpty()) {
      return "\nby %s: as many bytes on both sides everywhere\n".formatted(Words.lower(by));
    } else if (rows.isEmpty()) {
      return "\nby %s: %s\n".formatted(Words.lower(by), nothing(comparison, by));
    }
    out.append(
        "\n%-36s %-10s %10s %10s %10s\n".formatted(Words.lower(by), "category", "A", "B", "B-A"));
    for (HoldingDelta row : rows.subList(0, Math.min(ROWS, rows.size()))) {
      out.append(
          "%-36s %-10s %10s %10s %10s\n"
              .formatted(
                  Words.cut(row.name(), NAME),
                  Words.cut(row.category().word(), 10),
                  Words.number(row.bytesA()),
                  Words.number(row.bytesB()),
                  Words.signed(row.delta())));
    }
    more(out, rows.size());
    return out.toString();
  }

  private static String nothing(Comparison comparison, By by) {
    boolean named = !comparison.crates().isEmpty();
    return by == By.FUNCTION && named
        ? "two compilers hardly ever give one name; see --by crate"
        : "one of them has no symbols, so nothing names their bytes";
  }

  /** What each has, the largest first. */
  public static String of(BinaryFacts facts, By by) {
    List<Holding> rows =
        by == By.CRATE ? facts.composition().crates() : facts.composition().functions();
    if (rows.isEmpty()) {
      return "\nby %s: no symbols are left that would name the bytes\n".formatted(Words.lower(by));
    }
    StringBuilder out = new StringBuilder();
    out.append(
        "\n%-49s %-10s %11s %7s\n".formatted(Words.lower(by), "category", "bytes", "symbols"));
    for (Holding row : rows.subList(0, Math.min(ROWS, rows.size()))) {
      out.append(
          "%-49s %-10s %11s %7d\n"
              .formatted(
                  Words.cut(row.name(), NAME_ALONE),
                  Words.cut(row.category().word(), 10),
                  Words.number(row.bytes()),
                  row.symbols()));
    }
    more(out, rows.size());
    return out.toString();
  }

  private static void more(StringBuilder out, int rows) {
    if (rows > ROWS) {
      out.append("and %d more; --json and --html list them\n".formatted(rows - ROWS));
    }
  }
}
