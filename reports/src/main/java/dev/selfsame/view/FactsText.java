package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a binary says of itself as text of 80 columns. */
public final class FactsText {
  private static final int WIDTH = 80;
  private static final int INDENT = 15;
  private static final int MOST_BYTES = 2048;

  /**
   * How much is shown; {@code --json} has all of it.
   *
   * @param problems how many, before the rest becomes one line
   * @param problem characters of each
   * @param value characters of a fact's value: lines of its column
   * @param places whether it is told where a fact was read
   * @param parts how many members of an archive
   */
  private record Detail(int problems, int problem, int value, boolean places, int parts) {}

  /** From most to least: the first that stays under the limit is taken. */
  private static final List<Detail> DETAILS =
      List.of(
          new Detail(Integer.MAX_VALUE, 1_000, 128, true, 12),
          new Detail(3, 220, 128, true, 6),
          new Detail(2, 150, 63, true, 4),
          new Detail(2, 150, 63, false, 3));

  private static final List<String> FIRST =
      List.of(
          "rustc",
          "rustc-commit",
          "distribution",
          "llvm",
          "cargo",
          "linker",
          "strip",
          "debug-info",
          "split-debug",
          "debug-units",
          "optimise",
          "lto",
          "codegen-units",
          "panic",
          "overflow-checks",
          "mangling",
          "frame-pointers",
          "isa-level",
          "crates",
          "source-paths",
          "linking",
          "needed",
          "glibc-floor",
          "interpreter");

  /** What the first line says. */
  private static final Set<String> SAID = Set.of("format", "class", "machine", "type");

  private final Ink ink;
  private final Detail detail;

  /** How many facts are shown, before the rest becomes one line. */
  private final int most;

  private final StringBuilder out = new StringBuilder();

  private FactsText(Ink ink, Detail detail, int most) {
    this.ink = ink;
    this.detail = detail;
    this.most = most;
  }

  /**
   * The facts, conclusion first; under 2 KB, colour not counted, unless sections are asked for.
   *
   * @param sections whether every range is listed too
   */
  public static String of(BinaryFacts facts, Ink ink, boolean sections) {
    int most = facts.facts().size();
    for (Detail detail : DETAILS) {
      if (sections || fits(facts, detail, most)) {
        return new FactsText(ink, detail, most).text(facts, sections);
      }
    }
    Detail least = DETAILS.getLast();
    while (most > 0 && !fits(facts, least, most)) {
      most--;
    }
    return new FactsText(ink, least, most).text(facts, false);
  }

  private static boolean fits(BinaryFacts facts, Detail detail, int most) {
    String text = new FactsText(Ink.NONE, detail, most).text(facts, false);
    return text.getBytes(StandardCharsets.UTF_8).length < MOST_BYTES;
  }

  private String text(BinaryFacts facts, boolean sections) {
    head(facts);
    facts(facts);
    categories(facts);
    parts(facts);
    if (sections) {
      ranges(facts);
    }
    return out.toString();
  }

  private void head(BinaryFacts facts) {
    for (String line : Words.wrap(Words.cut(conclusion(facts), 3 * WIDTH), WIDTH)) {
      out.append(ink.strong(line)).append('\n');
    }
    List<String> problems = facts.problems();
    for (String problem : problems.subList(0, Math.min(detail.problems(), problems.size()))) {
      Words.wrap("problem: " + Words.cut(problem, detail.problem()), WIDTH)
          .forEach(line -> out.append(ink.bad(line)).append('\n'));
    }
    if (problems.size() > detail.problems()) {
      String more = "more problems: %d".formatted(problems.size() - detail.problems());
      out.append(ink.bad(more)).append('\n');
    }
    out.append(facts.sha256()).append("\n\n");
  }

  /** Format, machine, strip state, size and compiler in one line. */
  static String conclusion(BinaryFacts facts) {
    List<String> said = new ArrayList<>();
    for (String name : List.of("format", "class", "machine", "type", "strip")) {
      Fact fact = facts.fact(name);
      if (fact.grade() != Fact.Grade.UNKNOWN) {
        said.add(fact.value() + fact.doubt());
      }
    }
    String kind = said.isEmpty() ? "unknown format" : String.join(" ", said);
    Fact rustc = facts.fact("rustc");
    boolean unknown = rustc.grade() == Fact.Grade.UNKNOWN;
    String by = unknown ? "" : ", rustc " + rustc.value() + rustc.doubt();
    return "%s: %s, %s bytes%s"
        .formatted(Words.cut(facts.name(), 40), kind, Words.number(facts.size()), by);
  }

