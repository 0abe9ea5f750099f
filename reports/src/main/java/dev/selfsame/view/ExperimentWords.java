package dev.selfsame.view;

import dev.selfsame.evidence.Experiment;
import dev.selfsame.evidence.Experiment.Outcome;
import dev.selfsame.evidence.Experiment.Rung;
import dev.selfsame.evidence.Experiment.Unmeasured;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** An experiment in words. */
final class ExperimentWords {
  private ExperimentWords() {}

  /** How far it got, in one sentence. */
  static String conclusion(Experiment experiment) {
    if (experiment.outcome() == Outcome.NOT_REPRODUCED) {
      return experiment.conclusion();
    }
    int steps = experiment.steps().size();
    return "A was built again, then %d %s changed, one a build; %s"
        .formatted(steps, steps == 1 ? "setting" : "settings", experiment.conclusion());
  }

  /** What the builds cost, and what they do not show. */
  static String method(Experiment experiment) {
    long cached = experiment.rungs().stream().filter(Rung::cached).count();
    return String.format(
        Locale.ROOT,
        "%d builds in %.0f s%s; each was made once, without a control build",
        experiment.builds(),
        experiment.seconds(),
        cached == 0 ? "" : ", %d of the rungs from the cache".formatted(cached));
  }

  /**
   * In which order settings were changed, where that matters or may matter: a step is measured on
   * top of those before it. Nothing where each was measured to do alone what it did there.
   */
  static String order(Experiment experiment) {
    List<Rung> steps = experiment.steps();
    boolean free = steps.stream().allMatch(rung -> Long.valueOf(rung.bytes()).equals(rung.alone()));
    return steps.size() < 2 || free
        ? ""
        : "changed in this order: %s; in another, the bytes of each may be others"
            .formatted(steps.stream().map(Rung::id).collect(Collectors.joining(", ")));
  }

  /** The steps of which it is not known what they do alone, and why was not said already. */
  static List<String> notAlone(Experiment experiment) {
    List<String> said = experiment.unmeasured().stream().map(Unmeasured::id).toList();
    return experiment.steps().stream()
        .filter(rung -> rung.alone() == null && !said.contains(rung.id() + " alone"))
        .map(Rung::id)
        .toList();
  }

  /** One line on what was not measured, or nothing. */
  static String unmeasured(Experiment experiment) {
    String settings =
        experiment.unmeasured().stream().map(ExperimentWords::of).collect(Collectors.joining("; "));
    List<String> notAlone = notAlone(experiment);
    String together =
        notAlone.isEmpty() ? "" : "what %s would do alone".formatted(String.join(", ", notAlone));
    return settings + (settings.isEmpty() || together.isEmpty() ? "" : "; ") + together;
  }

  static String of(Unmeasured one) {
    return one.id() + ": " + one.why();
  }

  /** What a step does because of those before it, or that it is not known. */
  static String together(Rung rung) {
    Long alone = rung.alone();
    return alone == null ? "not measured" : Words.signed(rung.bytes() - alone);
  }

  /** What a step does alone. */
  static String alone(Rung rung) {
    Long alone = rung.alone();
    return alone == null ? "not measured" : Words.signed(alone);
  }

  /** A step's label in a drawing. */
  static String label(Rung rung) {
    return Words.cut(rung.change(), 60);
  }
}
