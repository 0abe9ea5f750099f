package dev.selfsame.audit.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.audit.Audit;
import dev.selfsame.audit.Checked;
import dev.selfsame.audit.gate.Judgement;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.evidence.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Static Analysis Results Interchange Format 2.1.0 (OASIS). Each problem is a result of level
 * error; every binary is an artifact with its SHA-256, also where its answer is a yes.
 */
public final class SarifJson {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  private static final List<Rule> RULES = List.of(Rule.values());

  private final String command;
  private final String version;

  private SarifJson(String command, String version) {
    this.command = command;
    this.version = version;
  }

  /**
   * The document, with a final newline.
   *
   * @param command the verb that found them, such as {@code gate}
   * @param version the program's
   */
  public static String of(Judgements judgements, String command, String version) {
    ObjectNode log = new SarifJson(command, version).log(judgements);
    return new String(Json.write(log), StandardCharsets.UTF_8);
  }

  private ObjectNode log(Judgements judgements) {
    ObjectNode log = JsonNodeFactory.instance.objectNode();
    log.put("$schema", SCHEMA);
    log.put("version", "2.1.0");
    ObjectNode run = log.putArray("runs").addObject();
    driver(run.putObject("tool").putObject("driver"));
    ObjectNode invocation = run.putArray("invocations").addObject();
    // An answer is a success, also where it is a no.
    invocation.put(
        "executionSuccessful",
        judgements.binaries().stream().allMatch(each -> each.checked() instanceof Checked.Told));
    invocation.put("exitCode", judgements.code().status());
    run.put("columnKind", "utf16CodeUnits");
    Map<ObjectNode, Integer> artifacts = new LinkedHashMap<>();
    ArrayNode results = run.putArray("results");
    for (Judgement each : judgements.binaries()) {
      // The schema wants each once, also where a place was named twice.
      int next = artifacts.size();
      int index = artifacts.computeIfAbsent(artifact(each), _ -> next);
      Problem.of(each).forEach(problem -> result(results.addObject(), problem, index));
    }
    run.putArray("artifacts").addAll(artifacts.keySet());
    return log;
  }

  private void driver(ObjectNode driver) {
    driver.put("name", "selfsame " + command);
    driver.put("semanticVersion", version);
    ArrayNode rules = driver.putArray("rules");
    for (Rule rule : RULES) {
      ObjectNode descriptor = rules.addObject();
      descriptor.put("id", rule.id());
      descriptor.putObject("shortDescription").put("text", rule.description() + ".");
      descriptor.putObject("defaultConfiguration").put("level", "error");
    }
  }

  private static ObjectNode artifact(Judgement judgement) {
    ObjectNode artifact = JsonNodeFactory.instance.objectNode();
    artifact.putObject("location").put("uri", Place.uri(judgement.where()));
    artifact.putArray("roles").add("analysisTarget");
    if (judgement.checked() instanceof Checked.Told told) {
      Audit.Subject subject = told.audit().subject();
      artifact.put("length", subject.size());
      artifact.putObject("hashes").put("sha-256", subject.digest().hex());
    }
    return artifact;
  }

  private static void result(ObjectNode result, Problem problem, int index) {
    result.put("ruleId", problem.rule().id());
    result.put("ruleIndex", RULES.indexOf(problem.rule()));
    result.put("level", "error");
    result.putObject("message").put("text", problem.message());
    ObjectNode physical = result.putArray("locations").addObject().putObject("physicalLocation");
    physical
        .putObject("artifactLocation")
        .put("uri", Place.uri(problem.where()))
        .put("index", index);
    // A binary has no lines, and GitHub's code scanning wants one.
    physical.putObject("region").put("startLine", 1);
    result.putObject("partialFingerprints").put("selfsame/v1", problem.fingerprint());
  }
}
