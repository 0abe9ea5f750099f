package dev.selfsame.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.doctor.Check.State;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {
  @Test
  void no_trust_root_is_needed_and_missing(@TempDir Path folder) {
    List<Check> checks = Trust.look(folder.resolve("absent.json"), Instant.EPOCH);
    assertEquals(1, checks.size());
    assertEquals(State.MISSING, checks.getFirst().state());
    assertTrue(checks.getFirst().needed());
  }
}
