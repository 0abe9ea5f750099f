package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.Piece;
import dev.selfsame.evidence.Comparison.Place;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTextTest {
  @Test
  void the_verdict_comes_first_and_colour_only_on_request() {
    Comparison comparison = Samples.comparison();
    String plain = ComparisonText.of(comparison, Ink.NONE, false);
    assertTrue(plain.startsWith("differs: B is 3,993,864 bytes larger"), plain);
    assertFalse(plain.contains("\u001b"));
    assertTrue(ComparisonText.of(comparison, new Ink(true), false).startsWith("\u001b[31mdiffers"));
    assertEquals(2, ComparisonText.of(Samples.identical(), Ink.NONE, false).lines().count());
  }

  @Test
  void the_longest_comparison_stays_under_two_kilobytes_and_says_what_is_unexplained() {
    stays_under_two_kilobytes(worst(1, List.of("offset 1: " + "broken ".repeat(80))));
    Comparison read = worst(40, List.of("offset 1: 7 " + BinaryFacts.UNCLAIMED));
    stays_under_two_kilobytes(read);
    String rest = "less debug information and symbols: B is ";
    assertTrue(ComparisonText.of(read, Ink.NONE, false).contains(rest), "all lines are in it");
  }

  private static void stays_under_two_kilobytes(Comparison worst) {
    Experiment experiment =
        new Experiment(
            Experiment.Outcome.NOT_REPRODUCED,
            "A was not reproduced: " + "why ".repeat(400),
            null,
            false,
            List.of(),
            Collections.nCopies(9, new Experiment.Unmeasured("linker", "no ".repeat(99))),
            worst.sizeDelta(),
            worst.categories(),
            1,
            1);
    String text =
        ComparisonText.of(worst.with(experiment, worst.causes(), worst.guesses()), Ink.NONE, false);
    assertTrue(text.getBytes(StandardCharsets.UTF_8).length < 2048, text);
    assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    assertTrue(text.contains("unexplained") && text.contains("in all"), text);
    assertTrue(text.contains("whole file"), text);
  }

  /** Optimised for size, a file with symbols can be larger, and without them smaller. */
  @Test
  void the_size_without_debug_information_and_symbols_is_told_where_it_is_another_story() {
    String larger = "less debug information and symbols: B is %s bytes larger";
    String smaller = "less debug information and symbols: B is %s bytes smaller";
    assertEquals(smaller.formatted("64,710"), second(Sized.of(-64_710, 0, 103_366)));
    assertEquals(
        smaller.formatted("2,147,483,646"), second(Sized.of(-2_147_483_646, 2_147_483_647, 9)));
    assertEquals(larger.formatted("7"), second(Sized.of(7, 0, -7)), "no size moved");
    assertEquals(larger.formatted("40"), second(Sized.of(40, 60, 1)), "less than half");
    assertEquals(larger.formatted("101"), second(Sized.of(101, -49, -2)), "more than double");
    assertEquals(
        "less debug information and symbols: both have as many bytes", second(Sized.of(0, 9, 1)));
    for (Comparison same :
        List.of(
            Sized.of(50, 40, 10), // half
            Sized.of(100, -40, -10), // double
            Sized.of(-50, -49, 0),
            Sized.of(5, 10, -10),
            Sized.of(5, 0, 0),
            Sized.of(0, 3, -3),
            Sized.partlyRead(-64_710, 0, 103_366))) {
      assertTrue(second(same).startsWith("A  "), second(same));
    }
  }

  private static String second(Comparison comparison) {
    return ComparisonText.of(comparison, Ink.NONE, false).lines().skip(1).findFirst().orElseThrow();
  }

  @Test
  void what_was_built_and_what_was_not_is_said_behind_the_causes() {
    String text = ComparisonText.of(Samples.rebuilt(), Ink.NONE, false);
    String lines = text.replace('\n', ' ');
    assertTrue(
        lines.contains(
            "rebuilt: A was built again, then 2 settings changed, one a build; the last build has"
                + " B's SHA-256: the whole difference is proved"),
        text);
    assertTrue(
        lines.contains("not measured: linker: pin <x> has no ld.lld; what paths would do alone"),
        text);
    assertTrue(lines.contains("proved      strip: symbols → none"), text);
  }

  @Test
  void the_first_place_that_speaks_for_a_cause_is_told_where_there_is_room() {
    Comparison c = Samples.comparison();
    String text = ComparisonText.of(c, Ink.NONE, false);
    assertTrue(
        text.replaceAll("\\s+", " ")
            .contains(
                "same debug and strip settings A: no debug information; B: .debug_str at 1910883"
                    + " and 3 more"),
        text);
    assertTrue(text.getBytes(StandardCharsets.UTF_8).length < 2048, text);
    List<Cause> causes = new ArrayList<>(c.causes());
    List<Evidence> far = List.of(new Evidence("s".repeat(90), 4_096, "it"));
    for (int i = 0; i < 5; i++) {
      String why = "because ".repeat(60);
      causes.addFirst(Cause.suspected("x" + i, why, "do it ".repeat(40), far, far));
    }
    Comparison longer = Samples.with(c, c.a(), c.sections(), causes);
    assertFalse(ComparisonText.of(longer, Ink.NONE, false).contains("sss"), "no room");
    assertTrue(ComparisonText.of(longer, Ink.NONE, true).contains("sss"), "asked for all");
  }

  @Test
  void what_cancels_out_is_told_beside_the_sum() {
    String text = ComparisonText.of(Samples.unexplained(), Ink.NONE, false);
    String lines = text.replaceAll("\\s+", " ");
    assertTrue(lines.contains("+10 unexplained .text +50,000, .rodata -49,990"), text);
    assertTrue(lines.contains("do not say why (at least 99,990 bytes differ)"), text);
    assertTrue(lines.contains("+10 in all unexplained (at least 99,990 bytes differ)"), text);
  }

  /** What grew is what shrank: the sum says nothing, and the count is still the least. */
  @Test
  void where_sizes_moved_the_bytes_that_differ_are_the_least_even_if_the_sum_is_nothing() {
    for (boolean atLeast : List.of(true, false)) {
      Comparison c = Samples.comparison();
      List<Cause> causes = new ArrayList<>(c.causes());
      causes.addFirst(
          new Cause(
              "program",
              0L,
              160L,
              atLeast,
              Cause.Grade.UNEXPLAINED,
              "it",
              "",
              List.of(),
              List.of()));
      Comparison comparison = Samples.with(c, c.a(), c.sections(), causes);
      String said = atLeast ? "at least 160" : "160";
      String text = ComparisonText.of(comparison, Ink.NONE, false);
      assertTrue(text.contains("it (" + said + " bytes differ)"), text);
      assertTrue(text.contains("unexplained (" + said + " bytes differ)"), text);
      assertTrue(Markdown.of(comparison).contains("| 0 | " + said + " | unexplained |"));
      assertTrue(HtmlReport.of(comparison).contains("it (" + said + " bytes differ)"));
      assertEquals(
          atLeast, Json.tree(Json.write(comparison)).path("unexplainedAtLeast").asBoolean());
    }
  }

  @Test
  void what_is_suspected_has_no_number_and_keeps_its_advice() {
    String text = ComparisonText.of(Samples.unexplained(), Ink.NONE, false);
    String lines = text.replaceAll("\\s+", " ");
    assertTrue(
        lines.contains(
            "not known suspected the compilers differ: A 1.85.1, B 1.96.0 → build both with one"
                + " pinned toolchain"),
        text);
    assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
  }

  /** Half a gigabyte of debug information has numbers that no column of ten holds. */
  @Test
  void owners_fit_80_columns_whatever_their_names_and_sizes() {
    Comparison worst = worst(1, List.of());
    long size = 2_147_483_647;
    long rest = worst.categories().get(Category.CODE) - size;
    List<HoldingDelta> rows =
        List.of(
            code("n".repeat(4_000), new Piece(".text", 0, size)),
            code("(between symbols)", new Piece(".text", size, rest)));
    String text =
        OwnersText.of(
            new Comparison(
                Comparison.SCHEMA,
                worst.verdict(),
                worst.a(),
                worst.b(),
                worst.sizeDelta(),
                worst.places(),
                worst.categories(),
                worst.sections(),
                rows,
                List.of(),
                List.of(),
                worst.causes(),
                worst.unexplained(),
                worst.unexplainedDiffering(),
                worst.unexplainedAtLeast(),
                worst.guesses(),
                null,
                null),
            OwnersText.By.CRATE);
    assertTrue(text.contains(" 2,147,483,647 +2,147,483,647\n"), text);
    assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
    assertTrue(text.lines().skip(1).allMatch(line -> line.length() == 80), "columns: " + text);
  }

  private static HoldingDelta code(String name, Piece piece) {
    return new HoldingDelta(name, Category.CODE, 0, piece.size(), List.of(), List.of(piece));
  }

  @Test
  void guesses_of_which_the_bytes_are_not_known_say_so() {
    String lines = GuessesText.of(Samples.unexplained()).replaceAll("\\s+", " ");
    assertTrue(lines.contains("toolchain yes bytes not known: A by rustc"), lines);
    assertFalse(lines.contains("cannot be told bytes not known"), lines);
  }

  /**
   * Long names, every category, and sentences without end.
   *
   * @param debug how many times as much debug information as of the rest B has
   * @param problems on both sides
   */
  private static Comparison worst(int debug, List<String> problems) {
    BinaryFacts a = facts(1_000_000, 1, problems);
    BinaryFacts b = facts(9_999_999_999L, debug, problems);
    Map<Category, Long> deltas = new EnumMap<>(Category.class);
    List<SectionDelta> sections = new ArrayList<>();
    List<Cause> causes = new ArrayList<>();
    for (Category category : Category.values()) {
      long sizeA = a.categories().get(category);
      long sizeB = b.categories().get(category);
      deltas.put(category, sizeB - sizeA);
      sections.add(new SectionDelta("s".repeat(90), category, sizeA, sizeB, false, sizeB));
      causes.add(
          new Cause(
              category.word(),
              sizeB - sizeA,
              sizeB,
              true,
              Cause.Grade.UNEXPLAINED,
              "because ".repeat(60),
              "do something about it ".repeat(20),
              List.of(),
              List.of()));
    }
    long delta = b.size() - a.size();
    Place place = new Place(999_999, "p".repeat(300), "q".repeat(300));
    return new Comparison(
        Comparison.SCHEMA,
        new Verdict.Differs(0),
        a,
        b,
        delta,
        List.of(place, place),
        deltas,
        sections,
        List.of(),
        List.of(),
        List.of(),
        causes,
        delta,
        b.size(),
        true,
        List.of(),
        null,
        null);
  }

  private static BinaryFacts facts(long each, int debug, List<String> problems) {
    Map<Category, Long> categories = new EnumMap<>(Category.class);
    List<Range> ranges = new ArrayList<>();
    long at = 0;
    for (Category category : Category.values()) {
      long size = category == Category.DEBUG ? each * debug : each;
      categories.put(category, size);
      ranges.add(new Range("r".repeat(200), category, at, size));
      at += size;
    }
    BinaryFacts sample = Samples.comparison().a();
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        "n".repeat(250),
        at,
        sample.sha256(),
        ranges,
        categories,
        sample.facts(),
        List.of(),
        Composition.none(),
        problems);
  }
}
