package dev.selfsame.cli;

import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.TreeComparison;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.Failure;
import dev.selfsame.view.ComparisonSvg;
import dev.selfsame.view.ComparisonText;
import dev.selfsame.view.GuessesText;
import dev.selfsame.view.HtmlReport;
import dev.selfsame.view.Ink;
import dev.selfsame.view.Markdown;
import dev.selfsame.view.MatrixText;
import dev.selfsame.view.OwnersText;
import dev.selfsame.view.TreeComparisonText;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** In which form {@code compare} says what it found. */
final class ComparePrinter {
  @ArgGroup private @Nullable Form form;

  /** What is printed instead of text; one at most. */
  private static final class Form {
    @Option(
        names = "--json",
        description =
            "Print JSON: selfsame.comparison/6, of several files selfsame.comparison-matrix/2, of"
                + " folders and archives selfsame.tree-comparison/1.")
    private boolean json;

    @Option(
        names = "--markdown",
        description = "Print Markdown, such as for a comment on a pull request.")
    private boolean markdown;
  }

  @Option(
      names = "--sections",
      description = "List every section too; of folders and archives, every name that differs.")
  private boolean sections;

  @Option(
      names = "--by",
      paramLabel = "WHAT",
      converter = ByConverter.class,
      description =
          "List the largest differences too: by crate, function or instance (generic ones apart;"
              + " then --json and --html have them too).")
  private OwnersText.@Nullable By by;

  @Option(
      names = "--guesses",
      description = "Answer what people suspect first: environment, toolchain, libraries, …")
  private boolean guesses;

  @Option(names = "--html", paramLabel = "FILE", description = "Write one HTML page too.")
  private @Nullable Path html;

  @Option(names = "--svg", paramLabel = "FILE", description = "Write one picture too.")
  private @Nullable Path svg;

  /** Whether generic instances are asked for. */
  boolean instances() {
    return by == OwnersText.By.INSTANCE;
  }

  private boolean json() {
    return form != null && form.json;
  }

  private boolean markdown() {
    return form != null && form.markdown;
  }

  /** Trees and matrices have neither page nor picture. */
  void refuseForMany() {
    if (html != null || svg != null || by != null) {
      throw Failure.usage(
          "--html, --svg and --by are for two binaries",
          "with two folders or archives, add --name PATH");
    }
  }

  void print(Comparison comparison, Console console) {
    if (html != null) {
      Console.save(html, HtmlReport.of(comparison));
    }
    if (svg != null) {
      Console.save(svg, ComparisonSvg.of(comparison));
    }
    if (json()) {
      console.print(Json.write(comparison));
      return;
    } else if (markdown()) {
      console.print(Markdown.of(comparison));
      return;
    }
    console.print(ComparisonText.of(comparison, new Ink(console.coloured()), sections));
    if (by != null) {
      console.print(OwnersText.of(comparison, by));
    }
    if (guesses) {
      console.print(GuessesText.of(comparison));
    }
  }

  void print(TreeComparison trees, Console console) {
    print(trees, trees.verdict(), TreeComparisonText.of(trees, ink(console), sections), console);
  }

  void print(ComparisonMatrix matrix, Console console) {
    print(matrix, matrix.verdict(), MatrixText.of(matrix, ink(console)), console);
  }

  private void print(Object document, Verdict verdict, String text, Console console) {
    if (json()) {
      console.print(Json.write(document));
    } else {
      console.print(markdown() ? Markdown.of(verdict, text) : text);
    }
  }

  private Ink ink(Console console) {
    return markdown() ? Ink.NONE : new Ink(console.coloured());
  }
}
