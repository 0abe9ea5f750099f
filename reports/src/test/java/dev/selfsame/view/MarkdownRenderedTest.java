package dev.selfsame.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Verdict;
import java.util.ArrayList;
import java.util.List;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TableCell;
import org.commonmark.ext.gfm.tables.TableRow;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.Code;
import org.commonmark.node.Emphasis;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Link;
import org.commonmark.node.ListBlock;
import org.commonmark.node.Node;
import org.commonmark.node.StrongEmphasis;
import org.commonmark.node.Text;
import org.commonmark.node.ThematicBreak;
import org.commonmark.parser.Parser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Comments as their readers have them: by a parser of CommonMark with GitHub's tables. */
class MarkdownRenderedTest {
  private static final Parser PARSER =
      Parser.builder().extensions(List.of(TablesExtension.create())).build();

  /** Whatever could become markup. */
  private static final String HOSTILE =
      "# <b>|`@a [x](http://evil.example) ![i](x) **bold** _em_ *em* o/r#12 GH-7"
          + " &lt; \\| <!-- x -->";

  /** A table as it comes out: the texts of its cells. */
  private record Table(List<List<String>> rows) {
    List<String> head() {
      return rows.getFirst();
    }
  }

  private static <T extends Node> List<T> all(Node node, Class<T> kind) {
    List<T> found = new ArrayList<>();
    for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
      if (kind.isInstance(child)) {
        found.add(kind.cast(child));
      }
      found.addAll(all(child, kind));
    }
    return found;
  }

  private static String text(Node node) {
    StringBuilder text = new StringBuilder();
    for (Node part : all(node, Node.class)) {
      if (part instanceof Text plain) {
        text.append(plain.getLiteral());
      } else if (part instanceof Code code) {
        text.append(code.getLiteral());
      }
    }
    return text.toString();
  }

  private static Table table(TableBlock block) {
    return new Table(
        all(block, TableRow.class).stream()
            .map(row -> all(row, TableCell.class).stream().map(MarkdownRenderedTest::text).toList())
            .toList());
  }

  private static List<Table> tables(String page) {
    return all(PARSER.parse(page), TableBlock.class).stream()
        .map(MarkdownRenderedTest::table)
        .toList();
  }

  /** The rows below this head; none where there is no such table. */
  private static List<List<String>> body(String page, String... head) {
    return tables(page).stream()
        .filter(table -> table.head().equals(List.of(head)))
        .flatMap(table -> table.rows().stream().skip(1))
        .toList();
  }

  private static Comparison sample(String kind) {
    return switch (kind) {
      case "rebuilt" -> Samples.rebuilt();
      case "unexplained" -> Samples.unexplained();
      case "crates" -> Samples.withSymbols();
      case "equivalent" -> Samples.equivalent();
      case "hostile" -> hostile();
      default -> Samples.comparison();
    };
  }

  private static Comparison hostile() {
    Comparison c = Samples.unexplained();
    BinaryFacts a = c.a();
    BinaryFacts named =
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
            List.of("at 1: " + HOSTILE));
    List<Cause> causes = new ArrayList<>(c.causes());
    List<Evidence> seen = List.of(new Evidence(HOSTILE, 7, "it"));
    causes.add(Cause.suspected("x", HOSTILE, "|\n- " + HOSTILE, seen, seen));
    causes.add(Cause.suspected("y", HOSTILE.repeat(90), "|\n".repeat(900), List.of(), List.of()));
    return Samples.with(c, named, c.sections(), causes);
  }

  /**
   * A row that is not taken for one would end its table. What is in excess of the head is dropped
   * without a word, so that cells are asked for by what they say, below.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {"comparison", "rebuilt", "unexplained", "crates", "equivalent", "hostile"})
  void every_table_comes_out_with_all_its_columns_and_rows(String kind) {
    String page = Markdown.of(sample(kind));
    List<String> lines = page.lines().toList();
    List<Integer> columns = new ArrayList<>();
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).matches("\\|(---:?\\|)+")) {
        columns.add((int) lines.get(i).chars().filter(c -> c == '|').count() - 1);
        int end = i + 1;
        while (end < lines.size() && lines.get(end).startsWith("|")) {
          end++;
        }
        rows.add(end - i);
      }
    }
    assertTrue(columns.size() > 3, page);
    List<Table> tables = tables(page);
    assertEquals(columns, tables.stream().map(table -> table.head().size()).toList(), page);
    assertEquals(rows, tables.stream().map(table -> table.rows().size()).toList(), page);
    for (Table table : tables) {
      for (List<String> row : table.rows()) {
        assertEquals(table.head().size(), row.size(), row.toString());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"comparison", "rebuilt", "unexplained", "crates", "equivalent", "hostile"})
  void each_cause_and_each_guess_is_read_as_it_was_said(String kind) {
    Comparison c = sample(kind);
    String page = Markdown.of(c);
    assertEquals(
        c.causes().stream().map(MarkdownRenderedTest::said).toList(),
        body(page, "bytes", "differ", "known as", "why", "to do"));
    assertEquals(
        c.guesses().stream()
            .map(guess ->
                List.of(
                    guess.question(),
                    Words.lower(guess.answer()).replace('-', ' '),
                    Words.moved(guess.bytes()),
                    said(guess.sentence() + Words.sides(guess))))
            .toList(),
        body(page, "guess", "answer", "bytes", "why"));
    assertEquals(
        List.of("file", said(c.a().name()), said(c.b().name())),
        body(page, "", "A", "B").getFirst());
  }

  private static List<String> said(Cause cause) {
    Long differing = cause.differing();
    return List.of(
        Words.moved(cause.moved()),
        differing == null ? "not known" : Words.differing(differing, cause.atLeast()),
        Words.lower(cause.grade()),
        said(cause.sentence()),
        said(cause.advice()));
  }

  /** A cell is one line, and has no room at its ends. */
  private static String said(String text) {
    return Words.cut(text, Markdown.CELL).replaceAll("[\\x00-\\x1f\\x7f]", " ").strip();
  }

  @Test
  void what_a_file_says_is_no_markup_when_it_is_read() {
    Node page = PARSER.parse(Markdown.of(hostile()));
    List<Class<? extends Node>> none =
        List.of(
            Link.class,
            Image.class,
            Emphasis.class,
            ListBlock.class,
            BlockQuote.class,
            ThematicBreak.class,
            FencedCodeBlock.class,
            IndentedCodeBlock.class);
    for (Class<? extends Node> kind : none) {
      assertEquals(List.of(), all(page, kind), kind.getSimpleName());
    }
    assertEquals(1, all(page, Heading.class).size());
    List<String> strong =
        all(page, StrongEmphasis.class).stream().map(MarkdownRenderedTest::text).toList();
    assertTrue(strong.contains("Not all of A was read:"), strong.toString());
    assertTrue(strong.stream().noneMatch(text -> text.contains("bold")), strong.toString());
    assertEquals(
        List.of("<!-- -->"),
        all(page, HtmlInline.class).stream().map(HtmlInline::getLiteral).distinct().toList());
    for (HtmlBlock block : all(page, HtmlBlock.class)) {
      String folds = "<details><summary>[A-Za-z ,]+</summary>|</details>";
      assertTrue(block.getLiteral().matches(folds), block.getLiteral());
    }
  }

  @Test
  void a_text_of_many_lines_is_read_as_it_is() {
    String text = "a\n```\n| b | <c> |\n\n    d\n";
    Node page = PARSER.parse(Markdown.of(new Verdict.Differs(0), text));
    List<FencedCodeBlock> blocks = all(page, FencedCodeBlock.class);
    assertEquals(List.of(text), blocks.stream().map(FencedCodeBlock::getLiteral).toList());
    assertEquals(List.of("text"), blocks.stream().map(FencedCodeBlock::getInfo).toList());
    assertEquals(List.of(), all(page, TableBlock.class));
  }
}
