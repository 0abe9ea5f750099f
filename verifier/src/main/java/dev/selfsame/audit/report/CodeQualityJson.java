package dev.selfsame.audit.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.evidence.Json;
import java.nio.charset.StandardCharsets;

/**
 * GitLab's code quality report: an array of problems, empty where every answer is a yes.
 *
 * <p>Source: GitLab's documentation, "Code Quality report format": description, check_name,
 * fingerprint, severity, location.path, location.lines.begin.
 */
public final class CodeQualityJson {
  private CodeQualityJson() {}

  /**
   * The document, with a final newline.
   *
   * @param command the verb that found them, such as {@code gate}
   */
  public static String of(Judgements judgements, String command) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    for (Problem problem : Problem.of(judgements)) {
      ObjectNode issue = all.addObject();
      issue.put("description", problem.message());
      issue.put("check_name", "selfsame-%s/%s".formatted(command, problem.rule().id()));
      issue.put("fingerprint", problem.fingerprint());
      issue.put("severity", problem.rule().severity());
      ObjectNode location = issue.putObject("location");
      location.put("path", Place.path(problem.where()));
      // A binary has no lines, and GitLab wants one.
      location.putObject("lines").put("begin", 1);
    }
    return new String(Json.write(all), StandardCharsets.UTF_8);
  }
}
