package dev.selfsame.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

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
}
