package dev.selfsame.deploy;

import dev.selfsame.deploy.Outcome.Failed;
import dev.selfsame.deploy.Outcome.Finding;
import dev.selfsame.deploy.Outcome.Healthy;
import dev.selfsame.deploy.Outcome.NothingToDo;
import dev.selfsame.deploy.Outcome.RolledBack;
import dev.selfsame.deploy.Outcome.Unfinished;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Carries a plan out: every step is in the journal before it begins, and whatever fails before the
 * last one leads back to how it was. Works under the {@link TargetLock}.
 */
public final class Deployer {
  private final Target target;
  private final Journal journal;
  private final Landmarks landmarks;
  private final Progress progress;
  private final InstantSource clock;

  /** By the machine's own clock. */
  public Deployer(Target target, Journal journal, Landmarks landmarks, Progress progress) {
    this(target, journal, landmarks, progress, InstantSource.system());
  }

  public Deployer(
      Target target, Journal journal, Landmarks landmarks, Progress progress, InstantSource clock) {
    this.target = target;
    this.journal = journal;
    this.landmarks = landmarks;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Ends what a run before this one has begun: backwards, or forwards where the old one was about
   * to go.
   *
   * @param secrets the mark of those that are known now. What a program wrote is masked by them: by
   *     others than it had, its last lines could show what it was given, and are not told.
   * @return how it ended, or empty where there was nothing
   * @throws Failure exit 3 where it cannot be ended now; then the journal stands
   */
  public Optional<Outcome> recover(Mark secrets) throws InterruptedException {
    Optional<Journal.Open> found = journal.open();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Journal.Open open = found.get();
    progress.note(
        "deployment %s was broken off in its step %s: %s"
            .formatted(
                open.deployment().id(),
                open.step(),
                open.committed() ? "ending it" : "going back"));
    if (open.committed()) {
      return Optional.of(finished(open));
    }
    List<String> lines =
        secrets.equals(open.deployment().secrets())
            ? target.lastLines(open.deployment())
            : List.of();
    String stands = wentBack(open);
    Outcome back =
        new RolledBack(
            open.deployment(), open.step(), "it was broken off", stands, lines, List.of());
    journal.close(back);
    return Optional.of(back);
  }

  /** Time has passed since it was seen to be well: that is looked at again before it is said. */
  private Outcome finished(Journal.Open open) throws InterruptedException {
    Deployment deployment = open.deployment();
    String ended = target.finish(deployment, open.before());
    Optional<Standing> stands = target.now();
    Outcome outcome =
        stands.filter(one -> one.isWell(deployment.artifact())).isPresent()
            ? new Healthy(deployment, List.of(new Finding(open.step(), ended, clock.instant())))
            : new Failed(
                deployment,
                open.step(),
                "it was broken off, and what was promoted is not seen to run and be well",
                stands.map(Standing::described).orElse("nothing"));
    journal.close(outcome);
    return outcome;
  }

  private String wentBack(Journal.Open open) throws InterruptedException {
    try {
      return target.goBack(open.deployment(), open.forGoingBack());
    } catch (Failure e) {
      // Nobody else can know that there will never be a way back, such as after a loss of its disk.
      throw new Failure(
          e.code(),
          message(e),
          "%s; to give up what was there before, remove %s".formatted(e.hint(), journal.file()),
          e);
    }
  }

  /** Whether the release runs there already, with the same settings, and is well. */
  public static Optional<Outcome> standing(Optional<Standing> now, Deployment deployment) {
    return now.filter(standing -> standing.is(deployment))
        .map(standing -> new NothingToDo(deployment, standing.described()));
  }

  /**
   * Carries out a plan, after {@link #recover(Mark)}.
   *
   * @throws Failure where it failed before anything was changed, with the failure's own exit code
   */
  public Outcome deploy(Deployment deployment, Plan plan, Release release)
      throws InterruptedException {
    List<Finding> findings = new ArrayList<>();
    Journal.Open open = null;
    Step step = plan.steps().getFirst();
    try {
      for (int i = 0; i < plan.steps().size(); i++) {
        step = plan.steps().get(i);
        open = journal.begin(deployment, plan, i + 1);
        findings.add(carryOut(step, deployment, plan, release));
      }
      Outcome outcome = new Healthy(deployment, findings);
      journal.close(outcome);
      return outcome;
    } catch (Failure e) {
      return ended(open, step, e, findings);
    } catch (InterruptedException e) {
      // The flag is clear: going back may wait.
      return ended(open, step, Failure.undecided("interrupted", "run it again"), findings);
    }
  }

  private Finding carryOut(Step step, Deployment deployment, Plan plan, Release release)
      throws InterruptedException {
    landmarks.passed("before " + step.word());
    try (Progress.Step shown = progress.begin(step.what(), 0, Progress.Unit.NONE)) {
      shown.now(step.word());
      String found =
          switch (step) {
            case Step.Forward forward ->
                target.carryOut(forward, deployment, plan.before(), release);
            case Step.Retire _ -> target.finish(deployment, plan.before());
          };
      landmarks.passed("after " + step.word());
      return new Finding(step.word(), found, clock.instant());
    }
  }

  private Outcome ended(
      Journal.@Nullable Open open, Step step, Failure failure, List<Finding> findings)
      throws InterruptedException {
    if (open == null) {
      throw failure; // The journal could not be begun, so nothing was.
    }
    Deployment deployment = open.deployment();
    if (open.committed()) {
      return new Unfinished(
          deployment,
          step.word(),
          message(failure),
          "the new one works, and the next run ends this");
    }
    return back(open, step, failure, findings);
  }

  private Outcome back(Journal.Open open, Step step, Failure failure, List<Finding> findings)
      throws InterruptedException {
    Deployment deployment = open.deployment();
    Outcome back;
    try {
      List<String> lines = target.lastLines(deployment);
      landmarks.passed("before going back");
      String stands = wentBack(open);
      landmarks.passed("after going back");
      back = new RolledBack(deployment, step.word(), message(failure), stands, lines, findings);
      if (step instanceof Step.Bring) {
        journal.forget();
      } else {
        journal.close(back);
      }
    } catch (Failure e) {
      return new Unfinished(deployment, step.word(), message(failure), message(e));
    }
    if (step instanceof Step.Bring) {
      throw failure; // Nothing that anybody could see was touched.
    }
    return back;
  }

  private static String message(Failure failure) {
    return String.valueOf(failure.getMessage());
  }
}
