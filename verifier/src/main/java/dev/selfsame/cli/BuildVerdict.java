package dev.selfsame.cli;

import dev.selfsame.build.Factor;
import dev.selfsame.evidence.BuildRecord;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

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
      return "reproducible: %d builds gave the same bytes, one of them with everything varied%s"
          .formatted(runs, but(record));
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

  /** What could not be varied where the build was made. */
  private static String but(BuildRecord record) {
    Set<String> rest = new TreeSet<>(Stream.of(Factor.values()).map(Factor::word).toList());
    record.runs().forEach(run -> run.varied().forEach(rest::remove));
    return rest.isEmpty() ? "" : " but " + String.join(", ", rest);
  }
}
