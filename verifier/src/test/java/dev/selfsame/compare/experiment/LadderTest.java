package dev.selfsame.compare.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A change whose environment cannot be had: nothing is built here. */
class LadderTest {
  private static final Recipe RECIPE =
      new Recipe(
          "trixie",
          Digest.sha256(new byte[] {1}),
          "x86_64-unknown-linux-gnu",
          null,
          List.of("small"),
          "release",
          Map.of(),
          List.of(),
          true,
          List.of(),
          Map.of(),
          Map.of(),
          1);

  @TempDir private Path folder;
  private Ladder ladder;

  @BeforeEach
  void start() throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin/java");
    Path b = folder.resolve("b");
    Files.copy(java, b);
    Comparison toB = BinaryComparison.of(java, b);
    ladder = new Ladder("small", b, new Step(Optional.empty(), RECIPE, null, toB, false, 1));
  }

  private static Change failing(ExitCode code) {
    return new Change(
        "pin",
        "a",
        "b",
        _ -> {
          throw new Failure(code, "it contradicts itself", "take another");
        });
  }

  @Test
  void bad_evidence_is_no_setting_that_was_not_measured() {
    List<Change> changes = List.of(failing(ExitCode.BAD_EVIDENCE));
    Failure failure = assertThrows(Failure.class, () -> ladder.climb(changes));
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code());
  }

  @ParameterizedTest
  @EnumSource(
      value = ExitCode.class,
      names = {"UNDECIDED", "USAGE"})
  void what_cannot_be_had_is_told_as_not_measured(ExitCode code) throws Exception {
    ladder.climb(List.of(failing(code)));
    assertEquals("it contradicts itself", ladder.unmeasured().getFirst().why());
  }
}
