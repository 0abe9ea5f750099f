package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTest {
  @Test
  void the_verdict_comes_first_then_causes_that_sum_to_the_difference() {
    String page = Markdown.of(Samples.comparison());
    assertTrue(page.startsWith("### Selfsame: differs\n"), page);
    assertTrue(page.indexOf("| bytes | differ | known as |") > page.indexOf("| SHA-256 |"));
    for (var cause : Samples.comparison().causes()) {
      assertTrue(page.contains("| " + Words.signed(cause.bytes()) + " | "), cause.id());
    }
  }

  /** By its first place on each side; a cause of which nothing is in the files has no row. */
  @Test
  void what_speaks_for_each_cause_opens_below_the_causes() {
    Comparison c = Samples.comparison();
    String page = Markdown.of(c);
    int evidence = page.indexOf("<details><summary>Evidence of each cause</summary>");
    assertTrue(evidence > page.indexOf("Unexplained: **"), page);
    assertTrue(
        page.contains("| debug-info | no debug information | .debug_str at 1910883 and 3 more |"),
        page);
    assertTrue(page.contains("| symbols | no symbols | .strtab at 4258457 and 1 more |"), page);
    for (Cause cause : c.causes()) {
      assertTrue(page.indexOf("| " + cause.id() + " | ") > evidence, cause.id());
    }
    List<Cause> causes = new ArrayList<>(c.causes());
    String hostile = "|`<b>@team".repeat(200);
    causes.add(Cause.suspected("x", "why", "", List.of(new Evidence(hostile, 7, "it")), List.of()));
    causes.add(Cause.suspected("y", "why", "", List.of(), List.of()));
    String more = Markdown.of(Samples.with(c, c.a(), c.sections(), causes));
    rowsAreWhole(more);
    assertTrue(more.contains("| x | \\|\\`\\<b\\>@<!-- -->team"), more);
    assertTrue(more.contains(" | nothing |\n"), more);
    assertFalse(more.contains("<b>") || more.contains("| y |"), more);
  }

  @Test
  void every_row_of_a_table_has_as_many_cells_as_its_head() {
    rowsAreWhole(Markdown.of(Samples.comparison()));
    String rebuilt = Markdown.of(Samples.rebuilt());
    rowsAreWhole(rebuilt);
    assertTrue(rebuilt.contains("**Rebuilt:** A was built again, then 2 settings"), rebuilt);
    assertTrue(rebuilt.contains("Not measured: linker: pin \\<x\\> has no ld.lld"), rebuilt);
    assertTrue(rebuilt.contains("| A, built again | "), rebuilt);
    assertTrue(rebuilt.contains("Settings were changed in this order: strip, paths"), rebuilt);
  }

  @Test
  void what_is_not_known_is_no_number_and_what_cancels_out_is_told() {
    String page = Markdown.of(Samples.unexplained());
    rowsAreWhole(page);
    assertTrue(page.contains("| not known | not known | suspected | the compilers"), page);
    assertTrue(page.contains("| +10 | at least 99,990 | unexplained | "), page);
    assertTrue(page.contains("Unexplained: **+10 bytes** (at least 99,990 bytes differ).\n"), page);
    assertTrue(page.contains("| toolchain | yes | not known | "), page);
  }

  @Test
  void what_remains_without_debug_information_and_symbols_stands_below_the_verdict() {
    String remains =
        "### Selfsame: differs\n\nB is 10 bytes larger (A 9,000,000,000, B 9,000,000,010).\n\n"
            + "Less debug information and symbols: **B is 20 bytes smaller**.\n\n| | A | B |\n";
    String page = Markdown.of(Sized.of(-20, 0, 30));
    assertTrue(page.startsWith(remains), page);
    assertTrue(Markdown.of(Samples.comparison()).contains(": **B is 611 bytes larger**.\n"));
    assertFalse(Markdown.of(Samples.withSymbols()).contains("Less debug information"));
  }

  private static void rowsAreWhole(String page) {
    List<String> lines = page.lines().toList();
    int cells = -1;
    for (String line : lines) {
      if (!line.startsWith("|")) {
        cells = -1;
        continue;
      }
      int here = (int) line.replace("\\|", "").chars().filter(c -> c == '|').count();
      cells = cells < 0 ? here : cells;
      assertEquals(cells, here, line);
    }
  }

  @Test
  void what_a_file_says_becomes_no_markup() {
    assertEquals("\\<img\\>", Markdown.text("<img>"));
    assertEquals(
        "\\[click\\](http\\://evil.example)", Markdown.text("[click](http://evil.example)"));
    assertEquals("@<!-- -->team", Markdown.text("@team"));
    assertEquals("see #<!-- -->12, o/r#<!-- -->3", Markdown.text("see #12, o/r#3"));
    assertEquals("#<!-- -->12 GH-<!-- -->7", Markdown.text("#12 GH-7"));
    assertEquals("C# 7-8 of a-1", Markdown.text("C# 7-8 of a-1"));
    assertEquals("a\\|b c", Markdown.text("a|b\nc"));
    assertEquals("www\\.evil.example", Markdown.text("www.evil.example"));
    assertEquals("\\# 1,000 of 2.5", Markdown.text("# 1,000 of 2.5"));
    assertEquals("``a`b``", Markdown.code("a`b"));
    assertEquals("`a\\|b`", Markdown.code("a|b"));
  }

  /** GitHub refuses what is longer, and then nobody reads any of it. */
  @Test
  void a_comment_is_no_longer_than_github_takes_whatever_the_files_say() {
    Comparison c = Samples.unexplained();
    BinaryFacts a = c.a();
    BinaryFacts hostile =
        new BinaryFacts(
            a.schema(),
            "`a|b`<img src=x>@team #1\n| x |",
            a.size(),
            a.sha256(),
            a.ranges(),
            a.categories(),
            a.facts(),
            a.parts(),
            a.composition(),
            List.of("at 1: " + "@".repeat(9_000)));
    List<Cause> causes = new ArrayList<>(c.causes());
    Cause endless =
        Cause.suspected("x", "<b>|`@a".repeat(9_000), "|\n".repeat(9_000), List.of(), List.of());
    causes.addAll(Collections.nCopies(3, endless));
    String page = Markdown.of(Samples.with(c, hostile, c.sections(), causes));
    rowsAreWhole(page);
    assertTrue(page.length() <= Markdown.MOST, page.length() + " characters");
    assertTrue(page.contains("| `` `a\\|b`<img src=x>@team #1 \\| x \\| `` | "), page);
    assertFalse(page.contains("<b>"), page);
    assertTrue(page.contains("| suspected | \\<b\\>\\|\\`@<!-- -->a"), page);
    assertFalse(page.contains("Not all of it is here"), page);

    causes.addAll(Collections.nCopies(60, endless));
    String cut = Markdown.of(Samples.with(c, hostile, c.sections(), causes));
    rowsAreWhole(cut);
    assertTrue(cut.length() <= Markdown.MOST, cut.length() + " characters");
    assertTrue(cut.startsWith("### Selfsame: differs\n"), cut);
    assertTrue(cut.contains("Not all of it is here: a comment has room for 65,536 "), cut);
    assertTrue(cut.contains("<summary>Bytes by category</summary>"), "what fits is there");
    assertEquals(
        cut.split("<details>", -1).length, cut.split("</details>", -1).length, "half a table");
  }

  @Test
  void a_text_is_cut_where_a_line_ends() {
    String line = "name-" + "x".repeat(70);
    String page = Markdown.of(new Verdict.Differs(0), (line + "\n").repeat(5_000));
    assertTrue(page.length() <= Markdown.MOST, page.length() + " characters");
    assertTrue(page.length() > 60_000, "much of it is there");
    assertTrue(page.contains("\n" + line + "\n```\nNot all of it is here"), page);
    String ticks = Markdown.of(new Verdict.Differs(0), "`".repeat(200_000));
    assertTrue(ticks.length() <= Markdown.MOST, ticks.length() + " characters");
    assertFalse(Markdown.of(new Verdict.Differs(0), line).contains("Not all"));
  }

  @Test
  void a_text_keeps_within_its_fence() {
    String page = Markdown.of(new Verdict.Differs(0), "a\n```\nb\n");
    assertTrue(page.contains("````text\na\n```\nb\n````\n"), page);
    assertFalse(page.contains("\n```text"));
  }
}
