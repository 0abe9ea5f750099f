package dev.selfsame.compare.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.build.BuildRequest;
import dev.selfsame.build.BuildResult;
import dev.selfsame.build.Builder;
import dev.selfsame.build.Ending;
import dev.selfsame.build.Engine;
import dev.selfsame.build.HandMade;
import dev.selfsame.build.Sandbox;
import dev.selfsame.build.TestProject;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Experiment.Outcome;
import dev.selfsame.evidence.Experiment.Rung;
import dev.selfsame.evidence.Experiment.Unmeasured;
import dev.selfsame.evidence.Guess;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.source.Dirt;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Real builds of one small project with a crate; a is built once for all tests. */
@Needs(Component.BWRAP)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExperimentsTest {
  private static final Duration ENOUGH = Duration.ofMinutes(10);

  private Path temporary;
  private TestProject project;
  private Path a;
  private Path recordA;

  @BeforeAll
  void buildA(@TempDir Path folder) throws Exception {
    temporary = folder;
    project = new TestProject(temporary);
    String panics = "pub fn f(n: usize) -> usize { let v = vec![1, 2]; v[n] + line!() as usize }";
    var crate = project.registry.addLibrary("panicky", "0.3.1", panics);
    project.manifest("[dependencies]\npanicky = \"0.3\"\n").lock(crate);
    project.write(
        "selfsame.toml",
        Files.readString(project.folder.resolve("selfsame.toml"))
            + "[profile]\nstrip = \"symbols\"\n");
    project.write(
        "src/main.rs",
        """
        fn main() {
            let n = std::env::args().count();
            println!("{}", panicky::f(n) + (1..n).map(|i| i * n).sum::<usize>());
        }
        """);
    project.commit();
    BuildResult result = build("a", Map.of());
    a = result.binary("small");
    recordA = result.out().resolve("build-record.json");
  }

  @AfterAll
  void stop() {
    project.close();
  }

  private BuildResult build(String name, Map<String, String> overrides) throws Exception {
    Path out = temporary.resolve(name);
    return new Builder(project.host(project.engine))
        .build(
            new BuildRequest(
                project.folder,
                out,
                Dirt.REFUSED,
                BuildRequest.Checks.NONE,
                null,
                overrides,
                null,
                0));
  }

  private Path byHand(String name, Map<String, String> overrides, List<String> flags)
      throws Exception {
    Path out = temporary.resolve(name);
    return new Builder(project.host(project.engine))
        .build(new HandMade(project.folder, out, "/home/dev/small", overrides, flags))
        .binary("small");
  }

  private Comparison prove(Path first, Path second, @Nullable Path recordB) throws Exception {
    return prove(first, second, null, recordB, ENOUGH);
  }

  private Comparison prove(
      Path first, Path second, @Nullable Path ofA, @Nullable Path ofB, Duration budget)
      throws Exception {
    return new Experiments(project.cache, Clock.systemUTC())
        .prove(
            BinaryComparison.of(first, second),
            new ExperimentRequest(first, second, project.folder, ofA, ofB, budget),
            () -> project.host(project.engine));
  }

  private static Experiment of(Comparison comparison) {
    Experiment experiment = comparison.experiment();
    assertNotNull(experiment);
    // The document survives its own JSON.
    assertEquals(comparison, Json.read(Json.write(comparison), Comparison.class));
    return experiment;
  }

  private static List<String> ids(Experiment experiment) {
    return experiment.steps().stream().map(Rung::id).toList();
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
  void where_the_source_does_not_give_a_nothing_is_measured() throws Exception {
    Path b = build("other", Map.of("strip", "debuginfo")).binary("small");
    Comparison comparison = prove(b, a, null);
    Experiment experiment = of(comparison);

    assertEquals(Outcome.NOT_REPRODUCED, experiment.outcome());
    assertTrue(
        experiment.conclusion().startsWith("A was not reproduced: selfsame.toml at commit "));
    assertTrue(experiment.conclusion().contains("only A has symbols"), experiment.conclusion());
    assertEquals(List.of(), experiment.rungs());
    assertEquals(BinaryComparison.of(b, a).causes(), comparison.causes());
  }

  @Test
  void what_does_not_build_is_told_and_the_comparison_stays() throws Exception {
    try (TestProject broken = new TestProject(Files.createDirectory(temporary.resolve("broken")))) {
      broken.write("src/main.rs", "fn main() { nonsense }\n").commit();
      Path b = build("beside", Map.of("strip", "debuginfo")).binary("small");
      Comparison comparison =
          new Experiments(broken.cache, Clock.systemUTC())
              .prove(
                  BinaryComparison.of(a, b),
                  new ExperimentRequest(a, b, broken.folder, null, null, ENOUGH),
                  () -> broken.host(broken.engine));
      Experiment experiment = of(comparison);

      assertEquals(Outcome.NOT_REPRODUCED, experiment.outcome());
      assertTrue(
          experiment.conclusion().startsWith("the source does not build: "),
          experiment.conclusion());
      assertEquals(List.of(), broken.left());
    }
  }

  @Test
  void without_an_engine_the_comparison_is_what_the_files_say() throws Exception {
    Path b = build("alone", Map.of("strip", "debuginfo")).binary("small");
    Comparison comparison =
        new Experiments(project.cache, Clock.systemUTC())
            .prove(
                BinaryComparison.of(a, b),
                new ExperimentRequest(a, b, project.folder, null, null, ENOUGH),
                () -> {
                  throw Failure.undecided("no engine works here", "install bubblewrap");
                });

    assertEquals(
        "nothing was built: no engine works here (install bubblewrap)",
        of(comparison).conclusion());
    assertEquals(BinaryComparison.of(a, b).causes(), comparison.causes());
  }

  @Test
  void when_the_time_is_up_what_was_measured_is_kept() throws Exception {
    prove(a, build("warm", Map.of("strip", "none")).binary("small"), null);
    BuildResult b = build("late", Map.of("strip", "none", "opt-level", "2", "panic", "abort"));
    Path record = b.out().resolve("build-record.json");
    Comparison comparison = prove(a, b.binary("small"), null, record, Duration.ofMillis(900));
    Experiment experiment = of(comparison);

    // What is in the cache takes no time.
    assertEquals(Outcome.OUT_OF_TIME, experiment.outcome(), experiment.toString());
    assertEquals(List.of("strip"), ids(experiment));
    assertEquals(
        List.of("opt-level", "panic"),
        experiment.unmeasured().stream().map(Unmeasured::id).toList());
    assertEquals("the time was up", experiment.unmeasured().getFirst().why());
    assertTrue(
        comparison.causes().stream().anyMatch(cause -> cause.grade() == Grade.MEASURED),
        comparison.causes().toString());
  }

  @Test
  void a_ladder_that_has_ended_short_is_not_called_out_of_time() throws Exception {
    BuildResult b = build("short", Map.of("strip", "none", "opt-level", "2", "panic", "abort"));
    Path other = temporary.resolve("short-other");
    Files.copy(b.binary("small"), other);
    Files.write(other, new byte[] {1}, StandardOpenOption.APPEND);
    String said = Files.readString(b.out().resolve("build-record.json"));
    Path record =
        Files.writeString(
            temporary.resolve("short.json"),
            said.replace(
                Digest.sha256(b.binary("small")).toString(), Digest.sha256(other).toString()));
    // The question, a, and three steps; what follows shows only what each step does alone.
    CountingEngine engine = new CountingEngine(project.engine, new AtomicInteger());
    Clock clock = new LateClock(() -> engine.runs().get() >= 5);
    Comparison comparison =
        new Experiments(temporary.resolve("short-cache"), clock)
            .prove(
                BinaryComparison.of(a, other),
                new ExperimentRequest(a, other, project.folder, null, record, ENOUGH),
                () -> project.host(engine));
    Experiment experiment = of(comparison);

    assertEquals(5, engine.runs().get());
    assertEquals(3, experiment.steps().size(), experiment.toString());
    assertEquals(Outcome.SHORT, experiment.outcome(), experiment.toString());
    assertTrue(
        experiment.unmeasured().stream().anyMatch(one -> one.why().equals("the time was up")),
        experiment.unmeasured().toString());
  }

  private record CountingEngine(Engine real, AtomicInteger runs) implements Engine {
    @Override
    public String name() {
      return real.name();
    }

    @Override
    public Probe probe() {
      return real.probe();
    }

    @Override
    public Ending run(Sandbox sandbox) throws InterruptedException {
      runs.incrementAndGet();
      return real.run(sandbox);
    }

    @Override
    public void killAll() {
      real.killAll();
    }
  }

  /** A day is over as soon as this is so. */
  private static final class LateClock extends Clock {
    private final BooleanSupplier late;

    LateClock(BooleanSupplier late) {
      this.late = late;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      Instant now = Instant.now();
      return late.getAsBoolean() ? now.plus(Duration.ofDays(1)) : now;
    }
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

  @Test
  void an_interrupt_leaves_nothing() throws Exception {
    Path place = Files.createDirectory(temporary.resolve("slow"));
    try (TestProject slow = new TestProject(place)) {
      slow.script("std::thread::sleep(std::time::Duration::from_secs(600)); \"\".into()").commit();
      Path b = build("fifth", Map.of("strip", "debuginfo")).binary("small");
      AtomicReference<@Nullable Throwable> ended = new AtomicReference<>();
      Thread work =
          new Thread(() -> {
            try {
              new Experiments(slow.cache, Clock.systemUTC())
                  .prove(
                      BinaryComparison.of(a, b),
                      new ExperimentRequest(a, b, slow.folder, null, null, ENOUGH),
                      () -> slow.host(slow.engine));
            } catch (InterruptedException | RuntimeException e) {
              ended.set(e);
            }
          });
      work.start();
      Path log = slow.cache.resolve("work");
      for (int i = 0; i < 3000 && !building(log); i++) {
        Thread.sleep(20);
      }
      work.interrupt();
      work.join(20_000);

      assertTrue(ended.get() instanceof InterruptedException, String.valueOf(ended.get()));
      assertEquals(List.of(), slow.left());
      assertFalse(Files.exists(slow.cache.resolve("rungs")));
    }
  }

  private static boolean building(Path work) throws Exception {
    if (!Files.exists(work)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(work)) {
      return files.anyMatch(file -> file.endsWith("logs/recipe-1.log"));
    } catch (java.io.UncheckedIOException e) {
      return false; // A file went while it was looked at.
    }
  }
}
