package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Two files of code, debug information and symbols. */
final class Sized {
  private static final long BASE = 3_000_000_000L;

  private Sized() {}

  /** Of each of the three, B has so many bytes more. */
  static Comparison of(long code, long debug, long symbols) {
    return of(deltas(code, debug, symbols), List.of());
  }

  /** The same where not all of B was read. */
  static Comparison partlyRead(long code, long debug, long symbols) {
    return of(deltas(code, debug, symbols), List.of("offset 1: broken"));
  }

  private static Map<Category, Long> deltas(long code, long debug, long symbols) {
    Map<Category, Long> deltas = new EnumMap<>(Category.class);
    deltas.put(Category.CODE, code);
    deltas.put(Category.DEBUG, debug);
    deltas.put(Category.SYMBOLS, symbols);
    return deltas;
  }

  private static Comparison of(Map<Category, Long> deltas, List<String> problems) {
    List<SectionDelta> sections = new ArrayList<>();
    deltas.forEach((category, delta) ->
        sections.add(
            new SectionDelta(
                category.word(), category, BASE, BASE + delta, false, Math.abs(delta))));
    return of(facts(Map.of(), List.of()), facts(deltas, problems), deltas, sections);
  }

  /** Of two files that differ for one cause. */
  static Comparison of(
      BinaryFacts a, BinaryFacts b, Map<Category, Long> deltas, List<SectionDelta> sections) {
    long delta = b.size() - a.size();
    Cause all =
        new Cause(
            "all", delta, null, false, Cause.Grade.PROVED, "all of it", "", List.of(), List.of());
    return new Comparison(
        Comparison.SCHEMA,
        new Verdict.Differs(0),
        a,
        b,
        delta,
        List.of(),
        deltas,
        sections,
        List.of(),
        List.of(),
        List.of(),
        List.of(all),
        0,
        0,
        false,
        List.of(),
        null,
        null);
  }

  private static BinaryFacts facts(Map<Category, Long> more, List<String> problems) {
    Map<Category, Long> categories = new EnumMap<>(Category.class);
    List<Range> ranges = new ArrayList<>();
    long at = 0;
    for (Category category : List.of(Category.CODE, Category.DEBUG, Category.SYMBOLS)) {
      long size = BASE + more.getOrDefault(category, 0L);
      categories.put(category, size);
      ranges.add(new Range(category.word(), category, at, size));
      at += size;
    }
    return made(ranges, categories, Samples.comparison().a().facts(), problems);
  }

  /** A file of these ranges, one after the other. */
  static BinaryFacts made(
      List<Range> ranges,
      Map<Category, Long> categories,
      Map<String, Fact> facts,
      List<String> problems) {
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        "made",
        ranges.stream().mapToLong(Range::size).sum(),
        Samples.comparison().a().sha256(),
        ranges,
        categories,
        facts,
        List.of(),
        Composition.none(),
        problems);
  }
}
