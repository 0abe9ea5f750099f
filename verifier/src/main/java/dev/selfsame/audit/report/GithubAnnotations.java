package dev.selfsame.audit.report;

import dev.selfsame.audit.gate.Judgement;
import dev.selfsame.audit.gate.Judgements;
import java.util.List;

/**
 * Workflow commands that make annotations: {@code ::error file=…,title=…::…}, a line each.
 *
 * <p>Source of the escapes: actions/runner, ActionCommand.cs: in a message {@code %}, CR and LF; in
 * a property {@code :} and {@code ,} too.
 */
public final class GithubAnnotations {
  private GithubAnnotations() {}

  /**
   * An error for each problem, a notice for each yes, with a newline after each.
   *
   * @param command the verb that found them, such as {@code gate}
   */
  public static String of(Judgements judgements, String command) {
    StringBuilder out = new StringBuilder();
    for (Judgement each : judgements.binaries()) {
      List<Problem> problems = Problem.of(each);
      for (Problem problem : problems) {
        String title = "selfsame %s: %s".formatted(command, problem.rule().id());
        out.append(line("error", each.where(), title, problem.message()));
      }
      if (problems.isEmpty()) {
        String title = "selfsame %s: promoted".formatted(command);
        out.append(line("notice", each.where(), title, Headline.of(each)));
      }
    }
    return out.toString();
  }

  /** An error about no file, such as a registry that cannot be reached. */
  public static String error(String title, String message) {
    return line("error", "", title, OneLine.of(message));
  }

  private static String line(String level, String where, String title, String message) {
    String file = Place.isPath(where) ? "file=%s,".formatted(property(where)) : "";
    return "::%s %stitle=%s::%s\n"
        .formatted(level, file, property(OneLine.of(title)), data(message));
  }

  private static String data(String text) {
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
  }

  private static String property(String text) {
    return data(text).replace(":", "%3A").replace(",", "%2C");
  }
}
