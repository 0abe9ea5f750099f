package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Composition.Holding;
import dev.selfsame.evidence.Verdict;
import java.util.List;
import java.util.stream.Stream;

/** Whose bytes they are, as text of 80 columns: the largest rows of one kind of name. */
public final class OwnersText {
  private static final int ROWS = 30;
  private static final int WIDTH = 80;
  private static final int CATEGORY = 10;
  private static final int NUMBER = 10;
  private static final int SYMBOLS = 7;

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
    List<HoldingDelta> shown = rows.subList(0, Math.min(ROWS, rows.size()));
    // What is large has long numbers, and then there is less room for names.
    int number =
        shown.stream()
            .flatMap(row -> Stream.of(row.bytesA(), row.bytesB(), row.delta()))
            .mapToInt(bytes -> Words.signed(bytes).length())
            .reduce(NUMBER, Math::max);
    int name = WIDTH - CATEGORY - 3 * number - 4;
    String line =
        "%%-%ds %%-%ds %%%ds %%%ds %%%ds\n".formatted(name, CATEGORY, number, number, number);
    out.append('\n').append(line.formatted(Words.lower(by), "category", "A", "B", "B-A"));
    for (HoldingDelta row : shown) {
      out.append(
          line.formatted(
              Words.cut(row.name(), name),
              Words.cut(row.category().word(), CATEGORY),
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
    List<Holding> shown = rows.subList(0, Math.min(ROWS, rows.size()));
    int number =
        shown.stream()
            .mapToInt(row -> Words.number(row.bytes()).length())
            .reduce(NUMBER + 1, Math::max);
    int name = WIDTH - CATEGORY - number - SYMBOLS - 3;
    String line = "%%-%ds %%-%ds %%%ds %%%ds\n".formatted(name, CATEGORY, number, SYMBOLS);
    StringBuilder out = new StringBuilder("\n");
    out.append(line.formatted(Words.lower(by), "category", "bytes", "symbols"));
    for (Holding row : shown) {
      out.append(
          line.formatted(
              Words.cut(row.name(), name),
              Words.cut(row.category().word(), CATEGORY),
              Words.number(row.bytes()),
              String.valueOf(row.symbols())));
    }
    more(out, rows.size());
    legacy(out, by, facts);
    return out.toString();
  }

  /** Where names cannot tell instances apart, that is said. */
  private static void legacy(StringBuilder out, By by, BinaryFacts facts) {
    String mangling = facts.fact("mangling").value();
    if (by == By.INSTANCE && (mangling.equals("legacy") || mangling.startsWith("both"))) {
      out.append("legacy names lack generic arguments: use -Csymbol-mangling-version=v0\n");
    }
  }

  private static void more(StringBuilder out, int rows) {
    if (rows > ROWS) {
      out.append("and %d more; --json and --html list them\n".formatted(rows - ROWS));
    }
  }
}
