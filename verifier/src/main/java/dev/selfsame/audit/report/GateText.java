package dev.selfsame.audit.report;

import dev.selfsame.audit.AuditText;
import dev.selfsame.audit.Checked;
import dev.selfsame.audit.gate.Judgement;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.audit.gate.Requirement;

/** The gate's answer for people: the verdict in one line, then each binary with its checks. */
public final class GateText {
  private GateText() {}

  /** Lines with a newline after each. */
  public static String of(Judgements judgements) {
    StringBuilder out = new StringBuilder();
    line(out, "gate: %s: %s".formatted(judgements.verdict(), Headline.of(judgements)));
    judgements.binaries().forEach(each -> binary(out, each));
    return out.toString();
  }

  private static void binary(StringBuilder out, Judgement judgement) {
    switch (judgement.checked()) {
      case Checked.Told told -> out.append(AuditText.of(told.audit()));
      case Checked.Untold untold -> {
        line(out, Headline.of(judgement));
        line(out, "  hint         " + untold.hint());
      }
    }
    for (Requirement each : judgement.requirements()) {
      line(
          out,
          "  %-6s %-12s %s (asked: %s)"
              .formatted(each.answer().word(), each.kind().id(), each.seen(), each.asked()));
    }
  }

  private static void line(StringBuilder out, String text) {
    out.append(OneLine.of(text)).append('\n');
  }
}
