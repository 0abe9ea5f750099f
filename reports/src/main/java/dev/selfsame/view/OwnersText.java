package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Composition.Holding;
import dev.selfsame.evidence.Verdict;
import java.util.List;

/** Whose bytes they are, as text of 80 columns: the largest rows of one kind of name. */
public final class OwnersText {
  private static final int ROWS = 30;
  private static final int NAME = 36;
  private static final int NAME_ALONE = 49;

  private OwnersText() {}

  /** By what bytes are told apart. */
  public enum By {
    CRATE,
    FUNCTION,
    /** Generic instances apart, which documents have only where they were asked for. */
    INSTANCE
  }

  /** What each has on both sides, the largest difference first. */
  public static String of(Comparison comparison, By by) {
    List<HoldingDelta> all =
        switch (by) {
          case CRATE -> comparison.crates();
          case FUNCTION -> comparison.functions();
          case INSTANCE -> comparison.instances();
        };
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
    legacy(out, by, comparison.a());
    return out.toString();
  }

  private static String nothing(Comparison comparison, By by) {
    if (comparison.verdict() instanceof Verdict.Identical) {
      return "every byte is the same";
    } else if (comparison.crates().isEmpty()) {
      return "one of them has no symbols, so nothing names their bytes";
    }
    return by == By.INSTANCE && !comparison.functions().isEmpty()
        ? "the two are mangled in different ways; see --by function"
        : "two compilers hardly ever give one name; see --by crate";
  }

  /** What each has, the largest first. */
  public static String of(BinaryFacts facts, By by) {
    List<Holding> rows =
        switch (by) {
          case CRATE -> facts.composition().crates();
          case FUNCTION -> facts.composition().functions();
          case INSTANCE -> facts.composition().instances();
        };
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
    legacy(out, by, facts);
    return out.toString();
  }

  /** Where names cannot tell instances apart, that is said. */
  private static void legacy(StringBuilder out, By by, BinaryFacts facts) {
    if (by == By.INSTANCE && facts.fact("mangling").value().equals("legacy")) {
      out.append("legacy names have no generic arguments; -Csymbol-mangling-version=v0 does\n");
    }
  }

  private static void more(StringBuilder out, int rows) {
    if (rows > ROWS) {
      out.append("and %d more; --json and --html list them\n".formatted(rows - ROWS));
    }
  }
}
