package dev.selfsame.view;

import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.BuildRecord.Run;
import dev.selfsame.evidence.BuildRecord.RunKind;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.JourneyReport;
import dev.selfsame.evidence.JourneyReport.Decision;
import dev.selfsame.evidence.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The sentences of a journey's report. */
final class Journey {
  private Journey() {}

  /** Whether something was promoted. */
  static boolean good(JourneyReport report) {
    return report.decisions().stream().anyMatch(Decision::promoted);
  }

  static String verdict(JourneyReport report) {
    String promoted = files(report, true);
    return promoted.isEmpty() ? "Nothing was promoted" : "Promoted: " + promoted;
  }

  /** The refused files, or empty. */
  static String refused(JourneyReport report) {
    return files(report, false);
  }

  private static String files(JourneyReport report, boolean promoted) {
    return report.decisions().stream()
        .filter(decision -> decision.promoted() == promoted)
        .map(Decision::file)
        .collect(Collectors.joining(", "));
  }

  static String reproducibility(BuildRecord build) {
    if (build.reproducibility().reproducible()) {
      int varied =
          build.runs().stream()
              .filter(run -> run.kind() == RunKind.VARIED)
              .mapToInt(run -> run.varied().size())
              .sum();
      return "%d builds gave the same bytes%s"
          .formatted(
              build.runs().size(),
              varied > 0 ? ", one of them with %d factors varied".formatted(varied) : "");
    }
    List<String> guilty = build.reproducibility().guilty();
    return guilty.isEmpty() || guilty.contains(BuildRecord.Reproducibility.ONLY_TOGETHER)
        ? "the builds differ, and no single factor explains it"
        : "the builds differ; guilty: " + String.join(", ", guilty);
  }

  /** The size of the second file of the comparison against the first, by name. */
  static String sizes(Comparison comparison) {
    long delta = comparison.sizeDelta();
    String difference =
        delta == 0
            ? "as many as"
            : "%s %s than".formatted(Words.number(Math.abs(delta)), delta > 0 ? "more" : "fewer");
    return "%s has %s bytes, %s %s"
        .formatted(
            comparison.b().name(),
            Words.number(comparison.b().size()),
            difference,
            comparison.a().name());
  }

  /** Whether a run gave the first run's bytes. */
  static boolean same(BuildRecord build, Run run) {
    return run.failure() == null && run.outputs().equals(build.runs().getFirst().outputs());
  }

  static String recipe(Recipe recipe) {
    List<String> parts = new ArrayList<>(List.of(recipe.target(), "profile " + recipe.profile()));
    recipe.profileOverrides().forEach((key, value) -> parts.add("%s=%s".formatted(key, value)));
    if (!recipe.features().isEmpty()) {
      parts.add("features " + String.join(" ", recipe.features()));
    }
    if (!recipe.defaultFeatures()) {
      parts.add("no default features");
    }
    if (!recipe.rustflags().isEmpty()) {
      parts.add("flags " + String.join(" ", recipe.rustflags()));
    }
    return String.join(", ", parts);
  }

  static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.1f", seconds);
  }
}
