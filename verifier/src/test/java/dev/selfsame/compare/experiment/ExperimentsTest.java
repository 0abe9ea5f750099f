package dev.selfsame.compare.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.build.BuildResult;
import dev.selfsame.build.Builder;
import dev.selfsame.build.HandMade;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Experiment.Outcome;
import dev.selfsame.evidence.Experiment.Rung;
import dev.selfsame.evidence.Guess;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Settings that differ are built one after the other, and what each did is proved. */
@Needs(Component.BWRAP)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExperimentsTest extends OnSmallProject {
  private Path byHand(String name, Map<String, String> overrides, List<String> flags)
      throws Exception {
    Path out = temporary.resolve(name);
    return new Builder(project.host(project.engine))
        .build(new HandMade(project.folder, out, "/home/dev/small", overrides, flags))
        .binary("small");
  }

  @Test
  void what_one_setting_changed_is_proved_from_the_bytes_alone() throws Exception {
    Comparison comparison =
        prove(a, build("unstripped", Map.of("strip", "none")).binary("small"), null);
    Experiment experiment = of(comparison);

    assertEquals(Outcome.MET, experiment.outcome(), experiment.toString());
    assertEquals(List.of("strip"), ids(experiment));
    assertEquals("strip: symbols → none", experiment.steps().getFirst().change());
    assertEquals(comparison.sizeDelta(), experiment.steps().getFirst().bytes());
    assertEquals(comparison.sizeDelta(), experiment.steps().getFirst().alone());
    assertEquals(0, experiment.remaining());
    assertEquals(1, comparison.causes().size());
    Cause cause = comparison.causes().getFirst();
    assertEquals("strip", cause.id());
    assertEquals(Grade.PROVED, cause.grade());
    assertEquals(comparison.sizeDelta(), cause.bytes());
    assertFalse(cause.inB().isEmpty());
    Guess symbols = comparison.guesses().get(3);
    assertEquals(Guess.Answer.YES, symbols.answer());
    assertEquals(comparison.sizeDelta(), symbols.bytes());
    assertEquals(Guess.Answer.NO, comparison.guesses().get(4).answer());
    assertEquals(List.of(), project.left());
  }

  @Test
  void a_build_by_hand_with_other_places_is_met_and_a_second_run_builds_nothing() throws Exception {
    Path b = byHand("hand-made", Map.of("strip", "none"), List.of());
    Comparison comparison = prove(a, b, null);
    Experiment experiment = of(comparison);

    assertEquals(Outcome.MET, experiment.outcome(), experiment.toString());
    assertEquals(List.of("strip", "paths"), ids(experiment));
    Rung paths = experiment.steps().getLast();
    assertNotNull(paths.alone());
    assertEquals(comparison.sizeDelta(), experiment.steps().stream().mapToLong(Rung::bytes).sum());
    assertTrue(
        comparison.causes().stream().allMatch(cause -> cause.grade() == Grade.PROVED),
        comparison.causes().toString());

    Experiment again = of(prove(a, b, null));
    assertTrue(again.rungs().stream().allMatch(Rung::cached), again.toString());
    assertEquals(experiment.steps().size(), again.steps().size());
    assertEquals(List.of(), project.left());
  }

  @Test
  void a_registry_folder_of_another_name_is_met_by_renaming_it() throws Exception {
    // Cargo calls the folder of a registry on the network another than that of a local one.
    String local =
        BinaryComparison.of(a, a)
            .a()
            .fact("source-paths")
            .value()
            .replaceAll(".*/src/", "")
            .replaceAll(",.*", "");
    Path b =
        byHand(
            "from-network",
            Map.of("strip", "symbols"),
            List.of(
                "--remap-path-prefix=/home/dev/.cargo/registry/src/%s=%s"
                    .formatted(
                        local, "/home/u/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f")));
    Experiment experiment = of(prove(a, b, null));

    assertEquals(Outcome.MET, experiment.outcome(), experiment.toString());
    assertEquals(List.of("paths"), ids(experiment));
  }

  @Test
  void three_settings_that_a_record_names_are_each_measured() throws Exception {
    BuildResult b =
        build("three", Map.of("strip", "none", "opt-level", "1", "overflow-checks", "true"));
    Path record = b.out().resolve("build-record.json");
    Comparison comparison = prove(a, b.binary("small"), recordA, record, ENOUGH);
    Experiment experiment = of(comparison);

    assertEquals(Outcome.MET, experiment.outcome(), experiment.toString());
    assertTrue(experiment.recorded());
    assertEquals(List.of("strip", "opt-level", "overflow-checks"), ids(experiment));
    assertTrue(experiment.steps().stream().allMatch(rung -> rung.alone() != null));
    assertEquals(6, experiment.builds());
  }

  @Test
  void static_linking_and_a_fixed_place_are_built_where_no_macro_stands_against_it()
      throws Exception {
    Path b =
        byHand(
            "fixed",
            Map.of("strip", "symbols"),
            List.of("-Crelocation-model=static", "-Ctarget-feature=+crt-static"));
    Experiment experiment = of(prove(a, b, null));

    // Where b's crates stood is read at a fixed place too.
    assertEquals(Set.of("paths", "linking", "pie"), Set.copyOf(ids(experiment)));
    Rung linking =
        experiment.steps().stream().filter(r -> r.id().equals("linking")).findFirst().orElseThrow();
    assertEquals("dynamic", linking.from());
    assertEquals("static (-Ctarget-feature=+crt-static)", linking.to());
    assertTrue(linking.bytes() > 100_000, experiment.toString());
    assertEquals("-Crelocation-model=static", experiment.steps().getLast().to());
    assertEquals(Outcome.MET, experiment.outcome(), experiment.toString());
    assertEquals(0, experiment.remaining(), experiment.toString());
  }

  @Test
  void what_the_bytes_do_not_tell_stays_unexplained_beside_what_was_measured() throws Exception {
    Path b = byHand("untold", Map.of("strip", "none"), List.of("-Cllvm-args=-inline-threshold=0"));
    Comparison comparison = prove(a, b, null);
    Experiment experiment = of(comparison);

    assertEquals(Outcome.SHORT, experiment.outcome(), experiment.toString());
    assertTrue(ids(experiment).contains("strip"));
    Cause strip =
        comparison.causes().stream().filter(c -> c.id().equals("strip")).findFirst().orElseThrow();
    assertEquals(Grade.MEASURED, strip.grade());
    assertTrue(
        comparison.causes().stream().anyMatch(cause -> cause.sentence().startsWith("left: ")),
        comparison.causes().toString());
    assertTrue(
        comparison.causes().stream().noneMatch(cause -> cause.sentence().matches(".*\\bA\\b.*")));
  }

  @Needs(Component.CARGO)
  @Test
  void what_the_machines_own_rustc_made_is_not_met_and_says_how_far() throws Exception {
    Path crate = Files.writeString(temporary.resolve("own.rs"), "fn main() { println!(\"1\"); }\n");
    Path b = temporary.resolve("own");
    Process rustc =
        new ProcessBuilder("rustc", "-O", "-o", b.toString(), crate.toString())
            .redirectErrorStream(true)
            .start();
    assertEquals(0, rustc.waitFor(), new String(rustc.getInputStream().readAllBytes()));
    Comparison comparison = prove(a, b, null);
    Experiment experiment = of(comparison);

    assertEquals(Outcome.SHORT, experiment.outcome(), experiment.toString());
    assertTrue(
        experiment.unmeasured().stream()
            .anyMatch(one -> one.id().equals("rustc") && one.why().startsWith("no pin has rustc")),
        experiment.unmeasured().toString());
    assertEquals(
        comparison.b().size() - experiment.rungs().getLast().size(), experiment.remaining());
  }

  @Test
  void a_record_of_other_binaries_is_refused() throws Exception {
    Path b = build("third", Map.of("strip", "debuginfo")).binary("small");
    Failure failure = assertThrows(Failure.class, () -> prove(a, b, recordA));

    assertEquals(ExitCode.USAGE, failure.code());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("is not of B: no output has its SHA-256"),
        failure.toString());
  }

  @Test
  void a_damaged_build_in_the_cache_is_built_again() throws Exception {
    Path b = build("fourth", Map.of("strip", "debuginfo")).binary("small");
    assertEquals(Outcome.MET, of(prove(a, b, null)).outcome());
    try (Stream<Path> files = Files.walk(project.cache.resolve("rungs"))) {
      for (Path file : files.filter(f -> f.endsWith("small")).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    Experiment experiment = of(prove(a, b, null));

    assertEquals(Outcome.MET, experiment.outcome());
    assertTrue(experiment.rungs().stream().noneMatch(Rung::cached), experiment.toString());
  }
}
