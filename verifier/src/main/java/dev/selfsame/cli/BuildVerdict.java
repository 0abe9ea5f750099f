package dev.selfsame.cli;

import dev.selfsame.evidence.BuildRecord;

/** A build record's verdict in one line. */
final class BuildVerdict {
  private BuildVerdict() {}

  static String line(BuildRecord record) {
    BuildRecord.Reproducibility seen = record.reproducibility();
    int runs = record.runs().size();
    if (runs == 1) {
      return "built once, and not checked whether it can be built again";
    }
    if (seen.reproducible()) {
      return "reproducible: %d builds gave the same bytes, one of them with everything varied"
          .formatted(runs);
    }
    if (!seen.controlsIdentical()) {
      return "NOT reproducible: two builds with nothing varied differ (intrinsic: time, randomness"
          + " or thread order)";
    }
    if (seen.guilty().contains(BuildRecord.Reproducibility.ONLY_TOGETHER)) {
      return "NOT reproducible: the bytes change where several factors are varied together, and"
          + " with none of them alone";
    }
    return "NOT reproducible: the bytes depend on " + String.join(", ", seen.guilty());
  }
}
