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
 * <p>Two controls, one after the other: what differs between them is intrinsic (randomness, time),
 * and no variation could be told from it. One build with every factor varied at once, which in the
 * usual case ends the matter. Only where that differs, or fails, is each factor varied alone.
 *
 * <p>The varied build has one CPU less, so on two CPUs one would be idle for as long as it takes:
 * it is made beside the second control. Both then have half of the memory and of the disk, and one
 * that was stopped for want of them, or of time, is made again alone before anything is said of it.
 */
final class Trials {
  /** The word for what differs with nothing varied. */
  static final String INTRINSIC = "intrinsic";

  private static final Plan SECOND = Plan.control("control-2", "control build 2 of 2");
  private static final Plan VARIED =
      new Plan("varied", "build with everything varied", RunKind.VARIED, Variation.ALL);

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

  /**
   * One build to make.
   *
   * @param label file name of its log, such as {@code control-1}
   * @param title for people
   */
  record Plan(String label, String title, RunKind kind, Variation variation) {
    static Plan control(String label, String title) {
      return new Plan(label, title, RunKind.CONTROL, Variation.NONE);
    }
  }

  /** One build that was made. */
  record Trial(Plan plan, Compiled compiled) {
    String label() {
      return plan.label();
    }

    boolean starved() {
      return compiled instanceof Compiled.Failed failed && failed.starved();
    }

    /**
     * The build as it is recorded.
     *
     * @param first the control that it is held against
     */
    Run run(Trial first) {
      return switch (compiled) {
        case Compiled.Built built -> run(first, built.digests(), null);
        case Compiled.Failed failed -> run(first, Map.of(), failed.why().getMessage());
      };
    }

    private Run run(
        Trial first, Map<String, Digest> outputs, @org.jspecify.annotations.Nullable String why) {
      try {
        double seconds = Math.round(compiled.wall().toMillis() / 10.0) / 100.0;
        Digest log = Digest.sha256(compiled.log());
        return new Run(plan.kind(), varied(first).words(), seconds, log, outputs, why);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /**
     * What differed for the build. That files were made in another order need not show; where
     * nothing else was varied and the bytes changed, it did.
     */
    private Variation varied(Trial first) {
      boolean alone = plan.kind() == RunKind.FACTOR && compiled instanceof Compiled.Built;
      boolean shown = orderShows(first) || (alone && !same(first));
      return shown ? plan.variation() : plan.variation().without(Factor.FILE_ORDER);
    }

    /** Whether a folder lists its files in this build otherwise than in the first. */
    boolean orderShows(Trial first) {
      return compiled.listedAsMade() && first.compiled.listedAsMade();
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

  /** The same as they are recorded. */
  List<Run> runs() {
    Trial first = trials.getFirst();
    return trials.stream().map(trial -> trial.run(first)).toList();
  }

  /** Makes the builds; the first that fails unvaried ends it. */
  Reproducibility run(BuildRequest.Checks checks) throws InterruptedException {
    if (checks == BuildRequest.Checks.NONE) {
      keep(make(Plan.control("build", "build"), stage));
      return new Reproducibility(false, false, List.of());
    }
    Trial first = keep(make(Plan.control("control-1", "control build 1 of 2"), stage));
    if (first.compiled() instanceof Compiled.Failed) {
      return new Reproducibility(false, false, List.of());
    }
    return hostCpus > 1 ? beside(first) : inTurn(first);
  }

  private Reproducibility inTurn(Trial first) throws InterruptedException {
    Trial second = keep(make(SECOND, stage));
    return second.same(first)
        ? verdict(first, make(VARIED, stage))
        : new Reproducibility(false, false, List.of(INTRINSIC));
  }

  private Reproducibility beside(Trial first) throws InterruptedException {
    BuildStage half = stage.halved();
    try (Beside<Trial> other = Beside.start("varied-build", () -> make(VARIED, half))) {
      Trial second = make(SECOND, half);
      if (second.starved()) {
        other.result();
        second = again(SECOND);
      }
      if (!keep(second).same(first)) {
        return new Reproducibility(false, false, List.of(INTRINSIC));
      }
      Trial varied = other.result();
      return verdict(first, varied.starved() ? again(VARIED) : varied);
    }
  }

  private Trial again(Plan plan) throws InterruptedException {
    progress.note(plan.title() + " was stopped beside another build: again, alone");
    return make(plan, stage);
  }

  private Reproducibility verdict(Trial first, Trial varied) throws InterruptedException {
    if (!varied.orderShows(first)) {
      progress.note(
          "note: the order of files was not varied: that takes bwrap or unshare, and room for the"
              + " source in "
              + MemoryDisk.PLACE);
    }
    return keep(varied).same(first)
        ? new Reproducibility(true, true, List.of())
        : new Reproducibility(true, false, guilty(first, varied.orderShows(first)));
  }

  /**
   * Varies one factor at a time. One that makes the build fail ends the search: no result comes of
   * it then, and each further build costs its time, one that hangs all that it is given. Where it
   * was the machine that ended the build, no factor is to blame.
   *
   * @param ordered whether the order of files can be varied here
   */
  private List<String> guilty(Trial control, boolean ordered) throws InterruptedException {
    List<String> guilty = new ArrayList<>();
    for (Factor factor : Factor.values()) {
      if (factor == Factor.FILE_ORDER && !ordered) {
        continue;
      }
      String word = factor.word();
      Variation alone = Variation.of(Set.of(factor));
      Plan plan = new Plan("factor-" + word, "build with another " + word, RunKind.FACTOR, alone);
      Trial trial = keep(make(plan, stage));
      if (trial.starved()) {
        return guilty;
      }
      if (trial.compiled() instanceof Compiled.Failed) {
        progress.note("the build fails with another " + word);
        guilty.add(word);
        break;
      }
      if (!trial.same(control)) {
        progress.note("another %s changes the binary".formatted(word));
        guilty.add(word);
      }
    }
    guilty.sort(null);
    return guilty.isEmpty() ? List.of(Reproducibility.ONLY_TOGETHER) : guilty;
  }

  private Trial make(Plan plan, BuildStage on) throws InterruptedException {
    Recipe recipe = prepared.recipe();
    CargoCall cargo = new CargoCall(recipe, prepared.tools());
    Variation variation = plan.variation();
    Layout layout = variation.layout(Layout.of(recipe.paths()));
    BuildStage.Job job =
        new BuildStage.Job(
            plan.label(),
            plan.title(),
            cargo.build(variation.jobs(jobs, hostCpus)),
            variation.environment(cargo.environment(layout)),
            layout,
            variation.identity(hostCpus),
            variation.order());
    try (Progress.Step step = progress.begin(plan.title(), crates, Progress.Unit.ITEMS)) {
      return new Trial(plan, on.compile(job, recipe.binaries(), cargo.profileFolder(), step));
    }
  }

  private Trial keep(Trial trial) {
    trials.add(trial);
    return trial;
  }
}
