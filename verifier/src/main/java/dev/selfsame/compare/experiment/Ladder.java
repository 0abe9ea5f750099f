package dev.selfsame.compare.experiment;

import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.compare.experiment.Rungs.Attempt;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Experiment.Outcome;
import dev.selfsame.evidence.Experiment.Unmeasured;
import dev.selfsame.evidence.Recipe;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The way from a, which was built again, towards b: one setting a step, each built. */
final class Ladder {
  private static final String NO_TIME = "the time was up";

  private final String binary;
  private final Path b;
  private final List<Step> steps = new ArrayList<>();
  private final List<Unmeasured> unmeasured = new ArrayList<>();
  private boolean outOfTime;

  /**
   * @param binary the name of the binary that is compared
   * @param b the file
   * @param first a, as it was built again
   */
  Ladder(String binary, Path b, Step first) {
    this.binary = binary;
    this.b = b;
    steps.add(first);
  }

  /** What was built, a first. */
  List<Step> steps() {
    return List.copyOf(steps);
  }

  List<Unmeasured> unmeasured() {
    return List.copyOf(unmeasured);
  }

  Outcome outcome() {
    return steps.getLast().meets() ? Outcome.MET : outOfTime ? Outcome.OUT_OF_TIME : Outcome.SHORT;
  }

  private Step last() {
    return steps.getLast();
  }

  /** Makes changes that are known, as long as there is time. */
  void climb(List<Change> changes) throws InterruptedException {
    for (Change change : changes) {
      tried(change, last()).ifPresent(steps::add);
    }
  }

  /** Makes the changes that bytes tell of, until b is met or they tell of no more. */
  void climb() throws InterruptedException {
    Set<String> tried = new HashSet<>();
    while (!last().meets()) {
      Optional<Suspect> suspect =
          new SuspectedChanges(last().rungs().builds(), last().toB(), last().recipe()).next(tried);
      if (suspect.isEmpty()) {
        return;
      }
      tried.add(suspect.get().id());
      climb(suspect.get());
    }
  }

  private void climb(Suspect suspect) throws InterruptedException {
    if (suspect.candidates().isEmpty()) {
      unmeasured.add(new Unmeasured(suspect.id(), suspect.why()));
      return;
    }
    Optional<Step> nearest = Optional.empty();
    for (Change change : suspect.candidates()) {
      Optional<Step> built = tried(change, last());
      if (built.isPresent() && (nearest.isEmpty() || built.get().nearerThan(nearest.get()))) {
        nearest = built;
      }
      if (built.isPresent() && built.get().meets()) {
        break;
      }
    }
    if (nearest.isPresent()) {
      take(suspect, nearest.get());
    }
  }

  /** What neither settles the suspicion nor comes nearer was the wrong suspicion. */
  private void take(Suspect suspect, Step nearest) throws InterruptedException {
    String title = nearest.change().map(Change::title).orElse("");
    if (nearest.sameBytes(last())) {
      unmeasured.add(new Unmeasured(suspect.id(), title + " was built and changes no byte"));
    } else if (nearest.nearerThan(last()) || !suspected(suspect.id(), nearest)) {
      steps.add(nearest);
    } else {
      unmeasured.add(new Unmeasured(suspect.id(), title + " was built and comes no nearer to B"));
    }
  }

  private boolean suspected(String id, Step step) throws InterruptedException {
    return new SuspectedChanges(step.rungs().builds(), step.toB(), step.recipe()).names(id);
  }

  /** Builds with one change more; what could not be built is noted. */
  private Optional<Step> tried(Change change, Step before) throws InterruptedException {
    if (outOfTime) {
      note(change, NO_TIME);
      return Optional.empty();
    }
    try {
      Recipe recipe = change.edit().of(before.recipe());
      Rungs by = change.inputs().of(before.rungs());
      return switch (by.build(recipe, change.title())) {
        case Attempt.Built built ->
            Optional.of(
                new Step(
                    Optional.of(change),
                    recipe,
                    by,
                    against(built),
                    built.cached(),
                    built.seconds()));
        case Attempt.Failed(String why) -> {
          note(change, "%s does not build: %s".formatted(change.title(), why));
          yield Optional.empty();
        }
        case Attempt.OutOfTime() -> {
          outOfTime = true;
          note(change, NO_TIME);
          yield Optional.empty();
        }
      };
    } catch (Failure failure) {
      if (failure.code() != ExitCode.UNDECIDED && failure.code() != ExitCode.USAGE) {
        throw failure;
      }
      note(change, String.valueOf(failure.getMessage()));
      return Optional.empty();
    }
  }

  private void note(Change change, String why) {
    unmeasured.add(new Unmeasured(change.id(), why));
  }

  private Comparison against(Attempt.Built built) {
    return BinaryComparison.of(built.binaries().getOrDefault(binary, Path.of("")), b);
  }

  /**
   * The size that a has with this step's change alone. Nothing where it could not be built: then
   * how the settings act together is not known.
   */
  Optional<Long> alone(Step step) throws InterruptedException {
    if (step.change().isEmpty()) {
      return Optional.empty();
    }
    Change change = step.change().get();
    return tried(change.named(change.id() + " alone"), steps.getFirst())
        .map(alone -> alone.toB().a().size());
  }
}
