package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A value that is told in passing, without its grade, is not told as more than it is. */
class DoubtTest {
  private static final String RUSTC = "1.85.1 (4eb161250 2025-03-15)";

  @ParameterizedTest
  @CsvSource({
    "CERTAIN, false, ''",
    "STRONG,  false, ''",
    "STRONG,  true,  ' (contradicted)'",
    "MEDIUM,  false, ' (likely)'",
    "MEDIUM,  true,  ' (contradicted)'",
    "WEAK,    false, ' (perhaps)'",
    "WEAK,    true,  ' (contradicted)'",
  })
  void the_compiler_is_told_with_how_sure_that_is(Grade grade, boolean against, String doubt) {
    Evidence read = new Evidence(".comment", 1, "rustc version " + RUSTC);
    Evidence other = new Evidence(".rodata", 2, "a path of rustc 1.95.0");
    BinaryFacts a =
        facts("rustc", new Fact(RUSTC, grade, List.of(read), against ? List.of(other) : List.of()));

    String first = words(FactsText.of(a, Ink.NONE, false));
    assertTrue(first.contains(" bytes, rustc " + RUSTC + doubt + " " + a.sha256() + " "), first);
    Comparison comparison = comparison(a);
    String sides = words(ComparisonText.of(comparison, Ink.NONE, false));
    assertTrue(sides.contains(", rustc 1.85.1" + doubt + " B "), sides);
    assertTrue(sides.contains(", rustc 1.95.0 first difference"), "B's is strong: " + sides);
    String comment = Markdown.of(comparison);
    String row = comment.lines().filter(l -> l.startsWith("| rustc |")).findFirst().orElseThrow();
    String shown = row.replace("\\", "").replace("<!-- -->", "");
    assertTrue(shown.startsWith("| rustc | " + RUSTC + doubt + " | "), row);
  }

  @ParameterizedTest
  @CsvSource({
    "CERTAIN, false, ''",
    "CERTAIN, true, ' (contradicted)'",
    "MEDIUM, false, ' (likely)'"
  })
  void so_is_the_strip_state(Grade grade, boolean against, String doubt) {
    Evidence read = new Evidence(".symtab", -1, "none");
    Evidence other = new Evidence(".debug_info", 2, "debug information");
    BinaryFacts a =
        facts(
            "strip",
            new Fact("stripped", grade, List.of(read), against ? List.of(other) : List.of()));

    String first = words(FactsText.of(a, Ink.NONE, false));
    assertTrue(first.contains(": ELF 64-bit x86-64 PIE stripped" + doubt + ", "), first);
    Comparison comparison = comparison(a);
    String sides = words(ComparisonText.of(comparison, Ink.NONE, false));
    assertTrue(sides.contains(" stripped" + doubt + ", rustc 1.95.0 B "), sides);
    String comment = Markdown.of(comparison);
    assertTrue(comment.contains("\n| strip | stripped" + doubt + " | full |\n"), comment);
  }

  /** Whoever forges a comment may make it as long as they like: its middle is left out. */
  @Test
  void a_long_value_does_not_cost_any_doubt() {
    Evidence other = new Evidence(".rodata", 2, "a path of rustc 1.95.0");
    Fact rustc =
        new Fact(RUSTC + " " + "word ".repeat(400), Grade.MEDIUM, List.of(), List.of(other));
    Fact strip = new Fact("stripped", Grade.MEDIUM, List.of(), List.of());
    BinaryFacts a = facts(facts("rustc", rustc), "strip", strip);

    String doubt = " (contradicted)";
    String first = FactsText.of(a, Ink.NONE, false).replaceAll("\\s+", " ");
    assertTrue(first.contains(" PIE stripped (likely), "), first);
    assertTrue(first.contains(doubt + " " + a.sha256() + " "), first);
    String comment = Markdown.of(comparison(a));
    String row = comment.lines().filter(l -> l.startsWith("| rustc |")).findFirst().orElseThrow();
    assertTrue(row.contains(doubt + " | 1.95.0 "), row);
  }

  @Test
  void what_is_not_known_is_doubted_no_more() {
    BinaryFacts a = facts("rustc", Fact.unknown());
    String first = words(FactsText.of(a, Ink.NONE, false));
    assertTrue(first.contains(" bytes " + a.sha256() + " "), first);
    String sides = words(ComparisonText.of(comparison(a), Ink.NONE, false));
    assertTrue(sides.contains(", rustc unknown B "), sides);
  }

  /** Lines and kilobytes hold with the longest name and the longest word. */
  private static String words(String text) {
    assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    assertTrue(text.getBytes(StandardCharsets.UTF_8).length < 2048, text);
    return text.replaceAll("\\s+", " ");
  }

  private static BinaryFacts facts(String name, Fact fact) {
    return facts(Samples.comparison().a(), name, fact);
  }

  private static BinaryFacts facts(BinaryFacts sample, String name, Fact fact) {
    Map<String, Fact> facts = new TreeMap<>(sample.facts());
    facts.put(name, fact);
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        "n".repeat(60),
        sample.size(),
        sample.sha256(),
        sample.ranges(),
        sample.categories(),
        facts,
        sample.parts(),
        sample.composition(),
        sample.problems());
  }

  private static Comparison comparison(BinaryFacts a) {
    Comparison sample = Samples.comparison();
    return Samples.with(sample, a, sample.sections(), sample.causes());
  }
}
