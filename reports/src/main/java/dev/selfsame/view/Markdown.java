package dev.selfsame.view;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Experiment.Rung;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Guess;
import dev.selfsame.evidence.Verdict;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Documents as a comment on a pull request: verdict and causes are seen, the rest opens. What comes
 * from a file stays text, whatever it contains: it becomes no markup, no mention and no link.
 *
 * <p>Source: CommonMark 0.31, 2.4 (backslash escapes) and 4.5 (fenced code); GitHub Flavored
 * Markdown, 4.10 (tables). GitHub refuses a comment of more than 65,536 characters: what does not
 * fit is left out, and that is said.
 */
public final class Markdown {
  private static final String SPECIAL = "\\`*_{}[]<>#+-.|~&:";
  private static final int CRATES = 20;

  /** The most characters of a page, the remark that it is not all with them. */
  static final int MOST = 65_536;

  private static final int ROOM = MOST - 200;

  /** The most characters of a cell before they are escaped, and of a line of text. */
  static final int CELL = 600;

  private final StringBuilder out = new StringBuilder();
  private boolean whole = true;

  private Markdown() {}

  /** Two binaries. */
  public static String of(Comparison comparison) {
    Markdown page = new Markdown();
    page.head(comparison.verdict(), Words.conclusion(comparison));
    page.withoutNames(comparison);
    page.part(() -> page.sides(comparison));
    page.part(() -> page.causes(comparison));
    page.part(() -> page.evidence(comparison));
    page.part(() -> page.experiment(comparison.experiment()));
    page.part(() -> page.categories(comparison));
    page.part(() -> page.crates(comparison));
    page.part(() -> page.guesses(comparison));
    return page.end();
  }

  /** A part as a whole, or not at all: half a table is none. */
  private void part(Runnable writes) {
    int before = out.length();
    writes.run();
    if (out.length() > ROOM) {
      out.setLength(before);
      whole = false;
    }
  }

  private String end() {
    if (!whole) {
      out.append("Not all of it is here: a comment has room for ");
      out.append(Words.number(MOST)).append(" characters. `--json` has the rest.\n");
    }
    return out.toString();
  }

  /** What is a table of text anyway, such as a comparison of many. */
  public static String of(Verdict verdict, String text) {
    Markdown page = new Markdown();
    page.out.append("### Selfsame: ").append(Words.verdict(verdict)).append("\n\n");
    String shown = page.fitting(text.stripTrailing());
    String fence = "```";
    while (shown.contains(fence)) {
      fence += "`";
    }
    page.out.append(fence).append("text\n").append(shown).append('\n');
    page.out.append(fence).append('\n');
    return page.end();
  }

  /** The first lines, as many as there is room for beside two fences around them. */
  private String fitting(String text) {
    StringBuilder lines = new StringBuilder();
    for (String line : text.split("\n", -1)) {
      String cut = Words.cut(line, CELL);
      if (out.length() + lines.length() + cut.length() > ROOM - 3 * CELL) {
        whole = false;
        break;
      }
      lines.append(lines.isEmpty() ? "" : "\n").append(cut);
    }
    return lines.toString();
  }

  private void head(Verdict verdict, String conclusion) {
    out.append("### Selfsame: ").append(Words.verdict(verdict)).append("\n\n");
    out.append(text(conclusion)).append(".\n\n");
  }

  private void withoutNames(Comparison comparison) {
    String rest = Words.withoutNames(comparison);
    if (!rest.isEmpty()) {
      out.append("Less debug information and symbols: **").append(rest).append("**.\n\n");
    }
  }

  private void sides(Comparison comparison) {
    BinaryFacts a = comparison.a();
    BinaryFacts b = comparison.b();
    out.append("| | A | B |\n|---|---|---|\n");
    row("file", code(a.name()), code(b.name()));
    row("bytes", Words.number(a.size()), Words.number(b.size()));
    row("SHA-256", code(a.sha256().abbreviated()), code(b.sha256().abbreviated()));
    for (String name : List.of("format", "machine", "rustc", "strip")) {
      row(name, value(a.fact(name)), value(b.fact(name)));
    }
    out.append('\n');
    problems("A", a);
    problems("B", b);
  }

  private static String value(Fact fact) {
    return cell(fact.value() + fact.doubt());
  }

  private void problems(String letter, BinaryFacts facts) {
    if (!facts.problems().isEmpty()) {
      out.append("**Not all of ").append(letter).append(" was read:** ");
      out.append(cell(facts.problems().getFirst())).append("\n\n");
    }
  }

  private void causes(Comparison comparison) {
    if (comparison.causes().isEmpty()) {
      return;
    }
    out.append("| bytes | differ | known as | why | to do |\n|---:|---:|---|---|---|\n");
    for (Cause cause : comparison.causes()) {
      Long differing = cause.differing();
      row(
          Words.moved(cause.moved()),
          differing == null ? "not known" : Words.differing(differing, cause.atLeast()),
          Words.lower(cause.grade()),
          cell(cause.sentence()),
          cell(cause.advice()));
    }
    out.append("\nUnexplained: **").append(Words.signed(comparison.unexplained()));
    out.append(" bytes**").append(Words.unexplainedDiffering(comparison)).append(".\n\n");
  }

  /** What speaks for each cause, in the order of the table before it: one place a side. */
  private void evidence(Comparison comparison) {
    List<Cause> evident = comparison.causes().stream().filter(Words::evident).toList();
    if (evident.isEmpty()) {
      return;
    }
    open("Evidence of each cause", "| cause | in A | in B |\n|---|---|---|\n");
    for (Cause cause : evident) {
      row(
          text(cause.id()),
          cell(Words.firstPlace(cause.inA())),
          cell(Words.firstPlace(cause.inB())));
    }
    close();
  }

