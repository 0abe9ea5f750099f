package dev.selfsame.view;

import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.evidence.TreeComparison.Entry;
import dev.selfsame.evidence.TreeComparison.State;
import dev.selfsame.evidence.TreeComparison.Summary;
import dev.selfsame.evidence.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/** Two folders or archives as text of 80 columns: verdict, summary, what differs. */
public final class TreeComparisonText {
  private static final int WIDTH = 80;
  private static final int INDENT = 14;
  private static final int MOST_BYTES = 2048;

  /**
   * How much is shown.
   *
   * @param names how many that differ, before the rest becomes one line
   * @param cause characters of each one's cause
   * @param problems how many, before the rest becomes one line
   * @param problem characters of each, and of what the verdict says
   */
  private record Detail(int names, int cause, int problems, int problem) {}

  private static final Detail ALL =
      new Detail(Integer.MAX_VALUE, 126, Integer.MAX_VALUE, Integer.MAX_VALUE);

  /** From most to least: the first that stays under the limit is taken. */
  private static final List<Detail> DETAILS =
      List.of(
          new Detail(12, 126, Integer.MAX_VALUE, 1_000),
          new Detail(12, 126, 3, 220),
          new Detail(12, 64, 2, 140),
          new Detail(8, 64, 2, 140),
          new Detail(4, 64, 2, 100));

  private final TreeComparison comparison;
  private final Ink ink;
  private final Detail detail;
  private final List<Entry> different;
  private final StringBuilder out = new StringBuilder();

  private TreeComparisonText(
      TreeComparison comparison, Ink ink, Detail detail, List<Entry> different) {
    this.comparison = comparison;
    this.ink = ink;
    this.detail = detail;
    this.different = different;
  }

  /**
   * The comparison, verdict first; under 2 KB, colour not counted, unless all is asked for.
   *
   * @param all whether every name that differs is listed, not the first of them alone
   */
  public static String of(TreeComparison comparison, Ink ink, boolean all) {
    List<Entry> different =
        comparison.entries().stream()
            .filter(entry -> entry.state() != State.IDENTICAL)
            .sorted(
                Comparator.comparing(Entry::state)
                    .thenComparingLong(entry -> -Math.abs(entry.sizeDelta()))
                    .thenComparing(Entry::name))
            .toList();
    Detail detail = all ? ALL : fitting(comparison, different);
    return new TreeComparisonText(comparison, ink, detail, different).text();
  }

  private static Detail fitting(TreeComparison comparison, List<Entry> different) {
    for (Detail detail : DETAILS) {
      if (fits(comparison, detail, different)) {
        return detail;
      }
    }
    // Characters of three bytes: fewer names are left.
    Detail least = DETAILS.getLast();
    while (least.names() > 0 && !fits(comparison, least, different)) {
      least = new Detail(least.names() - 1, least.cause(), least.problems(), least.problem());
    }
    return least;
  }

  private static boolean fits(TreeComparison comparison, Detail detail, List<Entry> different) {
    String text = new TreeComparisonText(comparison, Ink.NONE, detail, different).text();
    return text.getBytes(StandardCharsets.UTF_8).length < MOST_BYTES;
  }

  private String text() {
    verdict();
    sides();
    problems();
    if (!different.isEmpty()) {
      out.append('\n');
    }
    different.stream().limit(detail.names()).forEach(this::entry);
    if (different.size() > detail.names()) {
      wrapped("and %d more: --sections lists all".formatted(different.size() - detail.names()));
    }
    return out.toString();
  }

  private void problems() {
    List<String> problems = comparison.problems();
    problems.stream()
        .limit(detail.problems())
        .forEach(problem -> wrapped("problem: " + Words.cut(problem, detail.problem())));
    if (problems.size() > detail.problems()) {
      int more = problems.size() - detail.problems();
      wrapped("more problems: %d; --sections lists all".formatted(more));
    }
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
    List<String> lines = Words.wrap(Words.cut(said, detail.problem()), WIDTH - word.length() - 2);
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
      for (String part : Words.wrap(Words.cut(entry.cause(), detail.cause()), WIDTH - INDENT - 2)) {
        out.append(" ".repeat(INDENT + 2)).append(ink.faint(part)).append('\n');
      }
    }
  }

  private void wrapped(String text) {
    Words.wrap(text, WIDTH).forEach(line -> out.append(line).append('\n'));
  }
}
