package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Notes;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the varied build does not end as the controls did. */
@Needs(Component.BWRAP)
class VariationTest {
  @TempDir private Path temporary;
  private TestProject project;

  @BeforeEach
  void project() throws Exception {
    project = new TestProject(temporary);
  }

  @AfterEach
  void stop() {
    project.close();
  }

  @Test
  void a_factor_that_makes_the_build_fail_is_named_and_ends_the_search() throws Exception {
    project.script(
        """
        use std::os::unix::fs::PermissionsExt;
        std::fs::write("/tmp/made", "").unwrap();
        let mode = std::fs::metadata("/tmp/made").unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o644, "others cannot read it");
        "".into()
        """);
    project.commit();
    Notes notes = new Notes();
    Builder builder = new Builder(project.host(project.engine, notes));
    Failure failure =
        assertThrows(
            Failure.class, () -> builder.build(project.request(BuildRequest.Checks.WHOLE, null)));

    assertEquals(ExitCode.UNDECIDED, failure.code());
    String said = String.valueOf(failure.getMessage());
    String start =
        "build with another umask failed with status 101: the build script of small v0.1.0: ";
    assertTrue(said.startsWith(start), said);
    Path failed = project.out.resolveSibling("out-failed");
    assertTrue(
        failure.hint().endsWith("log: " + failed.resolve("logs/factor-umask.log")), failure.hint());
    assertEquals(List.of("the build fails with another umask"), notes.lines);

    byte[] json = Files.readAllBytes(failed.resolve("build-record.json"));
    BuildRecord kept = Json.read(json, BuildRecord.class);
    assertEquals(List.of("umask"), kept.reproducibility().guilty());
    // Two controls, the varied one, and one for each factor up to this.
    assertEquals(3 + Factor.UMASK.ordinal() + 1, kept.runs().size());
    assertEquals(List.of("umask"), kept.runs().getLast().varied());
    assertEquals(said, kept.runs().getLast().failure());
    assertNotNull(kept.runs().get(2).failure());
    assertEquals(List.of(), project.left());
    assertFalse(Files.exists(project.out));
  }
}
