package dev.selfsame.cli;

import dev.selfsame.build.BuildHost;
import dev.selfsame.build.Durations;
import dev.selfsame.compare.experiment.ExperimentRequest;
import dev.selfsame.compare.experiment.Experiments;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --source} and what goes with it: causes that are proved by rebuilding. */
final class ExperimentOptions {
  @Mixin private PinSources sources = new PinSources();
  @Mixin private EngineOption engine = new EngineOption();

  @Option(
      names = "--source",
      paramLabel = "DIR",
      description =
          "Prove causes by rebuilding: A's project, a folder of a clean git work tree with"
              + " selfsame.toml.")
  private @Nullable Path source;

  @Option(
      names = "--source-b",
      paramLabel = "DIR",
      description =
          "B's project where it is at another commit, such as a git worktree: its Cargo.lock alone"
              + " is measured first, then the rest of its source.")
  private @Nullable Path sourceB;

  @Option(
      names = "--record-a",
      paramLabel = "FILE",
      description = "A's build-record.json: how A was built; else selfsame.toml says it.")
  private @Nullable Path recordA;

  @Option(
      names = "--record-b",
      paramLabel = "FILE",
      description = "B's: the changes lead to its recipe; else B's bytes say what may differ.")
  private @Nullable Path recordB;

  @Option(
      names = "--budget",
      paramLabel = "TIME",
      description = "How long all builds together may take, such as 90s, 20m or 2h; usually 15m.")
  private @Nullable String budget;

  /** Whether rebuilding was asked for. */
  boolean given() {
    boolean more = sourceB != null || recordA != null || recordB != null || budget != null;
    if (source == null && more) {
      throw Failure.usage(
          "--source-b, --record-a, --record-b and --budget need --source",
          "name the project's folder: --source DIR");
    }
    return source != null;
  }

  /** The comparison with what rebuilding shows, where that was asked for and anything differs. */
  Comparison prove(Comparison comparison, Path a, Path b, Surroundings surroundings)
      throws InterruptedException {
    if (!given() || source == null || comparison.verdict() instanceof Verdict.Identical) {
      return comparison;
    }
    Path cache = surroundings.folders().cache();
    Path project = surroundings.workFolder().resolve(source).normalize();
    Path projectB = sourceB == null ? null : surroundings.workFolder().resolve(sourceB).normalize();
    return new Experiments(cache, surroundings.clock())
        .prove(
            comparison,
            new ExperimentRequest(a, b, project, projectB, recordA, recordB, time()),
            () -> host(surroundings, cache));
  }

  private BuildHost host(Surroundings surroundings, Path cache) {
    return new BuildHost(
        engine.choose(surroundings, sources),
        sources.catalogue(),
        sources.roots(surroundings),
        cache,
        surroundings.environment(),
        surroundings.clock(),
        surroundings.console().progress(),
        BuildHost.usualLimits(cache));
  }

  private Duration time() {
    if (budget == null) {
      return ExperimentRequest.USUAL;
    }
    try {
      return Durations.parse(budget);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--budget is not " + e.getMessage() + ": " + budget, "--budget 20m");
    }
  }
}