  private void experiment(@Nullable Experiment experiment) {
    if (experiment == null) {
      return;
    }
    out.append("**Rebuilt:** ").append(text(ExperimentWords.conclusion(experiment)));
    out.append(".\n\n");
    if (!experiment.unmeasured().isEmpty()) {
      out.append("Not measured: ").append(text(ExperimentWords.unmeasured(experiment)));
      out.append(".\n\n");
    }
    if (experiment.steps().isEmpty()) {
      return;
    }
    open(
        "Each step, built and measured",
        "| changed | size | bytes | alone | together | SHA-256 |\n|---|---:|---:|---:|---:|---|\n");
    Rung first = experiment.rungs().getFirst();
    row(
        "A, built again",
        Words.number(first.size()),
        "",
        "",
        "",
        code(first.sha256().abbreviated()));
    for (Rung rung : experiment.steps()) {
      row(
          cell(rung.change()),
          Words.number(rung.size()),
          Words.signed(rung.bytes()),
          ExperimentWords.alone(rung),
          ExperimentWords.together(rung),
          code(rung.sha256().abbreviated()));
    }
    String order = ExperimentWords.order(experiment);
    if (!order.isEmpty()) {
      out.append('\n').append(text("Settings were " + order)).append(".\n");
    }
    close();
  }

  private void categories(Comparison comparison) {
    List<CategoryRow> moved =
        CategoryRow.of(comparison).stream()
            .filter(row -> row.delta() != 0)
            .sorted(Comparator.comparingLong(row -> -Math.abs(row.delta())))
            .toList();
    if (moved.isEmpty()) {
      return;
    }
    open("Bytes by category", "| category | A | B | B less A |\n|---|---:|---:|---:|\n");
    for (CategoryRow row : moved) {
      row(row.title(), Words.number(row.a()), Words.number(row.b()), Words.signed(row.delta()));
    }
    row(
        "**whole file**",
        Words.number(comparison.a().size()),
        Words.number(comparison.b().size()),
        Words.signed(comparison.sizeDelta()));
    close();
  }

  private void crates(Comparison comparison) {
    List<HoldingDelta> moved =
        comparison.crates().stream().filter(row -> row.delta() != 0).limit(CRATES).toList();
    if (moved.isEmpty()) {
      return;
    }
    open(
        "The largest differences by crate",
        "| crate | category | A | B | B less A |\n|---|---|---:|---:|---:|\n");
    for (HoldingDelta row : moved) {
      row(
          code(Words.cut(row.name(), CELL)),
          row.category().title(),
          Words.number(row.bytesA()),
          Words.number(row.bytesB()),
          Words.signed(row.delta()));
    }
    close();
  }

  private void guesses(Comparison comparison) {
    if (comparison.guesses().isEmpty()) {
      return;
    }
    open("What people guess first", "| guess | answer | bytes | why |\n|---|---|---:|---|\n");
    for (Guess guess : comparison.guesses()) {
      row(
          text(guess.question()),
          Words.lower(guess.answer()).replace('-', ' '),
          Words.moved(guess.bytes()),
          cell(guess.sentence() + Words.sides(guess)));
    }
    close();
  }

  private void open(String summary, String head) {
    out.append("<details><summary>").append(summary).append("</summary>\n\n").append(head);
  }

  private void close() {
    out.append("\n</details>\n\n");
  }

  /** What stands in a cell came from a file, and may be of any length. */
  private static String cell(String text) {
    return text(Words.cut(text, CELL));
  }

  private void row(String... cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** Text that stays text; one line. */
  static String text(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '@') {
        // No escape keeps a name behind it from being called.
        escaped.append("@<!-- -->");
      } else if (reference(text, i)) {
        // Nor one a number from being an issue's, who would be told of it.
        escaped.append(c).append("<!-- -->");
      } else if (c < ' ' || c == 0x7f) {
        escaped.append(' ');
      } else if (markup(text, i)) {
        escaped.append('\\').append(c);
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** Whether it is the mark of {@code #12}, {@code owner/repository#12} or {@code GH-12}. */
  private static boolean reference(String text, int at) {
    char c = text.charAt(at);
    boolean mark = c == '#' || (c == '-' && text.regionMatches(true, at - 2, "GH", 0, 2));
    return mark && at + 1 < text.length() && Character.isDigit(text.charAt(at + 1));
  }

  /** Punctuation that begins no list, heading or link reads better without an escape. */
  private static boolean markup(String text, int at) {
    char c = text.charAt(at);
    if (SPECIAL.indexOf(c) < 0) {
      return false;
    }
    return switch (c) {
      case '.' -> text.startsWith("www", Math.max(0, at - 3));
      case '_' -> !(inWord(text, at - 1) && inWord(text, at + 1));
      case '-', '+', '#' -> at == 0;
      case ':' -> text.startsWith("//", at + 1);
      default -> true;
    };
  }

  private static boolean inWord(String text, int at) {
    return at >= 0 && at < text.length() && Character.isLetterOrDigit(text.charAt(at));
  }

  /** Text in a code span; a table's bar ends a cell even there. */
  static String code(String text) {
    String fence = "`";
    while (text.contains(fence)) {
      fence += "`";
    }
    String pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      line.append(c == '|' ? "\\|" : c < ' ' || c == 0x7f ? " " : String.valueOf(c));
    }
    return fence + pad + line + pad + fence;
  }
}
