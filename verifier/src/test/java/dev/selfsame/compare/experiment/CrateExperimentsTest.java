package dev.selfsame.compare.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.build.BuildRequest;
import dev.selfsame.build.BuildResult;
import dev.selfsame.build.Builder;
import dev.selfsame.build.TestProject;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Experiment.Outcome;
import dev.selfsame.evidence.Experiment.Rung;
import dev.selfsame.evidence.Guess;
import dev.selfsame.source.Dirt;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Another Cargo.lock is a step like a setting. */
@Needs(Component.BWRAP)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrateExperimentsTest extends OnSmallProject {
  @Test
  void another_commit_with_another_crate_is_a_step_of_its_own() throws Exception {
    try (TestProject other = new TestProject(Files.createDirectory(temporary.resolve("commit")))) {
      // The same project, in which a crate and a line are other.
      var crate =
          project.registry.addLibrary(
              "panicky", "0.3.2", "pub fn f(n: usize) -> usize { n * 40503 }");
      other.manifest("[dependencies]\npanicky = \"0.3\"\n").lock(crate);
      for (String name : List.of("selfsame.toml", "src/main.rs")) {
        other.write(name, Files.readString(project.folder.resolve(name)));
      }
      other.commit();
      Path b =
          new Builder(project.host(project.engine))
              .build(
                  new BuildRequest(
                      other.folder,
                      temporary.resolve("other-commit"),
                      Dirt.REFUSED,
                      BuildRequest.Checks.NONE,
                      null,
                      Map.of("strip", "none"),
                      null,
                      0))
              .binary("small");
      Comparison comparison =
          new Experiments(project.cache, Clock.systemUTC())
              .prove(
                  BinaryComparison.of(a, b),
                  new ExperimentRequest(a, b, project.folder, other.folder, null, null, ENOUGH),
                  () -> project.host(project.engine));
      Experiment experiment = of(comparison);

      assertEquals(Outcome.MET, experiment.outcome(), experiment.toString());
      assertEquals(List.of("crates", "source", "strip"), ids(experiment));
      Rung crates = experiment.steps().getFirst();
      assertEquals("crates: panicky 0.3.1 → panicky 0.3.2", crates.change());
      assertEquals(crates.bytes(), crates.alone());
      // All that is other in this source is its Cargo.lock.
      Rung source = experiment.steps().get(1);
      assertTrue(source.from().matches("commit [0-9a-f]{12}"), source.from());
      assertEquals(crates.sha256(), source.sha256());
      assertEquals(0L, source.alone());
      assertEquals(
          List.of("crates", "strip"),
          comparison.causes().stream().map(Cause::id).sorted().toList());
      assertNotNull(experiment.steps().getLast().alone());
      assertTrue(
          comparison.causes().stream().allMatch(cause -> cause.grade() == Grade.PROVED),
          comparison.causes().toString());
    }
  }

  /** B of the same source but for its Cargo.lock, which names another release of the crate. */
  private BuildResult withCrate(String name, String version, String requirement, String source)
      throws Exception {
    Path place = Files.createDirectory(temporary.resolve(name));
    try (TestProject other = new TestProject(place)) {
      var crate = project.registry.addLibrary("panicky", version, source);
      other.manifest("[dependencies]\npanicky = \"%s\"\n".formatted(requirement)).lock(crate);
      for (String file : List.of("selfsame.toml", "src/main.rs")) {
        other.write(file, Files.readString(project.folder.resolve(file)));
      }
      other.commit();
      return new Builder(project.host(project.engine))
          .build(
              new BuildRequest(
                  other.folder,
                  temporary.resolve(name + "-out"),
                  Dirt.REFUSED,
                  BuildRequest.Checks.NONE,
                  null,
                  Map.of(),
                  null,
                  0));
    }
  }

  @Test
  void a_crate_s_patch_version_is_proved_by_changing_cargo_lock_alone() throws Exception {
    String panics = "pub fn f(n: usize) -> usize { let v = vec![3, 4]; v[n] * line!() as usize }";
    BuildResult b = withCrate("patch", "0.3.7", "0.3", panics);
    Comparison comparison = prove(a, b.binary("small"), null);
    Experiment experiment = of(comparison);

    assertEquals(Outcome.MET, experiment.outcome(), experiment.toString());
    assertEquals(List.of("crates"), ids(experiment));
    assertEquals("crates: panicky 0.3.1 → panicky 0.3.7", experiment.steps().getFirst().change());
    Cause cause = comparison.causes().getFirst();
    assertEquals("crates", cause.id());
    assertEquals(Grade.PROVED, cause.grade());
    assertFalse(cause.inB().isEmpty());
    // Its setting is none of the optimiser's.
    assertEquals(Guess.Answer.NO, comparison.guesses().get(4).answer());

    // The cache holds builds by Cargo.lock too: else a would be found in the place of b.
    Experiment again = of(prove(a, b.binary("small"), null));
    assertEquals(Outcome.MET, again.outcome());
    assertTrue(again.rungs().stream().allMatch(Rung::cached), again.toString());
    assertEquals(List.of(), project.left());
  }

  /** Where the crate cannot panic, B's bytes do not name it, and its record does. */
  @Test
  void a_record_names_the_crates_that_bytes_do_not() throws Exception {
    BuildResult b = withCrate("silent", "0.3.8", "0.3", "pub fn f(n: usize) -> usize { n ^ 5 }");
    Path record = b.out().resolve("build-record.json");
    Experiment experiment = of(prove(a, b.binary("small"), recordA, record, ENOUGH));

    assertEquals(Outcome.MET, experiment.outcome(), experiment.toString());
    assertTrue(ids(experiment).contains("crates"), experiment.toString());
    assertEquals("crates: panicky 0.3.1 → panicky 0.3.8", experiment.steps().getFirst().change());
  }

  @Test
  void a_release_that_the_project_does_not_take_is_told_and_not_built() throws Exception {
    String panics = "pub fn f(n: usize) -> usize { let v = vec![5, 6]; v[n] * line!() as usize }";
    BuildResult b = withCrate("major", "0.4.0", "0.4", panics);
    Experiment experiment = of(prove(a, b.binary("small"), null));

    assertEquals(Outcome.SHORT, experiment.outcome(), experiment.toString());
    assertFalse(ids(experiment).contains("crates"), experiment.toString());
    assertTrue(
        experiment.unmeasured().stream()
            .anyMatch(one ->
                one.id().equals("crates")
                    && one.why()
                        .startsWith("crates: panicky 0.3.1 → panicky 0.4.0 does not build: ")),
        experiment.unmeasured().toString());
  }
}
