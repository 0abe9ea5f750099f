package dev.selfsame.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.doctor.Check.State;
import dev.selfsame.scenes.People;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {
  private static List<Check> look(Path file, Instant now) {
    return Trust.look(file, () -> TrustRoot.read(file), now);
  }

  @Test
  void no_trust_root_is_needed_and_missing(@TempDir Path folder) {
    List<Check> checks = look(folder.resolve("absent.json"), Instant.EPOCH);
    assertEquals(1, checks.size());
    assertEquals(State.MISSING, checks.getFirst().state());
    assertTrue(checks.getFirst().needed());
  }

  @Test
  void a_promoters_key_that_ends_soon_is_told_with_what_its_channels_need(@TempDir Path folder)
      throws IOException {
    People people = People.usual();
    Instant end = People.NOW.plus(Duration.ofDays(20));
    TrustRoot root = people.rootWithout("pat", TrustedKey.Reason.RETIRED, end);
    Path file = Files.write(folder.resolve("trust-root.json"), root.json());
    for (Instant now : List.of(People.NOW, end)) {
      Check pat =
          look(file, now).stream()
              .filter(check -> check.text().contains("of pat"))
              .findFirst()
              .orElseThrow();
      assertEquals(State.MISSING, pat.state());
      assertTrue(pat.text().contains("at " + end), pat.text());
      assertTrue(
          String.valueOf(pat.hint()).contains("promote by that what the channels hold"),
          String.valueOf(pat.hint()));
    }
  }
}
