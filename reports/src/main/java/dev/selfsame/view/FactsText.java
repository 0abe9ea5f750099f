package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a binary says of itself as text of 80 columns. */
public final class FactsText {
  private static final int WIDTH = 80;
  private static final int INDENT = 15;

  /** Members of an archive that are listed; {@code --json} has all. */
  private static final int PARTS = 12;

  /** Two lines of a fact's column; {@code --json} has all of it. */
  private static final int LONGEST = 128;

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
  private final StringBuilder out = new StringBuilder();

  private FactsText(Ink ink) {
    this.ink = ink;
  }

  /**
   * The facts, conclusion first.
   *
   * @param sections whether every range is listed too
   */
  public static String of(BinaryFacts facts, Ink ink, boolean sections) {
    FactsText text = new FactsText(ink);
    text.head(facts);
    text.facts(facts);
    text.categories(facts);
    text.parts(facts);
    if (sections) {
      text.ranges(facts);
    }
    return text.out.toString();
  }

  private void head(BinaryFacts facts) {
    for (String line : Words.wrap(conclusion(facts), WIDTH)) {
      out.append(ink.strong(line)).append('\n');
    }
    for (String problem : facts.problems()) {
      Words.wrap("problem: " + problem, WIDTH)
          .forEach(line -> out.append(ink.bad(line)).append('\n'));
    }
    out.append(facts.sha256()).append("\n\n");
  }

  /** Format, machine, strip state, size and compiler in one line. */
  static String conclusion(BinaryFacts facts) {
    List<String> said = new ArrayList<>();
    for (String name : List.of("format", "class", "machine", "type", "strip")) {
      Fact fact = facts.fact(name);
      if (fact.grade() != Fact.Grade.UNKNOWN) {
        said.add(fact.value());
      }
    }
    String kind = said.isEmpty() ? "unknown format" : String.join(" ", said);
    Fact rustc = facts.fact("rustc");
    String by = rustc.grade() == Fact.Grade.UNKNOWN ? "" : ", rustc " + rustc.value();
    return "%s: %s, %s bytes%s"
        .formatted(Words.cut(facts.name(), 40), kind, Words.number(facts.size()), by);
  }

  private void facts(BinaryFacts facts) {
    List<String> unknown = new ArrayList<>();
    List<String> none = new ArrayList<>();
    List<String> unseen = new ArrayList<>();
    for (String name : inOrder(facts)) {
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
    String where = fact.evidence().isEmpty() ? "" : Words.place(fact.evidence().getFirst());
    String proof = Words.lower(fact.grade()) + (where.isEmpty() ? "" : ", " + where);
    List<String> lines = Words.wrap(Words.cut(fact.value(), LONGEST), WIDTH - INDENT);
    out.append("%-14s ".formatted(name)).append(lines.getFirst());
    lines.stream()
        .skip(1)
        .forEach(line -> out.append('\n').append(" ".repeat(INDENT)).append(line));
    int room = WIDTH - INDENT - lines.getLast().length() - 4;
    out.append(proof.length() <= room ? "  " : "\n" + " ".repeat(INDENT));
    out.append(ink.faint("[" + Words.cut(proof, WIDTH - INDENT - 2) + "]")).append('\n');
    for (Fact.Evidence against : fact.contradictions()) {
      entry("", "but %s: %s".formatted(Words.place(against), against.what()));
    }
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
    for (Part part : parts.subList(0, Math.min(PARTS, parts.size()))) {
      out.append(
          "%-34s %12s  %-12s %s\n"
              .formatted(
                  Words.cut(part.name(), 34),
                  Words.number(part.size()),
                  Words.cut(part.fact("machine").value(), 12),
                  part.fact("strip").value()));
    }
    if (parts.size() > PARTS) {
      long rest = parts.stream().skip(PARTS).mapToLong(Part::size).sum();
      out.append(
          "%-34s %12s\n".formatted("%d more".formatted(parts.size() - PARTS), Words.number(rest)));
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
