package dev.selfsame.compare.experiment;

import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Experiment.Outcome;
import dev.selfsame.evidence.Experiment.Rung;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Guess;
import dev.selfsame.evidence.Guess.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What rebuilding says of causes and guesses. Each step that changed bytes is a cause, measured, or
 * proved where the last build is b. What is left is explained as far as the last build and b alone
 * explain it. Both together still sum to the size difference.
 */
final class Proof {
  private static final Set<String> STRIPPING = Set.of("strip", "debug", "split-debuginfo");

  /** The step from a's source to b's. */
  static final String SOURCE = "source";

  /** The step to another Cargo.lock. */
  static final String CRATES = "crates";

  private static final Set<String> TOOLS = Set.of("pin", "linker");

  /** What compare calls a setting by its mark in the bytes. */
  private static final Map<String, List<String>> MARKS =
      Map.of(
          "strip",
          List.of("debug-info", "symbols"),
          "debug",
          List.of("debug-info"),
          "opt-level",
          List.of("optimise"),
          "pin",
          List.of("rustc", "distribution"),
          SOURCE,
          List.of(CRATES));

  private final Comparison comparison;
  private final Experiment experiment;
  private final Comparison last;

  /**
   * @param last the last build against b
   */
  Proof(Comparison comparison, Experiment experiment, Comparison last) {
    this.comparison = comparison;
    this.experiment = experiment;
    this.last = last;
  }

  Comparison comparison() {
    return comparison.with(
        experiment,
        experiment.steps().isEmpty() ? comparison.causes() : causes(),
        comparison.guesses().stream().map(this::answered).toList());
  }

  /** Measured causes and what is left, the most bytes first; what is left keeps its own order. */
  private List<Cause> causes() {
    List<Cause> measured = new ArrayList<>(measured());
    measured.sort(Comparator.comparingLong(cause -> -Math.abs(cause.bytes())));
    List<Cause> left = met() ? List.of() : last.causes().stream().map(Proof::left).toList();
    List<Cause> all = new ArrayList<>();
    int next = 0;
    for (Cause cause : measured) {
      while (next < left.size()
          && most(left.subList(next, left.size())) > Math.abs(cause.bytes())) {
        all.add(left.get(next));
        next++;
      }
      all.add(cause);
    }
    all.addAll(left.subList(next, left.size()));
    return all;
  }

  private static long most(List<Cause> causes) {
    return causes.stream().mapToLong(Cause::extent).max().orElse(0);
  }

  private boolean met() {
    return experiment.outcome() == Outcome.MET;
  }

  private List<Cause> measured() {
    List<Cause> causes = new ArrayList<>();
    List<Rung> rungs = experiment.rungs();
    for (int i = 1; i < rungs.size(); i++) {
      if (!rungs.get(i).sha256().equals(rungs.get(i - 1).sha256())) {
        causes.add(cause(rungs.get(i)));
      }
    }
    return causes;
  }

  private Cause cause(Rung rung) {
    List<Cause> marks =
        comparison.causes().stream()
            .filter(cause -> MARKS.getOrDefault(rung.id(), List.of(rung.id())).contains(cause.id()))
            .toList();
    List<Evidence> inA = marks.stream().flatMap(cause -> cause.inA().stream()).toList();
    List<Evidence> inB = marks.stream().flatMap(cause -> cause.inB().stream()).toList();
    return new Cause(
        rung.id(),
        rung.bytes(),
        null,
        false,
        met() ? Grade.PROVED : Grade.MEASURED,
        rung.change() + together(rung),
        "have %s alike in both builds".formatted(rung.id()),
        inA,
        inB);
  }

  private static String together(Rung rung) {
    Long alone = rung.alone();
    return alone == null || alone == rung.bytes()
        ? ""
        : String.format(Locale.ROOT, " (alone it moves %+,d)", alone);
  }

  /** Of what is left, one side is the last build and not a. */
  private static Cause left(Cause cause) {
    return new Cause(
        cause.id(),
        cause.moved(),
        cause.differing(),
        cause.atLeast(),
        cause.grade(),
        "left: " + cause.sentence().replaceAll("\\bA\\b", "the last build"),
        cause.advice(),
        List.of(),
        cause.inB());
  }

  private Guess answered(Guess guess) {
    List<Rung> steps =
        experiment.steps().stream().filter(rung -> group(rung).equals(guess.id())).toList();
    boolean rebuilt =
        Set.of(
                "build-environment",
                "toolchain",
                "system-libraries",
                "debug-symbols",
                "optimisation")
            .contains(guess.id());
    if (!rebuilt || (steps.isEmpty() && !met())) {
      return guess;
    }
    long bytes = steps.stream().mapToLong(Rung::bytes).sum();
    String sentence =
        steps.isEmpty()
            ? "the last build is B, and nothing of that kind was changed on the way"
            : "built and measured: "
                + steps.stream().map(Rung::change).collect(Collectors.joining("; "));
    return new Guess(
        guess.id(),
        guess.question(),
        steps.isEmpty() ? Answer.NO : Answer.YES,
        bytes,
        sentence,
        guess.inA(),
        guess.inB());
  }

  private static String group(Rung rung) {
    String id = rung.id();
    if (STRIPPING.contains(id)) {
      return "debug-symbols";
    } else if (TOOLS.contains(id)) {
      return "toolchain";
    } else if (id.equals(Flags.PATHS) || id.startsWith("env ") || id.equals("source-date-epoch")) {
      return "build-environment";
    }
    return switch (id) {
      case "linking" -> "system-libraries";
      case "features", SOURCE, CRATES -> id;
      default -> "optimisation";
    };
  }
}
