package dev.selfsame.cli;

import dev.selfsame.audit.Badness;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.audit.report.GithubAnnotations;
import dev.selfsame.audit.report.GithubOutputs;
import dev.selfsame.audit.report.GithubSummary;
import dev.selfsame.audit.report.ReportFormat;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a gate's answer is printed as, and the reports that are written beside it. */
final class GateReports {
  private static final String COMMAND = "gate";

  /** What reports name where not even a binary is known. */
  private static final String NOTHING = "selfsame gate";

  private final Surroundings surroundings;
  private final GithubStep step;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, json (selfsame.gate/1), github, junit, sarif or gitlab.")
  private ReportFormat format = ReportFormat.TEXT;

  @Option(names = "--junit", paramLabel = "FILE", description = "Write JUnit XML too.")
  private @Nullable Path junit;

  @Option(names = "--sarif", paramLabel = "FILE", description = "Write SARIF 2.1.0 too.")
  private @Nullable Path sarif;

  @Option(
      names = "--code-quality",
      paramLabel = "FILE",
      description = "Write GitLab's code quality report too.")
  private @Nullable Path codeQuality;

  GateReports(Surroundings surroundings, GithubStep step) {
    this.surroundings = surroundings;
    this.step = step;
  }

  /**
   * Prints the answer and writes the reports.
   *
   * @return the answer's exit code, or a worse one where a report could not be written
   */
  ExitCode write(Judgements judgements) {
    print(judgements);
    List<ExitCode> codes = new ArrayList<>(List.of(judgements.code()));
    codes.add(attempt(this::flush));
    codes.addAll(saveAll(judgements));
    codes.add(attempt(() -> summarize(room -> GithubSummary.of(judgements, COMMAND, room))));
    // Last, since a later step goes by them.
    ExitCode before = Badness.worst(codes);
    codes.add(attempt(() -> output(GithubOutputs.of(judgements, before, step.secret()))));
    return Badness.worst(codes);
  }

  /**
   * Tells of what ends the command, in the reports too: an old one that stays would be read as the
   * answer. What cannot be told is only said.
   *
   * @param asked what was asked about, as far as that is known
   */
  void failed(Failure failure, List<String> asked) {
    String error = String.valueOf(failure.getMessage());
    Judgements untold = Judgements.untold(asked.isEmpty() ? List.of(NOTHING) : asked, failure);
    if (format.isReport()) {
      surroundings.console().print(format.of(untold, COMMAND, SelfsameCommand.VERSION));
    }
    if (annotates()) {
      surroundings
          .console()
          .print(GithubAnnotations.error("selfsame gate", error + "; " + failure.hint()));
    }
    saveAll(untold);
    attempt(() -> summarize(room -> GithubSummary.failure(COMMAND, failure, room)));
    attempt(() -> output(GithubOutputs.failure(failure.code(), step.secret())));
  }

  private boolean annotates() {
    return format == ReportFormat.GITHUB || (step.isRunning() && format == ReportFormat.TEXT);
  }

  private void print(Judgements judgements) {
    Console console = surroundings.console();
    String text = format.of(judgements, COMMAND, SelfsameCommand.VERSION);
    if (!step.isRunning() || format == ReportFormat.GITHUB) {
      console.print(text);
      return;
    }
    String annotations = GithubAnnotations.of(judgements, COMMAND);
    if (format == ReportFormat.TEXT) {
      // On one stream: on another, they could fall into the pause.
      console.print(step.quoted(text) + annotations);
    } else {
      console.print(text);
      annotations.lines().forEach(console::message);
    }
  }

  private List<ExitCode> saveAll(Judgements judgements) {
    return List.of(
        attempt(() -> save(junit, ReportFormat.JUNIT, judgements)),
        attempt(() -> save(sarif, ReportFormat.SARIF, judgements)),
        attempt(() -> save(codeQuality, ReportFormat.GITLAB, judgements)));
  }

  private void save(@Nullable Path file, ReportFormat as, Judgements judgements) {
    if (file != null) {
      Console.save(
          surroundings.workFolder().resolve(file),
          as.of(judgements, COMMAND, SelfsameCommand.VERSION));
    }
  }

  /** Adds what fits into the room that is left, in bytes. */
  private void summarize(LongFunction<String> summary) {
    step.summary()
        .ifPresent(file -> {
          String text = summary.apply(GithubSummary.LARGEST - GithubStep.size(file) - 1);
          if (!text.isEmpty()) {
            GithubStep.append(file, text);
          }
        });
  }

  private void flush() {
    if (!surroundings.console().flush()) {
      throw Failure.undecided(
          "the result could not be written to stdout",
          "look at what stdout leads to, then run the command again");
    }
  }

  private void output(String text) {
    step.outputs().ifPresent(file -> GithubStep.append(file, text));
  }

  private ExitCode attempt(Runnable work) {
    try {
      work.run();
      return ExitCode.YES;
    } catch (Failure e) {
      surroundings.console().failure(e);
      return e.code();
    }
  }
}
