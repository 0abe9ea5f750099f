package dev.selfsame.compare.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.build.BuildResult;
import dev.selfsame.build.Ending;
import dev.selfsame.build.Engine;
import dev.selfsame.build.Sandbox;
import dev.selfsame.build.TestProject;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Experiment.Outcome;
import dev.selfsame.evidence.Experiment.Unmeasured;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Experiments that find nothing out, or not all, and what is said of them. */
@Needs(Component.BWRAP)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UnfinishedExperimentsTest extends OnSmallProject {
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
    Clock clock = late(() -> engine.runs().get() >= 5);
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
  private static Clock late(BooleanSupplier late) {
    InstantSource source =
        () -> late.getAsBoolean() ? Instant.now().plus(Duration.ofDays(1)) : Instant.now();
    return source.withZone(ZoneOffset.UTC);
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
