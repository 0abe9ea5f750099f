package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.Piece;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Composition.Holding;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlReportTest {
  @Test
  void the_same_document_gives_the_same_bytes_in_any_locale() {
    String first = HtmlReport.of(Samples.journey("agent"));
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR"));
      assertEquals(first, HtmlReport.of(Samples.journey("agent")));
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void the_verdict_stands_before_everything_else() {
    String page = HtmlReport.of(Samples.journey("agent"));
    int verdict = page.indexOf("Promoted: agent");
    int refused = page.indexOf("Refused: hand-made");
    assertTrue(verdict > 0 && refused > verdict && page.indexOf("<h2>") > refused);
  }

  @Test
  void the_page_reads_nothing_from_the_network_and_runs_nothing() {
    String page = HtmlReport.of(Samples.journey("agent"));
    assertFalse(
        Pattern.compile("<script|<link|<img|<iframe|\\bsrc=|\\bhref=|url\\(|@import|\\bon\\w+=")
            .matcher(page)
            .find());
  }

  @Test
  void a_hostile_name_stays_text() {
    String page = HtmlReport.of(Samples.journey("<script>alert('x')</script>\"'&"));
    assertFalse(page.contains("<script"), "markup of an input got through");
    assertTrue(page.contains("&lt;script"));
  }

  @Test
  void every_category_of_the_comparison_is_drawn_and_listed() {
    String page = HtmlReport.of(Samples.comparison());
    for (var category : Charts.present(Samples.comparison())) {
      assertTrue(page.contains("class=\"c-" + category.word() + "\""), category.word());
      assertTrue(page.contains("swatch c-" + category.word() + "\""), category.word());
      assertTrue(page.contains("." + "c-" + category.word() + " {"), category.word());
    }
  }

  @Test
  void each_build_of_an_experiment_has_its_bar_and_its_numbers() {
    Comparison rebuilt = Samples.rebuilt();
    String page = HtmlReport.of(rebuilt);
    Experiment experiment = rebuilt.experiment();
    assertNotNull(experiment);
    for (Experiment.Rung rung : experiment.steps()) {
      assertTrue(page.contains("<span>" + rung.change() + "</span>"), rung.change());
      assertTrue(page.contains("<td class=\"n\">" + Words.number(rung.size()) + "</td>"));
      assertTrue(page.contains("<code>" + rung.sha256().abbreviated() + "</code>"));
    }
    assertTrue(page.contains("pin &lt;x> has no ld.lld") || page.contains("pin &lt;x&gt;"), page);
    assertTrue(page.contains("not measured"));
    assertTrue(page.contains(" They were changed in this order: strip, paths; in another, the "));
    assertFalse(HtmlReport.of(Samples.comparison()).contains("Rebuilt"));
  }

  @Test
  void what_remains_without_debug_information_and_symbols_is_told() {
    String page = HtmlReport.of(Samples.comparison());
    String remains = "Less debug information and symbols: <strong>B is 611 bytes larger</strong>.";
    assertTrue(page.contains("<p>" + remains + "</p>"), page);
    assertTrue(HtmlReport.of(Sized.of(-20, 0, 30)).contains("B is 20 bytes smaller</strong>"));
    assertFalse(HtmlReport.of(Samples.withSymbols()).contains("Less debug information"));
  }

  @Test
  void that_not_all_was_read_is_said_of_the_file_it_holds_for() {
    String page = HtmlReport.of(Samples.halfRead());
    assertTrue(page.contains("Not all of A was read: offset 64: the section headers"), page);
    assertFalse(page.contains("Not all of B was read"));
    assertFalse(page.contains("outside <of>"));
    assertFalse(HtmlReport.of(Samples.comparison()).contains("was read:"));
  }

  @Test
  void what_is_not_known_is_no_number() {
    String page = HtmlReport.of(Samples.unexplained());
    assertTrue(page.contains("<strong>bytes not known</strong>"), page);
    assertTrue(page.contains("do not say why (at least 99,990 bytes differ)"), page);
    assertTrue(page.contains("<strong>+10 bytes</strong> (at least 99,990 bytes differ)."), page);
    assertTrue(page.contains("data-label=\"bytes\">not known</td>"), page);
  }

  @Test
  void of_what_is_not_known_the_reason_is_told() {
    BinaryFacts a = Samples.comparison().a();
    Map<String, Fact> facts = new TreeMap<>(a.facts());
    facts.put(
        "lto", Fact.unknown(new Fact.Evidence("symbols", -1, "only names of symbols tell it")));
    BinaryFacts told =
        new BinaryFacts(
            a.schema(),
            a.name(),
            a.size(),
            a.sha256(),
            a.ranges(),
            a.categories(),
            facts,
            a.parts(),
            a.composition(),
            a.problems());
    Comparison c = Samples.comparison();
    String reason = "symbols: only names of symbols tell it";
    assertTrue(HtmlReport.of(told).contains(reason));
    assertTrue(HtmlReport.of(Samples.with(c, told, c.sections(), c.causes())).contains(reason));
  }

  @Test
  void a_section_whose_size_moved_differs_by_at_least_that() {
    Comparison c = Samples.comparison();
    List<SectionDelta> sections = new ArrayList<>(c.sections());
    sections.add(new SectionDelta(".moved", Category.CODE, 100_000, 100_016, false, 16));
    sections.add(new SectionDelta(".moved.back", Category.CODE, 16, 0, false, 16));
    String page = HtmlReport.of(Samples.with(c, c.a(), sections, c.causes()));
    assertTrue(page.contains("<td class=\"n\">+16</td><td class=\"n\">at least 16</td>"), page);
    assertTrue(page.contains("<td class=\"n\">-16</td><td class=\"n\">16</td>"), page);
  }

  @Test
  void a_library_of_very_many_sections_is_listed_in_part() {
    Comparison c = Samples.comparison();
    List<SectionDelta> sections = new ArrayList<>(c.sections());
    for (int i = 0; i < 100_000; i++) {
      sections.add(new SectionDelta(".text.f" + i, Category.CODE, 16, 16, true, 0));
    }
    String page = HtmlReport.of(Samples.with(c, c.a(), sections, c.causes()));
    assertTrue(page.contains("All %d sections".formatted(sections.size())));
    assertTrue(page.contains("<code>.text.f0</code>"));
    assertFalse(page.contains("<code>.text.f2000</code>"));
    assertTrue(page.contains("and %d more;".formatted(sections.size() - 2_000)));
  }

  @Test
  void a_section_stands_where_its_first_range_begins() {
    Comparison c = Samples.comparison();
    Charts.Offsets offsets = Charts.Offsets.of(c.a());
    for (SectionDelta section : c.sections()) {
      String first =
          c.a().ranges().stream()
              .filter(range -> range.name().equals(section.name()))
              .filter(range -> range.category() == section.category())
              .map(range -> Words.number(range.offset()))
              .findFirst()
              .orElse("");
      assertEquals(first, offsets.of(section), section.name());
    }
  }

  /** A number that nobody can find in the file is as good as made up. */
  @Test
  void where_the_bytes_of_a_row_are_is_told_in_the_page() {
    Comparison c = Samples.withSymbols();
    String page = HtmlReport.of(c);
    HoldingDelta row =
        c.crates().stream().filter(crate -> crate.name().equals("core")).findFirst().orElseThrow();
    assertTrue(row.bytesA() == 0 && row.inB().size() == HoldingDelta.PIECES, row.toString());
    Piece first = row.inB().getFirst();
    long told = row.inB().stream().mapToLong(Piece::size).sum();
    assertTrue(
        page.contains(
            "A: nothing<br>B: %s at %d (%s), "
                .formatted(first.section(), first.offset(), Words.number(first.size()))),
        page);
    assertTrue(page.contains(", elsewhere %s</td>".formatted(Words.number(row.bytesB() - told))));
    for (Category category : Charts.present(c)) {
      String places = Charts.places(c.b(), category);
      assertTrue(page.contains("<td class=\"where\">" + places + "</td>"), places);
    }
    assertEquals("nothing", Words.pieces(List.of(), 0));
  }

  @Test
  void an_offset_is_told_with_the_section_that_holds_it() {
    BinaryFacts facts = Samples.withSymbols().b();
    for (BinaryFacts.Range range : facts.ranges()) {
      long last = range.offset() + range.size() - 1;
      assertEquals(range.name() + " at " + last, Charts.at(facts, last));
    }
    assertEquals("", Charts.at(facts, -1));
    assertEquals("", Charts.at(facts, facts.size()));
    Holding largest =
        facts.composition().functions().stream()
            .filter(row -> row.offset() >= 0)
            .findFirst()
            .orElseThrow();
    assertTrue(HtmlReport.of(facts).contains(">.text at " + largest.offset() + "</td>"));
  }

  @Test
  void identical_files_have_no_causes() {
    String page = HtmlReport.of(Samples.identical());
    assertTrue(page.contains("identical"));
    assertFalse(page.contains("<h3>Why</h3>"));
  }

  /** Source: WCAG 2.2, 1.4.3, contrast of text at least 4.5 to 1. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void text_has_the_contrast_that_reading_needs(int scheme) {
    Map<String, String> colours = colours(scheme);
    for (String pair :
        List.of(
            "text ground",
            "text panel",
            "faint ground",
            "faint panel",
            "link ground",
            "good ground",
            "bad ground",
            "text good-ground",
            "text bad-ground")) {
      String[] names = pair.split(" ", -1);
      double contrast = contrast(colours.get(names[0]), colours.get(names[1]));
      assertTrue(contrast >= 4.5, pair + ": " + contrast);
    }
    for (String bar : List.of("grows", "shrinks", "total")) {
      double contrast = contrast(colours.get(bar), colours.get("panel"));
      assertTrue(contrast >= 3, bar + ": " + contrast);
    }
  }

  private static Map<String, String> colours(int scheme) {
    Matcher roots =
        Pattern.compile(":root \\{([^}]*)\\}").matcher(HtmlReport.of(Samples.comparison()));
    for (int i = 0; i <= scheme; i++) {
      assertTrue(roots.find());
    }
    Map<String, String> colours = new HashMap<>();
    Matcher variable = Pattern.compile("--([a-z-]+): (#[0-9a-f]{6})").matcher(roots.group(1));
    while (variable.find()) {
      colours.put(variable.group(1), variable.group(2));
    }
    return colours;
  }

  private static double contrast(String a, String b) {
    double light = Math.max(luminance(a), luminance(b));
    double dark = Math.min(luminance(a), luminance(b));
    return (light + 0.05) / (dark + 0.05);
  }

  private static double luminance(String colour) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double c = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
      sum += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
  }
}
