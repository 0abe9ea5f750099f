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

/**
 * A universal Mach-O file against a file of one part, of whatever format. One slice is set against
 * it: that for the same processor, else for the same instruction set, else the first. What is
 * around this slice, only the universal file has.
 */
final class Slices {
  private static final String SLICE = "slice";

  private final Pair pair;
  private final boolean universalA;

  private Slices(Pair pair, boolean universalA) {
    this.pair = pair;
    this.universalA = universalA;
  }

  /** Where one of the two is universal, and what both are for is known. */
  static Optional<List<Cause>> of(Pair pair) {
    boolean inA = universal(pair.a());
    boolean inB = universal(pair.b());
    if (inA == inB) {
      return Optional.empty();
    }
    Slices slices = new Slices(pair, inA);
    return slices.partner().map(slices::causes);
  }

  /** An archive can have universal files in it, and is none. */
  static boolean universal(BinaryFacts facts) {
    return facts.fact("format").value().equals("Mach-O universal");
  }

  /** The slices of a universal file whose instruction sets are known. */
  static List<Part> all(BinaryFacts universal) {
    return universal.parts().stream()
        // What lies within a slice has the slice's name before its own.
        .filter(part -> part.kind().equals(SLICE) && !part.name().contains(": "))
        .filter(part -> part.fact("machine").grade() != Fact.Grade.UNKNOWN)
        .toList();
  }

  private BinaryFacts whole() {
    return universalA ? pair.a() : pair.b();
  }

  private BinaryFacts thin() {
    return universalA ? pair.b() : pair.a();
  }

  private Optional<Part> partner() {
    Fact machine = thin().fact("machine");
    return all(whole()).stream()
        .filter(part -> machine.grade() != Fact.Grade.UNKNOWN)
        .min(
            Comparator.comparing((Part part) -> !sameSet(part))
                .thenComparing(part -> !part.fact("machine").value().equals(machine.value()))
                // Two slices can be for one machine.
                .thenComparing(part -> !sameBytes(part)));
  }

  private boolean sameSet(Part slice) {
    return Machines.same(slice.fact("machine").value(), thin().fact("machine").value());
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
        "only %s is universal%s".formatted(letter, rest(slice, other)),
        sameSet(slice)
            ? "compare slice with slice: lipo (or llvm-lipo) -thin %s -output slice"
                .formatted(slice.name())
            : "compare builds for one target",
        universalA ? inWhole : inThin,
        universalA ? inThin : inWhole);
  }

  private String rest(Part slice, String other) {
    if (!sameSet(slice)) {
      return ", and has no slice for %s: what follows is of its slice for %s and %s"
          .formatted(thin().fact("machine").value(), slice.name(), other);
    }
    return sameBytes(slice)
        ? "; its slice for %s is %s, byte for byte".formatted(slice.name(), other)
        : "; its slice for %s is not the same as %s: what follows is of these two"
            .formatted(slice.name(), other);
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
