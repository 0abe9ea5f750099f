package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Place;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Split;
import dev.selfsame.evidence.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A comparison as text of 80 columns: verdict, causes, table. */
public final class ComparisonText {
  private static final int WIDTH = 80;
  private static final int INDENT = 26;
  private static final int MOST_BYTES = 2048;

  /**
   * How much is shown.
   *
   * @param causes how many, before the rest becomes one line
   * @param advice to how many of them
   * @param categories how many, before the rest becomes one line
   * @param evidence of how many causes the first place that speaks for it on each side
   */
  private record Detail(int causes, int advice, int categories, int evidence) {}

  /** From most to least: the first that stays under the limit is taken. */
  private static final List<Detail> DETAILS =
      List.of(
          new Detail(6, 6, 10, 6),
          new Detail(6, 6, 10, 3),
          new Detail(6, 6, 10, 1),
          new Detail(6, 6, 10, 0),
          new Detail(5, 2, 8, 0),
          new Detail(4, 1, 5, 0),
          new Detail(2, 0, 2, 0));

  /** Two lines of a cause's column. */
  private static final int SENTENCE = 106;

  private final Comparison comparison;
  private final Ink ink;
  private final Detail detail;
  private final StringBuilder out = new StringBuilder();

  private ComparisonText(Comparison comparison, Ink ink, Detail detail) {
    this.comparison = comparison;
    this.ink = ink;
    this.detail = detail;
  }

  /**
   * The comparison, verdict first; under 2 KB unless sections are asked for.
   *
   * @param sections whether every section is listed too, and what they sum to
   */
  public static String of(Comparison comparison, Ink ink, boolean sections) {
    String text = "";
    for (Detail detail : DETAILS) {
      text = new ComparisonText(comparison, ink, detail).text(sections);
      if (sections || text.getBytes(StandardCharsets.UTF_8).length < MOST_BYTES) {
        return text;
      }
    }
    return text;
  }

  private String text(boolean sections) {
    verdict();
    if (!(comparison.verdict() instanceof Verdict.Identical)) {
      sides();
      causes();
      categories();
    }
    if (sections) {
      sections();
    }
    return out.toString();
  }

  private void verdict() {
    boolean identical = comparison.verdict() instanceof Verdict.Identical;
    String word = Words.verdict(comparison.verdict());
    boolean equivalent = comparison.verdict() instanceof Verdict.Equivalent;
    out.append(identical ? ink.good(word) : equivalent ? ink.between(word) : ink.bad(word));
    out.append(": ").append(Words.conclusion(comparison)).append('\n');
    if (identical) {
      out.append(comparison.a().sha256()).append('\n');
    }
    String rest = Words.withoutNames(comparison);
    if (!rest.isEmpty()) {
      line("less debug information and symbols: " + rest);
    }
  }

  private void sides() {
    side("A", comparison.a());
    side("B", comparison.b());
    List<Place> places = comparison.places();
    if (!places.isEmpty()) {
      line("first difference: " + place(places.getFirst()));
    }
    if (places.size() > 1) {
      line("beyond headers and build-id: " + place(places.get(1)));
    }
  }

  private void side(String letter, BinaryFacts facts) {
    Fact rustc = facts.fact("rustc");
    Fact strip = facts.fact("strip");
    String by = "rustc " + rustc.value().replaceFirst(" \\(.*", "") + rustc.doubt();
    line(
        "%s  %s  %s  %s, %s"
            .formatted(
                letter,
                Words.cut(facts.name(), 28),
                facts.sha256().abbreviated(),
                strip.value() + strip.doubt(),
                by));
    if (!facts.problems().isEmpty()) {
      line("   not all was read: " + Words.cut(facts.problems().getFirst(), 120));
    }
  }

  private static String place(Place place) {
    String a = Words.cut(place.inA(), 24);
    String b = Words.cut(place.inB(), 24);
    String where = a.equals(b) ? a : "A %s, B %s".formatted(a, b);
    return "offset %s in %s".formatted(Words.number(place.offset()), where);
  }

  private void causes() {
    out.append('\n');
    List<Cause> causes = comparison.causes();
    for (int i = 0; i < Math.min(detail.causes(), causes.size()); i++) {
      cause(causes.get(i), i < detail.advice());
      if (i < detail.evidence() && Words.evident(causes.get(i))) {
        evidence(causes.get(i));
      }
    }
    if (causes.size() > detail.causes()) {
      List<Cause> rest = causes.subList(detail.causes(), causes.size());
      boolean unknown = rest.stream().allMatch(cause -> cause.moved() == null);
      Long bytes = unknown ? null : rest.stream().mapToLong(Cause::bytes).sum();
      row(bytes, "and more", String.join(", ", rest.stream().map(Cause::id).toList()), "");
    }
    String differing = Words.unexplainedDiffering(comparison);
    row(comparison.unexplained(), "in all", "unexplained", differing);
    if (comparison.split() != null) {
      split(comparison.split());
    }
    if (comparison.experiment() != null) {
      experiment(comparison.experiment());
    }
  }

