package dev.selfsame.audit.report;

import dev.selfsame.audit.Audit;
import dev.selfsame.audit.AuditText;
import dev.selfsame.audit.Checked;
import dev.selfsame.audit.gate.Judgement;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.audit.gate.Requirement;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a binary is no yes.
 *
 * @param where the place, as it was written
 * @param message one line
 */
record Problem(Rule rule, String where, String message) {

  /** Of every binary, in order. */
  static List<Problem> of(Judgements judgements) {
    return judgements.binaries().stream().flatMap(each -> of(each).stream()).toList();
  }

  /** None where it is a yes, else at least one. */
  static List<Problem> of(Judgement judgement) {
    String where = judgement.where();
    return switch (judgement.checked()) {
      case Checked.Untold untold ->
          List.of(
              new Problem(
                  untold.code() == ExitCode.BAD_EVIDENCE ? Rule.BAD_EVIDENCE : Rule.COULD_NOT_TELL,
                  where,
                  OneLine.of("%s; %s".formatted(untold.error(), untold.hint()))));
      case Checked.Told told ->
          switch (told.audit()) {
            case Audit.Promoted _ -> unmet(judgement);
            case Audit.NotPromoted no -> problem(Rule.NOT_PROMOTED, where, no);
            case Audit.Unknown unknown -> problem(Rule.UNKNOWN, where, unknown);
            case Audit.RunsOther other ->
                problem(
                    other.code() == ExitCode.BAD_EVIDENCE ? Rule.BAD_EVIDENCE : Rule.RUNS_OTHER,
                    where,
                    other);
            case Audit.BadEvidence bad -> problem(Rule.BAD_EVIDENCE, where, bad);
          };
    };
  }

  private static List<Problem> problem(Rule rule, String where, Audit audit) {
    return List.of(new Problem(rule, where, OneLine.of(AuditText.headline(audit))));
  }

  private static List<Problem> unmet(Judgement judgement) {
    List<Problem> problems = new ArrayList<>();
    for (Requirement each : judgement.unmet()) {
      String message = "%s: %s; asked: %s".formatted(each.kind().id(), each.seen(), each.asked());
      problems.add(new Problem(Rule.of(each.kind()), judgement.where(), OneLine.of(message)));
    }
    return problems;
  }

  /** The same for the same problem at the same place, in every run: 64 lower-case hex digits. */
  String fingerprint() {
    String key = "selfsame/1\0%s\0%s".formatted(rule.id(), where);
    return Digest.sha256(key.getBytes(StandardCharsets.UTF_8)).hex();
  }
}
