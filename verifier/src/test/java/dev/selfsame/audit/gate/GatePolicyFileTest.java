package dev.selfsame.audit.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatePolicyFileTest {
  private static final String WHOLE =
      """
      schema = 1
      binary = ["dist/agent", "docker:agent:/app/agent"]
      name = "viworks/agent"
      channel = "staging"
      minimum-operators = 2
      maximum-age = "30d"
      allow-pin = ["trixie-rust-1.85.1"]
      require-reproducible = true
      """;

  private static GateWish parse(String toml) {
    return GatePolicyFile.parse(toml.getBytes(StandardCharsets.UTF_8), "gate.toml");
  }

  private static String refused(String toml) {
    Failure failure = assertThrows(Failure.class, () -> parse(toml));
    assertEquals(ExitCode.USAGE, failure.code());
    return String.valueOf(failure.getMessage());
  }

  @Test
  void every_key_is_read() {
    assertEquals(
        new GateWish(
            List.of("dist/agent", "docker:agent:/app/agent"),
            new ArtifactName("viworks/agent"),
            new ChannelName("staging"),
            2,
            Duration.ofDays(30),
            List.of(AllowedPin.parse("trixie-rust-1.85.1")),
            true),
        parse(WHOLE));
  }

  @Test
  void what_is_left_out_asks_nothing() {
    assertEquals(GatePolicy.of(ChannelName.PRODUCTION), parse("schema = 1\n").policy());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "minimum-operator = 2 | 2:1: unknown field minimum-operator",
        "minimum-operators = 0 | 2:1: minimum-operators is not from 1 to 100: 0",
        "minimum-operators = 101 | 2:1: minimum-operators is not from 1 to 100: 101",
        "minimum-operators = -1 | 2:1: minimum-operators is negative",
        "minimum-operators = \"2\" | 2:1: minimum-operators is not a whole number",
        "maximum-age = \"30\" | 2:1: maximum-age is not an age up to 36500d",
        "maximum-age = \"0d\" | 2:1: maximum-age is not an age up to 36500d",
        "maximum-age = 30 | 2:1: maximum-age is not a string",
        "allow-pin = [] | 2:1: allow-pin is not a list of at least one text",
        "allow-pin = [\"\"] | 2:1: allow-pin is not a list of at least one text",
        "allow-pin = [1] | 2:14: allow-pin holds what is not a string",
        "allow-pin = \"x\" | 2:1: allow-pin is not an array of strings",
        "allow-pin = [\"X y\"] | 2:1: allow-pin: 'X y' is no pin",
        "allow-pin = [\"sha256:12\"] | 2:1: allow-pin: 'sha256:12': not a sha256 digest",
        "allow-pin = [\"a@sha512:12\"] | 2:1: allow-pin: 'a@sha512:12' names no root",
        "binary = [] | 2:1: binary is not a list of at least one text",
        "name = \"../x\" | 2:1: not an artifact name",
        "channel = \"a/b\" | 2:1: not a channel name",
        "require-reproducible = \"yes\" | 2:1: require-reproducible is not true or false",
        "schema = 1 | 2:1: ",
        "[gate] | 2:1: unknown field gate",
      })
  void what_is_not_understood_is_an_error_with_line_and_column(String line, String error) {
    String said = refused("schema = 1\n" + line + "\n");
    assertEquals(
        "gate.toml:" + error, said.substring(0, Math.min(said.length(), 10 + error.length())));
  }

  @Test
  void a_schema_is_needed() {
    assertEquals("gate.toml:1:1: field schema is missing", refused("name = \"a\"\n"));
    assertEquals(
        "gate.toml:1:1: schema is not 1, the only one that this version reads",
        refused("schema = 2\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "binary",
        "name",
        "channel",
        "minimum-operators",
        "maximum-age",
        "allow-pin",
        "require-reproducible"
      })
  void what_is_given_twice_is_an_error(String key) {
    String line =
        WHOLE.lines().filter(each -> each.startsWith(key + " ")).findFirst().orElseThrow();
    GateWish one = parse("schema = 1\n" + line + "\n");
    Failure failure = assertThrows(Failure.class, () -> one.and(parse(WHOLE)));
    assertEquals(
        key + " is given on the command line and in the policy file", failure.getMessage());
  }

  @Test
  void two_halves_are_a_whole() {
    GateWish one = parse("schema = 1\nname = \"viworks/agent\"\nmaximum-age = \"30d\"\n");
    GateWish other =
        parse(
            WHOLE.replace("name = \"viworks/agent\"\n", "").replace("maximum-age = \"30d\"\n", ""));
    assertEquals(parse(WHOLE), one.and(other));
    assertEquals(parse(WHOLE), other.and(one));
  }

  @ParameterizedTest
  @CsvSource({"90s, PT1M30S", "20m, PT20M", "12h, PT12H", "30d, PT720H", "36500d, PT876000H"})
  void ages_are_read(String text, Duration age) {
    assertEquals(age, Ages.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "30", "d", "0d", "-1d", "1.5h", "1w", "36501d", "1d 2h", "１d", "9999999s"})
  void what_is_no_age_is_refused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Ages.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "PT-5S, 0s",
    "PT0S, 0s",
    "PT59S, 59s",
    "PT60S, 1m",
    "PT3661S, 1h 1m",
    "PT3601S, 1h",
    "PT100H, 4d 4h"
  })
  void ages_are_shown_in_two_units(Duration age, String text) {
    assertEquals(text, Ages.text(age));
  }
}
