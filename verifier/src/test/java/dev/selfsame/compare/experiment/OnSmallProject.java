package dev.selfsame.compare.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.selfsame.build.BuildRequest;
import dev.selfsame.build.BuildResult;
import dev.selfsame.build.Builder;
import dev.selfsame.build.TestProject;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Experiment.Rung;
import dev.selfsame.evidence.Json;
import dev.selfsame.source.Dirt;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Real builds of one small project with a crate; a is built once for all tests of a class. */
@Needs(Component.BWRAP)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OnSmallProject {
  static final Duration ENOUGH = Duration.ofMinutes(10);

  Path temporary;
  TestProject project;
  Path a;
  Path recordA;

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

  BuildResult build(String name, Map<String, String> overrides) throws Exception {
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

  Comparison prove(Path first, Path second, @Nullable Path recordB) throws Exception {
    return prove(first, second, null, recordB, ENOUGH);
  }

  Comparison prove(Path first, Path second, @Nullable Path ofA, @Nullable Path ofB, Duration budget)
      throws Exception {
    return new Experiments(project.cache, Clock.systemUTC())
        .prove(
            BinaryComparison.of(first, second),
            new ExperimentRequest(first, second, project.folder, ofA, ofB, budget),
            () -> project.host(project.engine));
  }

  static Experiment of(Comparison comparison) {
    Experiment experiment = comparison.experiment();
    assertNotNull(experiment);
    // The document survives its own JSON.
    assertEquals(comparison, Json.read(Json.write(comparison), Comparison.class));
    return experiment;
  }

  static List<String> ids(Experiment experiment) {
    return experiment.steps().stream().map(Rung::id).toList();
  }
}
