package dev.selfsame.audit.report;

import dev.selfsame.audit.gate.Judgement;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.audit.gate.Requirement;
import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The answer in GitHub's Markdown, for the file that {@code GITHUB_STEP_SUMMARY} names. */
public final class GithubSummary {
  /** Bytes that one step may write; with more the whole summary is dropped. */
  public static final int LARGEST = 1 << 20;

  /** Room for the line that says what was left out. */
  private static final int RESERVE = 200;

  private GithubSummary() {}

  /**
   * A heading and a table.
   *
   * @param command the verb that found them, such as {@code gate}
   * @param room how many bytes of UTF-8 it may take; binaries that do not fit are only counted
   * @return empty where not even the heading fits
   */
  public static String of(Judgements judgements, String command, long room) {
    StringBuilder out = new StringBuilder();
    out.append("## selfsame %s: %s\n\n".formatted(command, judgements.verdict()));
    out.append(escaped(Headline.of(judgements))).append(".\n\n");
    out.append("| | binary | check | asked | seen |\n|---|---|---|---|---|\n");
    long left = room - RESERVE - bytes(out);
    if (left < 0) {
      return "";
    }
    List<Judgement> binaries = judgements.binaries();
    for (int i = 0; i < binaries.size(); i++) {
      String rows = rows(binaries.get(i));
      left -= bytes(rows);
      if (left < 0) {
        return out.append(
                "\n%d more of %d binaries are not shown: the summary would be too large.\n"
                    .formatted(binaries.size() - i, binaries.size()))
            .toString();
      }
      out.append(rows);
    }
    return out.append('\n').toString();
  }

  /** What could not even be asked; empty where there is no room for it. */
  public static String failure(String command, Failure failure, long room) {
    String text =
        "## selfsame %s: %s\n\n**error:** %s\n\n**hint:** %s\n\n"
            .formatted(
                command,
                Judgements.word(failure.code()),
                escaped(String.valueOf(failure.getMessage())),
                escaped(failure.hint()));
    return bytes(text) <= room ? text : "";
  }

  private static String rows(Judgement judgement) {
    StringBuilder rows = new StringBuilder();
    String where = "<code>%s</code>".formatted(escaped(judgement.where()));
    row(rows, Judgements.word(judgement.code()), where, "", "", Headline.of(judgement));
    for (Requirement each : judgement.requirements()) {
      row(rows, each.answer().word(), "", each.kind().id(), each.asked(), each.seen());
    }
    return rows.toString();
  }

  private static void row(
      StringBuilder rows, String answer, String where, String check, String asked, String seen) {
    rows.append(
        "| %s | %s | %s | %s | %s |\n"
            .formatted(answer, where, escaped(check), escaped(asked), escaped(seen)));
  }

  private static long bytes(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * As text that no Markdown comes from: whatever ASCII is no letter, digit, space or one of {@code
   * . , ; /} and {@code -} is written as a character reference, which makes no structure
   * (CommonMark 0.31, "Entity and numeric character references").
   */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    OneLine.of(text)
        .codePoints()
        .forEach(c -> {
          boolean plain = c > 127 || Character.isLetterOrDigit(c) || " .,;/-".indexOf(c) >= 0;
          escaped.append(plain ? Character.toString(c) : "&#%d;".formatted(c));
        });
    return escaped.toString();
  }
}