  private void experiment(Experiment experiment) {
    out.append('\n');
    line(
        "rebuilt: "
            + Words.cut(ExperimentWords.conclusion(experiment), WIDTH / 2 * (detail.causes() + 1)));
    String order = ExperimentWords.order(experiment);
    if (!order.isEmpty()) {
      line(Words.cut(order, WIDTH / 2 * (detail.causes() - 1)));
    }
    String unmeasured = ExperimentWords.unmeasured(experiment);
    if (!unmeasured.isEmpty()) {
      line("not measured: " + Words.cut(unmeasured, WIDTH / 2 * (detail.causes() - 1)));
    }
  }

  private void split(Split split) {
    out.append('\n');
    BinaryFacts third = split.third();
    String by =
        ", by %s (%s, %s)"
            .formatted(
                Words.cut(third.name(), 20),
                third.fact("format").value(),
                third.fact("machine").value());
    row(split.instructionSet(), "split", "instruction set" + by, "");
    row(split.system(), "split", "operating system and format" + by, "");
  }

  /**
   * Advice on what moves less than a fiftieth of the difference would only distract; what a
   * suspected cause moves is not known.
   */
  private void cause(Cause cause, boolean advised) {
    row(cause.moved(), Words.lower(cause.grade()), cause.sentence(), Words.differing(cause));
    boolean matters =
        cause.moved() == null || cause.extent() * 50 >= Math.abs(comparison.sizeDelta());
    if (advised && matters && !cause.advice().isEmpty()) {
      hanging("", "→ " + cause.advice(), "");
    }
  }

  private void evidence(Cause cause) {
    String inA = Words.firstPlace(cause.inA());
    hanging("", "A: %s; B: %s".formatted(inA, Words.firstPlace(cause.inB())), "");
  }

  private void row(@Nullable Long bytes, String grade, String text, String end) {
    hanging("%12s  %-11s ".formatted(Words.moved(bytes), grade), text, end);
  }

  /** A text that may be cut, and an end that may not. */
  private void hanging(String label, String text, String end) {
    String head = label.isEmpty() ? " ".repeat(INDENT) : label;
    String all = Words.cut(text, SENTENCE - end.length()) + end;
    for (String part : Words.wrap(all, WIDTH - Math.max(INDENT, head.length()))) {
      out.append(head).append(part).append('\n');
      head = " ".repeat(INDENT);
    }
  }

  private void categories() {
    out.append("\n%-22s %14s %14s %14s\n".formatted("category", "A", "B", "B less A"));
    List<CategoryRow> moved =
        CategoryRow.of(comparison).stream()
            .filter(row -> row.delta() != 0)
            .sorted(Comparator.comparingLong(row -> -Math.abs(row.delta())))
            .toList();
    moved.stream()
        .limit(detail.categories())
        .forEach(row -> row(row.title(), row.a(), row.b(), row.delta()));
    if (moved.size() > detail.categories()) {
      others(moved.subList(detail.categories(), moved.size()));
    }
    row("whole file", comparison.a().size(), comparison.b().size(), comparison.sizeDelta());
  }

  private void others(List<CategoryRow> rest) {
    row(
        "%d more categories".formatted(rest.size()),
        rest.stream().mapToLong(CategoryRow::a).sum(),
        rest.stream().mapToLong(CategoryRow::b).sum(),
        rest.stream().mapToLong(CategoryRow::delta).sum());
  }

  private void row(String name, long a, long b, long delta) {
    out.append(
        "%-22s %14s %14s %14s\n"
            .formatted(name, Words.number(a), Words.number(b), Words.signed(delta)));
  }

  private void sections() {
    out.append("\n%-28s %12s %12s %12s  %s\n".formatted("section", "A", "B", "B less A", "bytes"));
    for (SectionDelta section : comparison.sections()) {
      out.append(
          "%-28s %12s %12s %12s  %s\n"
              .formatted(
                  Words.cut(section.name(), 28),
                  Words.number(section.sizeA()),
                  Words.number(section.sizeB()),
                  Words.signed(section.delta()),
                  section.sameBytes() ? "same" : "differ"));
    }
    total(comparison.sections());
  }

  /** What the rows sum to: the files' sizes, since headers and padding have rows too. */
  private void total(List<SectionDelta> sections) {
    out.append(
        "%-28s %12s %12s %12s\n"
            .formatted(
                "total",
                Words.number(sections.stream().mapToLong(SectionDelta::sizeA).sum()),
                Words.number(sections.stream().mapToLong(SectionDelta::sizeB).sum()),
                Words.signed(sections.stream().mapToLong(SectionDelta::delta).sum())));
  }

  private void line(String text) {
    Words.wrap(text, WIDTH).forEach(part -> out.append(part).append('\n'));
  }
}
