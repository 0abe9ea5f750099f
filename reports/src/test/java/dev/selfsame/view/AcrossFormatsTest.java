package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Fact;
import dev.selfsame.view.Treemap.Tile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Of two formats code and constants count together, however they are shown. */
class AcrossFormatsTest {
  private static final Comparison ACROSS =
      comparison("Mach-O", List.of("__text", "__const", "__data"));
  private static final Comparison ALIKE = comparison("ELF", List.of(".text", ".rodata", ".data"));

  @Test
  void the_tables_have_one_row_for_code_and_constants() {
    String row = "%-22s %14s %14s %14s\n";
    String both = row.formatted("code and constants", "1,000,000", "950,000", "-50,000");
    String constants = row.formatted("constants", "300,000", "150,000", "-150,000");
    String across = ComparisonText.of(ACROSS, Ink.NONE, false);
    assertTrue(across.contains("\n" + both), across);
    assertFalse(across.contains("\nconstants ") || across.contains("\ncode  "), across);
    String alike = ComparisonText.of(ALIKE, Ink.NONE, false);
    assertTrue(alike.contains("\n" + constants), alike);

    String markdown = Markdown.of(ACROSS);
    assertTrue(
        markdown.contains("| code and constants | 1,000,000 | 950,000 | -50,000 |"), markdown);
    assertFalse(markdown.contains("| constants |") || markdown.contains("| code |"), markdown);
    assertTrue(Markdown.of(ALIKE).contains("| constants | 300,000 | 150,000 | -150,000 |"));

    String numbers =
        "</th><td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>";
    String page = HtmlReport.of(ACROSS);
    assertTrue(
        page.contains(
            "<span class=\"swatch c-code\"></span><span class=\"swatch c-rodata\"></span>"
                + "code and constants"
                + numbers.formatted("1,000,000", "950,000", "-50,000")),
        page);
    String alone = "</span>constants" + numbers.formatted("300,000", "150,000", "-150,000");
    assertFalse(page.contains(alone), page);
    assertTrue(HtmlReport.of(ALIKE).contains(alone));
  }

  @Test
  void the_way_from_one_to_the_other_takes_them_in_one_step() {
    assertEquals(
        List.of(
            new Charts.Step("code and constants", -50_000),
            new Charts.Step("writable data", 2_000)),
        Charts.steps(ACROSS));
    assertEquals(
        List.of(
            new Charts.Step("constants", -150_000),
            new Charts.Step("code", 100_000),
            new Charts.Step("writable data", 2_000)),
        Charts.steps(ALIKE));
    String page = HtmlReport.of(ACROSS);
    assertTrue(page.contains("<span>code and constants</span><span class=\"n\">-50,000</span>"));
    String picture = ComparisonSvg.of(ACROSS);
    assertTrue(picture.contains(">code and constants</text>"), picture);
    assertTrue(picture.contains(">-50,000</text>"), picture);
    assertFalse(picture.contains(">-150,000</text>"), picture);
  }

  /** Sections of two formats never meet: each would be drawn as if it had come or gone whole. */
  @Test
  void the_map_is_by_category() {
    Treemap across = Treemap.of(ACROSS, 3);
    assertEquals("category", across.by());
    assertEquals(
        Map.of("code and constants", -50_000L, "writable data", 2_000L), bytes(across.tiles()));
    assertTrue(ComparisonSvg.of(ACROSS).contains(">The difference by category</text>"));
    assertTrue(HtmlReport.of(ACROSS).contains("aria-label=\"The difference by category\""));
    Treemap alike = Treemap.of(ALIKE, 3);
    assertEquals("section", alike.by());
    assertEquals(
        Map.of(".text", 100_000L, ".rodata", -150_000L, ".data", 2_000L), bytes(alike.tiles()));
  }

  private static Map<String, Long> bytes(List<Tile> tiles) {
    return tiles.stream().collect(Collectors.toMap(Tile::name, Tile::bytes));
  }

  /** An ELF file, and one of another format that has its jump tables in its code. */
  private static Comparison comparison(String format, List<String> names) {
    List<String> own = List.of(".text", ".rodata", ".data");
    List<Category> kinds = List.of(Category.CODE, Category.RODATA, Category.DATA);
    List<Long> sizesA = List.of(700_000L, 300_000L, 1_000L);
    List<Long> sizesB = List.of(800_000L, 150_000L, 3_000L);
    BinaryFacts a = facts("ELF", own, kinds, sizesA);
    BinaryFacts b = facts(format, names, kinds, sizesB);
    Map<Category, Long> deltas = new EnumMap<>(Category.class);
    List<SectionDelta> sections = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      long inA = sizesA.get(i);
      long inB = sizesB.get(i);
      deltas.put(kinds.get(i), inB - inA);
      if (own.get(i).equals(names.get(i))) {
        sections.add(section(own.get(i), kinds.get(i), inA, inB));
      } else {
        sections.add(section(own.get(i), kinds.get(i), inA, 0));
        sections.add(section(names.get(i), kinds.get(i), 0, inB));
      }
    }
    return Sized.of(a, b, deltas, sections);
  }

  private static SectionDelta section(String name, Category category, long inA, long inB) {
    return new SectionDelta(name, category, inA, inB, false, Math.abs(inB - inA));
  }

  private static BinaryFacts facts(
      String format, List<String> names, List<Category> kinds, List<Long> sizes) {
    Map<Category, Long> categories = new EnumMap<>(Category.class);
    List<Range> ranges = new ArrayList<>();
    long at = 0;
    for (int i = 0; i < kinds.size(); i++) {
      categories.put(kinds.get(i), sizes.get(i));
      ranges.add(new Range(names.get(i), kinds.get(i), at, sizes.get(i)));
      at += sizes.get(i);
    }
    Map<String, Fact> facts = new TreeMap<>(Samples.comparison().a().facts());
    facts.put("format", new Fact(format, Fact.Grade.CERTAIN, List.of(), List.of()));
    return Sized.made(ranges, categories, facts, List.of());
  }
}
