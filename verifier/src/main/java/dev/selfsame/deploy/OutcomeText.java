package dev.selfsame.deploy;

import dev.selfsame.deploy.Outcome.Failed;
import dev.selfsame.deploy.Outcome.Finding;
import dev.selfsame.deploy.Outcome.Healthy;
import dev.selfsame.deploy.Outcome.NothingToDo;
import dev.selfsame.deploy.Outcome.RolledBack;
import dev.selfsame.deploy.Outcome.Unfinished;
import java.util.List;

/** An outcome for people: how it ended in one line, then what that rests on. */
public final class OutcomeText {
  private OutcomeText() {}

  /** Lines with a newline after each. */
  public static String of(Outcome outcome) {
    StringBuilder out = new StringBuilder();
    Deployment what = outcome.deployment();
    String release =
        "%s promotion %d of %s to %s"
            .formatted(what.name(), what.seq(), what.channel(), what.target());
    switch (outcome) {
      case Healthy yes -> {
        line(out, "deployed: " + release);
        findings(out, yes.findings());
      }
      case NothingToDo same -> {
        line(out, "deployed already: " + release);
        field(out, "stands", same.described());
      }
      case RolledBack no -> {
        line(out, "rolled back: %s: %s".formatted(release, no.reason()));
        findings(out, no.findings());
        field(out, "failed in", no.step());
        field(out, "stands", no.stands());
        no.lastLines().forEach(last -> field(out, "it said", last));
      }
      case Failed no -> {
        line(out, "failed: %s: %s".formatted(release, no.reason()));
        field(out, "failed in", no.step());
        field(out, "stands", no.stands());
      }
      case Unfinished open -> {
        line(out, "not ended: %s: %s".formatted(release, open.reason()));
        field(out, "failed in", open.step());
        field(out, "then", open.then());
        field(out, "next", "run it again: it goes on from where this stands");
      }
    }
    field(out, "deployment", what.id());
    return out.toString();
  }

  private static void findings(StringBuilder out, List<Finding> findings) {
    findings.forEach(one -> field(out, one.step(), one.found()));
  }

  private static void field(StringBuilder out, String name, String value) {
    line(out, "  " + name + " ".repeat(Math.max(1, 12 - name.length())) + value);
  }

  /** What a program said must not forge a second line or move the cursor. */
  private static void line(StringBuilder out, String text) {
    text.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .forEach(out::appendCodePoint);
    out.append('\n');
  }
}
