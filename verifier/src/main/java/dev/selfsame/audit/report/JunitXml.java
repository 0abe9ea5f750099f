package dev.selfsame.audit.report;

import dev.selfsame.audit.Checked;
import dev.selfsame.audit.gate.Judgement;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.outcome.ExitCode;
import java.util.List;

/**
 * JUnit's XML as CI systems read it: a binary is a test case. A no and bad evidence are failures,
 * what could not be told is an error. There is no {@code time}: none was measured.
 */
public final class JunitXml {
  private final StringBuilder out = new StringBuilder();
  private final String command;

  private JunitXml(String command) {
    this.command = command;
  }

  /**
   * The document, with a final newline.
   *
   * @param command the verb that found them, such as {@code gate}
   */
  public static String of(Judgements judgements, String command) {
    return new JunitXml(command).document(judgements);
  }

  private String document(Judgements judgements) {
    List<Judgement> binaries = judgements.binaries();
    long errors = binaries.stream().filter(JunitXml::isUntold).count();
    long failures = binaries.stream().filter(each -> each.code() != ExitCode.YES).count() - errors;
    String counts =
        "name=\"selfsame %s\" tests=\"%d\" failures=\"%d\" errors=\"%d\""
            .formatted(escaped(command), binaries.size(), failures, errors);
    out.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.append("<testsuites %s>\n  <testsuite %s skipped=\"0\">\n".formatted(counts, counts));
    binaries.forEach(this::testCase);
    return out.append("  </testsuite>\n</testsuites>\n").toString();
  }

  private void testCase(Judgement judgement) {
    out.append(
        "    <testcase classname=\"selfsame.%s\" name=\"%s\">\n"
            .formatted(escaped(command), escaped(judgement.where())));
    List<Problem> problems = Problem.of(judgement);
    if (!problems.isEmpty()) {
      Problem first = problems.getFirst();
      String element = isUntold(judgement) ? "error" : "failure";
      out.append(
          "      <%s type=\"%s\" message=\"%s\">"
              .formatted(element, first.rule().id(), escaped(first.message())));
      problems.forEach(each -> out.append(escaped(each.message())).append('\n'));
      out.append("</%s>\n".formatted(element));
    }
    out.append("      <system-out>");
    out.append(escaped(GateText.of(new Judgements(List.of(judgement)))));
    out.append("</system-out>\n    </testcase>\n");
  }

  private static boolean isUntold(Judgement judgement) {
    return judgement.checked() instanceof Checked.Untold
        && judgement.code() != ExitCode.BAD_EVIDENCE;
  }

  /**
   * For element content and attributes. XML 1.0 has no way to write most control characters; they
   * become U+FFFD.
   */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '&' -> escaped.append("&amp;");
            case '"' -> escaped.append("&quot;");
            case '\t', '\r' -> escaped.append("&#%d;".formatted(c));
            case '\n' -> escaped.append("&#10;");
            default -> escaped.appendCodePoint(OneLine.shown(c) ? c : 0xFFFD);
          }
        });
    return escaped.toString();
  }
}
