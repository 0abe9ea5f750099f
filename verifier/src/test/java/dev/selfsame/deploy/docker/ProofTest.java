package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Consent;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How often it is looked what a container runs, and at what. */
class ProofTest {
  private static final Digest PROMOTED = Digest.sha256(new byte[] {1});
  private static final Digest OTHER = Digest.sha256(new byte[] {2});
  private static final Consent UNSEEN = new Consent(false, false, true);

  private static final Seen CONTAINER =
      new Seen(
          "0123456789abcdef",
          "agent",
          true,
          false,
          1,
          0,
          "",
          0,
          "",
          "/agent",
          Map.of(),
          false,
          Map.of());

  private int processes;
  private int files;

  /** The process is seen from a look on, and never with 0; the file has these bytes. */
  private Proof proof(int seenAt, Digest file, Consent consent) {
    Proof.Look process =
        _ -> {
          processes++;
          return seenAt > 0 && processes >= seenAt
              ? Optional.of(new Program.Running(PROMOTED, "process 7", true))
              : Optional.empty();
        };
    Proof.Look any =
        _ -> {
          files++;
          return Optional.of(new Program.Running(file, "a copy", false));
        };
    return new Proof(() -> CONTAINER, process, any, consent, Duration.ZERO);
  }

  @Test
  void a_file_that_may_not_count_is_copied_once_in_all_tries() {
    Failure failure =
        assertThrows(Failure.class, () -> proof(0, PROMOTED, Consent.NONE).require(PROMOTED));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.startsWith("a copy, and without --unseen"), message);
    assertEquals(1, files);
    assertTrue(processes > 20, "the process is not waited for: " + processes);
  }

  @Test
  void a_file_of_other_bytes_is_a_no() {
    Failure failure =
        assertThrows(Failure.class, () -> proof(0, OTHER, Consent.NONE).require(PROMOTED));
    assertEquals(ExitCode.NO, failure.code());
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains("runs %s, not the promoted".formatted(OTHER)), message);
  }

  @Test
  void a_process_that_is_seen_later_is_proof_without_its_file() throws Exception {
    assertEquals("process 7 runs " + PROMOTED, proof(3, OTHER, Consent.NONE).require(PROMOTED));
    assertEquals(3, processes);
    assertEquals(0, files);
  }

  @Test
  void a_file_that_may_count_is_enough_at_once() throws Exception {
    assertEquals("a copy runs " + PROMOTED, proof(0, PROMOTED, UNSEEN).require(PROMOTED));
    assertEquals(1, files);
  }
}
