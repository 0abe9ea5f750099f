package dev.selfsame.compare;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A universal Mach-O file against a thin one: the slice for the same processor is what counts. */
final class Slices {
  private static final String SLICE = "slice";

  private final Pair pair;
  private final boolean universalA;

  private Slices(Pair pair, boolean universalA) {
    this.pair = pair;
    this.universalA = universalA;
  }

  /** Where one of the two is universal and has a slice for the other's processor. */
  static Optional<List<Cause>> of(Pair pair) {
    boolean inA = universal(pair.a());
    boolean inB = universal(pair.b());
    boolean thin = (inA ? pair.b() : pair.a()).fact("format").value().equals("Mach-O");
    if (inA == inB || !thin) {
      return Optional.empty();
    }
    Slices slices = new Slices(pair, inA);
    return slices.partner().map(slices::causes);
  }

  private static boolean universal(BinaryFacts facts) {
    return facts.parts().stream().anyMatch(part -> part.kind().equals(SLICE));
  }

  private BinaryFacts whole() {
    return universalA ? pair.a() : pair.b();
  }

  private BinaryFacts thin() {
    return universalA ? pair.b() : pair.a();
  }

  private Optional<Part> partner() {
    Fact machine = thin().fact("machine");
    return whole().parts().stream()
        .filter(part -> part.kind().equals(SLICE))
        .filter(part -> machine.grade() != Fact.Grade.UNKNOWN)
        .filter(part -> part.fact("machine").value().equals(machine.value()))
        // Two slices can be for one machine, such as arm64 and arm64e.
        .min(Comparator.comparing(part -> !sameBytes(part)));
  }

  private List<Cause> causes(Part slice) {
    String letter = universalA ? "A" : "B";
    String other = universalA ? "B" : "A";
    long rest = whole().size() - slice.size();
    long delta = thin().size() - slice.size();
    int sign = universalA ? 1 : -1;
    List<Evidence> inWhole =
        whole().parts().stream()
            .map(p -> new Evidence(p.name(), p.offset(), "%d bytes".formatted(p.size())))
            .toList();
    List<Evidence> inThin =
        List.of(new Evidence("whole file", 0, "%d bytes".formatted(thin().size())));
    List<Cause> causes = new ArrayList<>();
    boolean same = sameBytes(slice);
    causes.add(
        cause(
            "slices",
            -sign * rest,
            Grade.PROVED,
            String.format(
                Locale.ROOT,
                "only %s is universal; its slice for %s %s",
                letter,
                slice.name(),
                same ? "is " + other + ", byte for byte" : "is not the same as " + other),
            "compare slice with slice: lipo -thin " + slice.name(),
            inWhole,
            inThin));
    if (!same) {
      causes.add(
          cause(
              "program",
              sign * delta,
              Grade.UNEXPLAINED,
              "the slice for %s and %s: compare the two to tell why".formatted(slice.name(), other),
              "lipo -thin %s -output slice, then compare it".formatted(slice.name()),
              List.of(new Evidence(slice.name(), slice.offset(), "slice")),
              inThin));
    }
    return causes;
  }

  private Cause cause(
      String id,
      long bytes,
      Grade grade,
      String sentence,
      String advice,
      List<Evidence> inWhole,
      List<Evidence> inThin) {
    return new Cause(
        id,
        bytes,
        grade,
        sentence,
        advice,
        universalA ? inWhole : inThin,
        universalA ? inThin : inWhole);
  }

  private boolean sameBytes(Part slice) {
    ByteView whole = universalA ? pair.bytesA() : pair.bytesB();
    ByteView thin = universalA ? pair.bytesB() : pair.bytesA();
    return slice.size() == thin.size()
        && whole.slice(slice.offset(), slice.size()).mismatch(thin) < 0;
  }
}
