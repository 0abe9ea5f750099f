package dev.selfsame.view;

import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.evidence.TreeComparison.Entry;
import dev.selfsame.evidence.TreeComparison.State;
import dev.selfsame.evidence.TreeComparison.Summary;
import dev.selfsame.evidence.Verdict;
import java.util.Comparator;
import java.util.List;

/** Two folders or archives as text of 80 columns: verdict, summary, what differs. */
public final class TreeComparisonText {
  private static final int WIDTH = 80;
  private static final int SHOWN = 12;
  private static final int INDENT = 14;

  private final TreeComparison comparison;
  private final Ink ink;
  private final StringBuilder out = new StringBuilder();

  private TreeComparisonText(TreeComparison comparison, Ink ink) {
    this.comparison = comparison;
    this.ink = ink;
  }

  /**
   * The comparison, verdict first.
   *
   * @param all whether every name that differs is listed, not the first of them alone
   */
  public static String of(TreeComparison comparison, Ink ink, boolean all) {
    return new TreeComparisonText(comparison, ink).text(all);
  }

  private String text(boolean all) {
    verdict();
    sides();
    comparison.problems().forEach(problem -> wrapped("problem: " + problem));
    List<Entry> different =
        comparison.entries().stream()
            .filter(entry -> entry.state() != State.IDENTICAL)
            .sorted(
                Comparator.comparing(Entry::state)
                    .thenComparingLong(entry -> -Math.abs(entry.sizeDelta()))
                    .thenComparing(Entry::name))
            .toList();
    if (!different.isEmpty()) {
      out.append('\n');
    }
    different.stream().limit(all ? Long.MAX_VALUE : SHOWN).forEach(this::entry);
    if (!all && different.size() > SHOWN) {
      wrapped("and %d more: --sections lists all".formatted(different.size() - SHOWN));
    }
    return out.toString();
  }

  private void verdict() {
    Verdict verdict = comparison.verdict();
    String word = Words.verdict(verdict);
    out.append(verdict instanceof Verdict.Identical ? ink.good(word) : ink.bad(word));
    Summary s = comparison.summary();
    int names = comparison.entries().size();
    String said =
        switch (verdict) {
          case Verdict.Identical() -> "%s names, every one the same".formatted(Words.number(names));
          case Verdict.Equivalent equivalent ->
              "%s names, every one the same; not the same: %s"
                  .formatted(Words.number(names), String.join(", ", equivalent.ignored()));
          case Verdict.CouldNotTell(String why) -> why;
          case Verdict.Differs differs ->
              "%d identical, %d differ, %d only in A, %d only in B (%s bytes)"
                  .formatted(
                      s.identical(),
                      s.differs(),
                      s.onlyInA(),
                      s.onlyInB(),
                      Words.signed(comparison.sizeDelta()));
        };
    List<String> lines = Words.wrap(said, WIDTH - word.length() - 2);
    out.append(": ").append(String.join("\n", lines)).append('\n');
  }

  private void sides() {
    out.append("A  ").append(Words.cut(comparison.a(), WIDTH - 3)).append('\n');
    out.append("B  ").append(Words.cut(comparison.b(), WIDTH - 3)).append('\n');
  }

  private void entry(Entry entry) {
    String label =
        switch (entry.state()) {
          case ONLY_IN_A -> "only in A";
          case ONLY_IN_B -> "only in B";
          case DIFFERS, IDENTICAL -> Words.signed(entry.sizeDelta());
        };
    out.append("%12s  %s\n".formatted(label, Words.cut(entry.name(), WIDTH - INDENT)));
    if (!entry.cause().isEmpty()) {
      for (String part : Words.wrap(Words.cut(entry.cause(), 126), WIDTH - INDENT - 2)) {
        out.append(" ".repeat(INDENT + 2)).append(ink.faint(part)).append('\n');
      }
    }
  }

  private void wrapped(String text) {
    Words.wrap(text, WIDTH).forEach(line -> out.append(line).append('\n'));
  }
}
