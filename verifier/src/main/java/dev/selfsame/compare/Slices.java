package dev.selfsame.compare;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
    List<Cause> causes = new ArrayList<>(List.of(frame(slice)));
    if (!sameBytes(slice)) {
      Pair alone = alone(slice);
      new Causes(alone, SectionTable.of(alone), List.of(), Optional.empty(), Optional::empty)
          .ranked().stream().map(cause -> placed(cause, slice)).forEach(causes::add);
    }
    return causes;
  }

  /** What is around the slice: the header, the other slices, and what aligns them. */
  private Cause frame(Part slice) {
    String letter = universalA ? "A" : "B";
    String other = universalA ? "B" : "A";
    long rest = whole().size() - slice.size();
    List<Evidence> inWhole =
        whole().parts().stream()
            .map(p -> new Evidence(p.name(), p.offset(), "%d bytes".formatted(p.size())))
            .toList();
    List<Evidence> inThin =
        List.of(new Evidence("whole file", 0, "%d bytes".formatted(thin().size())));
    return new Cause(
        "slices",
        universalA ? -rest : rest,
        rest,
        false,
        Grade.PROVED,
        "only %s is universal; its slice for %s %s"
            .formatted(
                letter,
                slice.name(),
                sameBytes(slice)
                    ? "is " + other + ", byte for byte"
                    : "is not the same as %s: what follows is of these two".formatted(other)),
        "compare slice with slice: lipo (or llvm-lipo) -thin %s -output slice"
            .formatted(slice.name()),
        universalA ? inWhole : inThin,
        universalA ? inThin : inWhole);
  }

  /** The slice as a file of its own, against the thin one. */
  private Pair alone(Part slice) {
    ByteView whole = universalA ? pair.bytesA() : pair.bytesB();
    ByteView bytes = whole.slice(slice.offset(), slice.size()).alone();
    BinaryFacts facts =
        new BinaryFacts(
            BinaryFacts.SCHEMA,
            slice.name(),
            slice.size(),
            // Of the file that it lies in: nobody reads it.
            whole().sha256(),
            ranges(slice),
            slice.categories(),
            facts(slice),
            List.of(),
            Composition.none(),
            List.of());
    return universalA
        ? new Pair(facts, bytes, pair.b(), pair.bytesB())
        : new Pair(pair.a(), pair.bytesA(), facts, bytes);
  }

  /** A slice's ranges have its name before their own, and stand where they are in the whole. */
  private List<Range> ranges(Part slice) {
    String prefix = slice.name() + ": ";
    return whole().ranges().stream()
        .filter(range -> range.offset() >= slice.offset())
        .filter(range -> range.offset() + range.size() <= slice.offset() + slice.size())
        .map(range ->
            new Range(
                range.name().startsWith(prefix)
                    ? range.name().substring(prefix.length())
                    : range.name(),
                range.category(),
                range.offset() - slice.offset(),
                range.size()))
        .toList();
  }

  /** The slice's own places, counted from the beginning of the whole. */
  private Cause placed(Cause cause, Part slice) {
    return new Cause(
        cause.id(),
        cause.moved(),
        cause.differing(),
        cause.atLeast(),
        cause.grade(),
        cause.sentence(),
        cause.advice(),
        universalA ? moved(cause.inA(), slice.offset()) : cause.inA(),
        universalA ? cause.inB() : moved(cause.inB(), slice.offset()));
  }

  /** A part's facts have their places in the whole; like its ranges, they are counted anew. */
  private static Map<String, Fact> facts(Part slice) {
    Map<String, Fact> facts = new TreeMap<>();
    slice
        .facts()
        .forEach((name, fact) ->
            facts.put(
                name,
                new Fact(
                    fact.value(),
                    fact.grade(),
                    moved(fact.evidence(), -slice.offset()),
                    moved(fact.contradictions(), -slice.offset()))));
    return facts;
  }

  private static List<Evidence> moved(List<Evidence> evidence, long by) {
    return evidence.stream()
        .map(e -> e.offset() < 0 ? e : new Evidence(e.where(), e.offset() + by, e.what()))
        .toList();
  }

  private boolean sameBytes(Part slice) {
    ByteView whole = universalA ? pair.bytesA() : pair.bytesB();
    ByteView thin = universalA ? pair.bytesB() : pair.bytesA();
    return slice.size() == thin.size()
        && whole.slice(slice.offset(), slice.size()).mismatch(thin) < 0;
  }
}