  private void facts(BinaryFacts facts) {
    List<String> unknown = new ArrayList<>();
    List<String> none = new ArrayList<>();
    List<String> unseen = new ArrayList<>();
    List<String> names = inOrder(facts);
    List<String> shown = names.subList(0, Math.min(most, names.size()));
    for (String name : shown) {
      Fact fact = facts.fact(name);
      if (fact.grade() == Fact.Grade.UNKNOWN) {
        unknown.add(name);
      } else if (fact.value().equals(Fact.NO_SIGN)) {
        unseen.add(name);
      } else if (!fact.value().equals("none") || !fact.grade().equals(Fact.Grade.CERTAIN)) {
        fact(name, fact);
      } else {
        none.add(name);
      }
    }
    if (!none.isEmpty()) {
      entry("none", String.join(", ", none));
    }
    if (!unseen.isEmpty()) {
      entry("no sign of", String.join(", ", unseen) + "  [weak]");
    }
    if (!unknown.isEmpty()) {
      entry("unknown", String.join(", ", unknown));
    }
    if (names.size() > shown.size()) {
      entry("and", "%d more; --json has them".formatted(names.size() - shown.size()));
    }
  }

  /**
   * How it was built first, then what it needs, then what follows from the format; then the rest.
   */
  static List<String> inOrder(BinaryFacts facts) {
    List<String> names = new ArrayList<>(FIRST);
    names.addAll(facts.facts().keySet());
    return names.stream()
        .distinct()
        .filter(facts.facts()::containsKey)
        .filter(name -> !SAID.contains(name))
        .toList();
  }

  private void fact(String name, Fact fact) {
    boolean placed = detail.places() && !fact.evidence().isEmpty();
    String where = placed ? Words.place(fact.evidence().getFirst()) : "";
    String proof = Words.lower(fact.grade()) + (where.isEmpty() ? "" : ", " + where);
    String label = "%-14s ".formatted(name);
    // A long name takes its room from the value.
    int room = WIDTH - Math.max(INDENT, label.length());
    List<String> lines = Words.wrap(Words.cut(fact.value(), detail.value()), room);
    out.append(label).append(lines.getFirst());
    lines.stream()
        .skip(1)
        .forEach(line -> out.append('\n').append(" ".repeat(INDENT)).append(line));
    boolean beside = proof.length() + 4 <= room - lines.getLast().length();
    out.append(beside ? "  " : "\n" + " ".repeat(INDENT));
    out.append(ink.faint("[" + Words.cut(proof, WIDTH - INDENT - 2) + "]")).append('\n');
    int said = detail.places() ? fact.contradictions().size() : 1;
    fact.contradictions().stream()
        .limit(said)
        .map(against -> "but %s: %s".formatted(Words.place(against), against.what()))
        .forEach(but -> entry("", Words.cut(but, 2 * detail.value())));
  }

  private void entry(String name, String text) {
    String label = name;
    for (String line : Words.wrap(text, WIDTH - INDENT)) {
      out.append("%-14s ".formatted(label)).append(line).append('\n');
      label = "";
    }
  }

  private void categories(BinaryFacts facts) {
    List<String> parts =
        facts.categories().entrySet().stream()
            .sorted(Map.Entry.<Category, Long>comparingByValue().reversed())
            .map(entry -> entry.getKey().word() + " " + Words.number(entry.getValue()))
            .toList();
    entry("bytes", String.join(", ", parts));
  }

  private void parts(BinaryFacts facts) {
    List<Part> parts = facts.parts();
    if (parts.isEmpty()) {
      return;
    }
    out.append("\n%-34s %12s  %-12s %s\n".formatted("within it", "bytes", "machine", "strip"));
    for (Part part : parts.subList(0, Math.min(detail.parts(), parts.size()))) {
      out.append(
          "%-34s %12s  %-12s %s\n"
              .formatted(
                  Words.cut(part.name(), 34),
                  Words.number(part.size()),
                  Words.cut(part.fact("machine").value(), 12),
                  Words.cut(part.fact("strip").value(), 17)));
    }
    if (parts.size() > detail.parts()) {
      long rest = parts.stream().skip(detail.parts()).mapToLong(Part::size).sum();
      String more = "%d more".formatted(parts.size() - detail.parts());
      out.append("%-34s %12s\n".formatted(more, Words.number(rest)));
    }
  }

  private void ranges(BinaryFacts facts) {
    out.append("\n%12s %12s  %-14s %s\n".formatted("offset", "bytes", "category", "name"));
    for (Range range : facts.ranges()) {
      out.append(
          "%12d %12d  %-14s %s\n"
              .formatted(
                  range.offset(),
                  range.size(),
                  range.category().word(),
                  Words.cut(range.name(), WIDTH - 42)));
    }
  }
}
