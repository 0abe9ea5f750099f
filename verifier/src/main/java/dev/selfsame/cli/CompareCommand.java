package dev.selfsame.cli;

import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Json;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.files.AtomicFile;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.view.ComparisonText;
import dev.selfsame.view.HtmlReport;
import dev.selfsame.view.Ink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code compare}: why two binaries differ. */
@Command(
    name = "compare",
    description = "Says whether two binaries are the same bytes, and if not, why.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  selfsame compare promoted hand-made",
      "  selfsame compare --sections promoted hand-made",
      "  selfsame compare --html difference.html promoted hand-made",
      "  selfsame compare --json promoted hand-made | jq '.causes[0]'",
      "",
      "Grades: proved (read from both files, exact), measured (a rebuild moved the",
      "bytes), suspected (the files speak for it), unexplained (nothing in the files",
      "accounts for these bytes).",
      "",
      "Exit codes:",
      "  0  identical, byte for byte",
      "  1  differs",
      "  2  no such file, or wrong usage",
      "  3  could not tell: a file cannot be read, or is empty",
    })
final class CompareCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(index = "0", paramLabel = "A", description = "The first binary.")
  private Path a = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "The second binary.")
  private Path b = Path.of("");

  @Option(names = "--json", description = "Print the comparison as JSON (selfsame.comparison/2).")
  private boolean json;

  @Option(names = "--sections", description = "List every section too.")
  private boolean sections;

  @Option(names = "--html", paramLabel = "FILE", description = "Write one HTML page too.")
  private @Nullable Path html;

  CompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Comparison comparison = BinaryComparison.of(a, b);
    if (html != null) {
      write(html, HtmlReport.of(comparison));
    }
    if (json) {
      console.print(Json.write(comparison));
    } else {
      console.print(ComparisonText.of(comparison, new Ink(console.coloured()), sections));
    }
    return switch (comparison.verdict()) {
      case Verdict.Identical() -> ExitCode.YES.status();
      case Verdict.Equivalent equivalent -> ExitCode.NO.status();
      case Verdict.Differs differs -> ExitCode.NO.status();
      case Verdict.CouldNotTell(String why) ->
          throw Failure.undecided(why, "give two files that can be read");
    };
  }

  private static void write(Path file, String page) {
    try {
      AtomicFile.write(file, page);
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write %s: %s".formatted(file, e.getMessage()), "choose another place", e);
    }
  }
}
