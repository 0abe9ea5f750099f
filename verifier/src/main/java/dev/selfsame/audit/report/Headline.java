package dev.selfsame.audit.report;

import dev.selfsame.audit.AuditText;
import dev.selfsame.audit.Checked;
import dev.selfsame.audit.gate.Judgement;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.outcome.ExitCode;

/** Answers in one line. */
final class Headline {
  private Headline() {}

  /** Of one binary. */
  static String of(Judgement judgement) {
    return OneLine.of(
        switch (judgement.checked()) {
          case Checked.Told told -> AuditText.headline(told.audit());
          case Checked.Untold untold ->
              "%s: %s: %s"
                  .formatted(
                      untold.code() == ExitCode.BAD_EVIDENCE
                          ? "evidence is bad"
                          : "could not be told",
                      untold.where(),
                      untold.error());
        });
  }

  /** Of all. */
  static String of(Judgements judgements) {
    int all = judgements.binaries().size();
    long yes = judgements.binaries().stream().filter(each -> each.code() == ExitCode.YES).count();
    boolean asked = judgements.binaries().stream().anyMatch(each -> !each.requirements().isEmpty());
    String good = asked ? "promoted and meets every check" : "promoted";
    String many = asked ? "promoted and meet every check" : "promoted";
    if (yes == all) {
      return all == 1 ? "the binary is " + good : "all %d binaries are %s".formatted(all, many);
    }
    if (all == 1) {
      return "the binary is not proven to be " + (asked ? "what the policy asks" : "promoted");
    }
    return "%d of %d binaries %s %s"
        .formatted(yes, all, yes == 1 ? "is" : "are", yes == 1 ? good : many);
  }
}
