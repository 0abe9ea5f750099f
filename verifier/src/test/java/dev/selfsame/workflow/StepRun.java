package dev.selfsame.workflow;

import dev.selfsame.audit.report.RunnerCommand;
import java.util.List;
import java.util.Map;

/**
 * What became of a step.
 *
 * @param path job, step and steps within, joined by {@code /}
 * @param outcome before {@code continue-on-error}
 * @param log what it printed, stdout and stderr in one
 * @param annotations commands in its log that the runner obeyed and that show something
 */
record StepRun(
    String path,
    Outcome outcome,
    boolean continues,
    Map<String, String> outputs,
    String log,
    List<RunnerCommand> annotations,
    String summary) {

  enum Outcome {
    SUCCESS,
    FAILURE,
    SKIPPED
  }

  /** Whether the steps after it are still in a successful job. */
  boolean fails() {
    return outcome == Outcome.FAILURE && !continues;
  }
}
