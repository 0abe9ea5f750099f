package dev.selfsame.build;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord.Reproducibility;
import dev.selfsame.evidence.BuildRecord.Run;
import dev.selfsame.evidence.BuildRecord.RunKind;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.outcome.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Builds several times and says what the builds show together.
 *
 * <p>Two controls first: what differs between them is intrinsic (randomness, time), and no
 * variation could be told from it. Then one build with every factor varied at once, which in the
 * usual case ends the matter with a single build. Only where that differs is each factor varied
 * alone.
 */
final class Trials {
  /** The word for what differs with nothing varied. */
  static final String INTRINSIC = "intrinsic";

  /** The word where all factors together change the bytes and none does alone. */
  static final String TOGETHER = "only-together";

  private final BuildStage stage;
  private final Prepared prepared;
  private final Progress progress;
  private final int crates;
  private final int jobs;
  private final int hostCpus;
  private final List<Trial> trials = new ArrayList<>();

  /**
   * @param crates how many crates a build compiles, for the progress
   * @param jobs Cargo's jobs, 0 for its own choice
   * @param hostCpus CPUs of this host
   */
  Trials(
      BuildStage stage, Prepared prepared, Progress progress, int crates, int jobs, int hostCpus) {
    this.stage = stage;
    this.prepared = prepared;
    this.progress = progress;
    this.crates = crates;
    this.jobs = jobs;
    this.hostCpus = hostCpus;
  }

  /** One build that was made. */
  record Trial(String label, RunKind kind, Variation variation, Compiled compiled) {
    Run run() {
      return switch (compiled) {
        case Compiled.Built built -> run(built.digests(), null);
        case Compiled.Failed failed -> run(Map.of(), failed.why().getMessage());
      };
    }

    private Run run(Map<String, Digest> outputs, @org.jspecify.annotations.Nullable String why) {
      try {
        double seconds = Math.round(compiled.wall().toMillis() / 10.0) / 100.0;
        Digest log = Digest.sha256(compiled.log());
        return new Run(kind, variation.words(), seconds, log, outputs, why);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean same(Trial other) {
      return compiled instanceof Compiled.Built a
          && other.compiled instanceof Compiled.Built b
          && a.digests().equals(b.digests());
    }
  }

  /** Every build so far, in order. */
  List<Trial> trials() {
    return List.copyOf(trials);
  }

  /** Makes the builds; the first that fails unvaried ends it. */
  Reproducibility run(BuildRequest.Checks checks) throws InterruptedException {
    if (checks == BuildRequest.Checks.NONE) {
      trial("build", "build", RunKind.CONTROL, Variation.NONE);
      return new Reproducibility(false, false, List.of());
    }
    Trial first = trial("control-1", "control build 1 of 2", RunKind.CONTROL, Variation.NONE);
    if (first.compiled() instanceof Compiled.Failed) {
      return new Reproducibility(false, false, List.of());
    }
    Trial second = trial("control-2", "control build 2 of 2", RunKind.CONTROL, Variation.NONE);
    if (!second.same(first)) {
      return new Reproducibility(false, false, List.of(INTRINSIC));
    }
    Trial varied = trial("varied", "build with everything varied", RunKind.VARIED, Variation.ALL);
    if (varied.same(first)) {
      return new Reproducibility(true, true, List.of());
    }
    return new Reproducibility(true, false, guilty(first));
  }

  private List<String> guilty(Trial control) throws InterruptedException {
    List<String> guilty = new ArrayList<>();
    for (Factor factor : Factor.values()) {
      String word = factor.word();
      Variation alone = Variation.of(Set.of(factor));
      Trial trial = trial("factor-" + word, "build with another " + word, RunKind.FACTOR, alone);
      if (!trial.same(control)) {
        progress.note("another %s changes the binary".formatted(word));
        guilty.add(word);
      }
    }
    guilty.sort(null);
    return guilty.isEmpty() ? List.of(TOGETHER) : guilty;
  }

  private Trial trial(String label, String title, RunKind kind, Variation variation)
      throws InterruptedException {
    Recipe recipe = prepared.recipe();
    CargoCall cargo = new CargoCall(recipe, prepared.tools());
    Layout layout = variation.layout(Layout.of(recipe.paths()));
    BuildStage.Job job =
        new BuildStage.Job(
            label,
            title,
            cargo.build(variation.jobs(jobs, hostCpus)),
            variation.environment(cargo.environment(layout)),
            layout,
            variation.identity(hostCpus),
            variation.order());
    try (Progress.Step step = progress.begin(title, crates, Progress.Unit.ITEMS)) {
      Compiled compiled = stage.compile(job, recipe.binaries(), cargo.profileFolder(), step);
      Trial trial = new Trial(label, kind, variation, compiled);
      trials.add(trial);
      return trial;
    }
  }
}
