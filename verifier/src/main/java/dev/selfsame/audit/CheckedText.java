package dev.selfsame.audit;

import dev.selfsame.outcome.ExitCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers about several places, for people. */
public final class CheckedText {
  private static final List<String> WORDS =
      List.of(
          "promoted",
          "not promoted",
          "unknown",
          "running other bytes",
          "could not be told",
          "with bad evidence");

  private CheckedText() {}

  /** The answer in one line, also where nothing can be told. */
  public static String headline(Checked checked) {
    return switch (checked) {
      case Checked.Told(String _, Audit audit) -> AuditText.headline(audit);
      case Checked.Untold untold ->
          AuditText.oneLine("could not tell: %s: %s".formatted(untold.where(), untold.error()));
    };
  }

  /** The lines for one of several places. */
  public static String of(Checked checked) {
    return switch (checked) {
      case Checked.Told(String _, Audit audit) -> AuditText.of(audit);
      case Checked.Untold untold -> {
        StringBuilder out = new StringBuilder();
        AuditText.line(out, headline(untold));
        AuditText.field(out, "next", untold.hint());
        yield out.toString();
      }
    };
  }

  /** One line that counts the answers, the good ones first; with a newline. */
  public static String summary(List<Checked> all) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (String word : WORDS) {
      int count = (int) all.stream().filter(each -> word(each).equals(word)).count();
      if (count > 0) {
        counts.put(word, count);
      }
    }
    List<String> parts = new ArrayList<>();
    counts.forEach((word, count) -> parts.add(count + " " + word));
    return "%d binaries: %s\n".formatted(all.size(), String.join(", ", parts));
  }

  private static String word(Checked checked) {
    return switch (checked) {
      case Checked.Told(String _, Audit audit) ->
          switch (audit) {
            case Audit.Promoted _ -> "promoted";
            case Audit.NotPromoted _ -> "not promoted";
            case Audit.Unknown _ -> "unknown";
            case Audit.RunsOther _ -> "running other bytes";
            case Audit.BadEvidence _ -> "with bad evidence";
          };
      case Checked.Untold untold ->
          untold.code() == ExitCode.BAD_EVIDENCE ? "with bad evidence" : "could not be told";
    };
  }
}
