package dev.selfsame.audit.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.audit.gate.Answers;
import dev.selfsame.audit.gate.Judgements;
import dev.selfsame.evidence.Json;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CodeQualityJsonTest {
  static List<String> hostile() {
    return Scenes.HOSTILE;
  }

  private static JsonNode read(Judgements judgements) {
    return Json.tree(CodeQualityJson.of(judgements, "gate").getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void a_problem_is_an_issue_in_gitlabs_form() {
    assertEquals(
        """
        [
          {
            "description" : "unknown to the registry: ./dist/hand-made",
            "check_name" : "selfsame-gate/unknown",
            "fingerprint" : "%s",
            "severity" : "critical",
            "location" : {
              "path" : "dist/hand-made",
              "lines" : {
                "begin" : 1
              }
            }
          }
        ]
        """
            .formatted(Answers.digest("selfsame/1\0unknown\0./dist/hand-made").hex()),
        CodeQualityJson.of(Scenes.gate(Answers.unknown("./dist/hand-made")), "gate"));
  }

  @Test
  void a_yes_is_an_empty_report() {
    assertEquals(0, read(Scenes.gate(Answers.promoted("agent"))).size());
  }

  @Test
  void bad_evidence_blocks() {
    Set<String> severities = new HashSet<>();
    read(Scenes.gate(Answers.badEvidence("a", "x")))
        .forEach(each -> severities.add(each.path("severity").asText()));
    assertEquals(Set.of("blocker"), severities);
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void a_name_stays_on_its_line(String where) {
    JsonNode all = read(Scenes.about(where));
    assertEquals(5, all.size());
    Set<String> prints = new HashSet<>();
    for (JsonNode each : all) {
      assertEquals(OneLine.of(where), each.at("/location/path").asText());
      assertEquals(1, each.path("description").asText().lines().count());
      assertTrue(each.path("fingerprint").asText().matches("[0-9a-f]{64}"));
      prints.add(each.path("fingerprint").asText());
    }
    assertEquals(5, prints.size());
  }
}
