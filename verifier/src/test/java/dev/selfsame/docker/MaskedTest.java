package dev.selfsame.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedTest {
  @Test
  void what_looks_like_a_secret_is_taken_out() {
    assertEquals(
        List.of(
            "/opt/agent",
            "--password",
            "***",
            "--api-key=***",
            "DB_PASSWORD=***",
            "--url",
            "postgres://agent:***@db/agent",
            "-v"),
        Masked.words(
            List.of(
                "/opt/agent",
                "--password",
                "hunter2",
                "--api-key=hunter2",
                "DB_PASSWORD=hunter2",
                "--url",
                "postgres://agent:hunter2@db/agent",
                "-v")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HOST=db PASSWORD=hunter2 exec agent|HOST=db PASSWORD=*** exec agent",
        "A=1 DB_PASS=\"hunter 2\" B=2; x=y|A=1 DB_PASS=*** B=2; x=y",
        "exec agent --db-pass hunter2 --port 80|exec agent --db-pass *** --port 80",
        "agent --token hunter2; A=1|agent --token ***; A=***",
        "A=1 && agent --pass=hunter2&& b|A=1 && agent --pass=***&& b",
        "postgres://u:hun@ter2@h/d x@y|postgres://u:***@h/d x@y",
        "postgres://u:hun/ter2@h/d|postgres://u:***@h/d",
        "echo a=b c:d@e|echo a=b c:d@e",
        "--pass=hunter2 and more|--pass=***",
        "DBPASS=hunter2|DBPASS=***",
      })
  void a_secret_within_a_word_is_taken_out_too(String word, String shown) {
    assertEquals(List.of("sh", "-c", shown), Masked.words(List.of("sh", "-c", word)));
  }

  @Test
  void an_option_without_a_value_of_its_own_hides_the_next_word() {
    assertEquals(
        List.of("agent", "--pass", "***", "--port", "80"),
        Masked.words(List.of("agent", "--pass", "hunter2", "--port", "80")));
  }

  @Test
  void a_word_of_any_length_is_looked_through() {
    String names = "a".repeat(100_000);
    assertEquals(
        List.of(names + "x=1 token=***"),
        Masked.words(List.of(names + "x=1 token=" + "\"b\"".repeat(30_000))));
  }
}
