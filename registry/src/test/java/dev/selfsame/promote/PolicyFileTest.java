package dev.selfsame.promote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFileTest {
  private static final String HEAD = "schema = 1\nminimum-operators = 1\n";

  private static Policy parse(String text) {
    return PolicyFile.parse(text.getBytes(StandardCharsets.UTF_8), "policy.toml");
  }

  @Test
  void every_condition_is_read() {
    String text =
        """
        schema = 1
        minimum-operators = 2
        builders = ["https://a.example/", "https://b.example/"]
        pins = ["trixie-rust-1.85.1"]
        controls-identical = false
        varied-identical = false
        strip-states = ["stripped", "debug-stripped"]
        sources = ["https://git.example.org/agent"]
        clean-source = false
        max-evidence-age-days = 30
        promotion-lifetime-days = 180
        """;
    Policy policy = parse(text);
    assertEquals(Digest.sha256(text.getBytes(StandardCharsets.UTF_8)), policy.digest());
    assertEquals(2, policy.minimumOperators());
    assertEquals(List.of("https://a.example/", "https://b.example/"), policy.builders());
    assertEquals(List.of("stripped", "debug-stripped"), policy.stripStates());
    assertFalse(policy.controlsIdentical() || policy.variedIdentical() || policy.cleanSource());
    assertEquals(Duration.ofDays(30), policy.maxEvidenceAge());
    assertEquals(Duration.ofDays(180), policy.lifetime());
  }

  @Test
  void what_is_left_out_is_strict_where_it_is_yes_or_no() {
    Policy policy = parse(HEAD);
    assertTrue(policy.controlsIdentical() && policy.variedIdentical() && policy.cleanSource());
    assertEquals(List.of(), policy.builders());
    assertNull(policy.maxEvidenceAge());
    assertNull(policy.lifetime());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "minimum-operators = 1                              | 1:1 | schema is missing",
        "schema = 2                                         | 1:1 | schema is not 1",
        "schema = 1                                         | 1:1 | minimum-operators is missing",
        "schema = 1;minimum-operators = 0                   | 2:1 | not from 1 to 100",
        "schema = 1;minimum-operators = -1                  | 2:1 | not from 1 to 100",
        "schema = 1;minimum-operators = 4294967297          | 2:1 | not from 1 to 100",
        "schema = 1;minimum-operators = '2'                 | 2:1 | not a whole number",
        "schema = 1;minimum-operators = 1;minimum-operator=2| 3:1 | unknown condition",
        "schema = 1;minimum-operators = 1;pins = []         | 3:1 | at least one text",
        "schema = 1;minimum-operators = 1;pins = 'a'        | 3:1 | at least one text",
        "schema = 1;minimum-operators = 1;pins = ['a', 1]   | 3:14 | not a text",
        "schema = 1;minimum-operators = 1;pins = ['']       | 3:9 | not a text",
        "schema = 1;minimum-operators = 1;pins = ['a@b']    | 3:1 | names no root",
        "schema = 1;minimum-operators = 1;clean-source = 1  | 3:1 | not true or false",
        "schema = 1;minimum-operators = 1;strip-states=['x']| 3:1 | none of full",
        "schema = 1;minimum-operators = 1;[builders]        | 3:1 | at least one text",
        "schema = 1;minimum-operators = 1;max-evidence-age-days = 0 | 3:1 | not from 1",
        "schema = 1;minimum-operators = 1;schema = 1        | 3:1 | previously",
        "schema = 1;minimum-operators =                     | 2:20 | Unexpected",
      })
  void what_is_not_understood_is_refused_in_its_place(String text, String at, String why) {
    Failure failure = assertThrows(Failure.class, () -> parse(text.replace(';', '\n')), text);
    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(failure.getMessage().startsWith("policy.toml:" + at + ": "), failure.getMessage());
    assertTrue(failure.getMessage().contains(why), failure.getMessage());
  }

  @Test
  void bytes_that_are_no_text_are_refused() {
    assertEquals(
        ExitCode.USAGE,
        assertThrows(Failure.class, () -> PolicyFile.parse(new byte[] {(byte) 0xff}, "policy.toml"))
            .code());
  }
}
