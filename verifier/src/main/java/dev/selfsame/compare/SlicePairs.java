package dev.selfsame.compare;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Two universal Mach-O files: slices of one name are a pair. A slice that only one file has is told
 * apart, and so is a setting that slices of one file do not share, which is no fact of the file.
 */
final class SlicePairs {
  private final Pair pair;

  private SlicePairs(Pair pair) {
    this.pair = pair;
  }

  /** Where both are universal. */
  static Optional<SlicePairs> of(Pair pair) {
    return Slices.universal(pair.a()) && Slices.universal(pair.b())
        ? Optional.of(new SlicePairs(pair))
        : Optional.empty();
  }

  /** These sections without those of slices that only one file has. */
  List<SectionDelta> paired(List<SectionDelta> sections) {
    List<String> alone =
        Stream.concat(alone(pair.a(), pair.b()), alone(pair.b(), pair.a()))
            .map(Part::name)
            .toList();
    return sections.stream()
        .filter(section -> alone.stream().noneMatch(slice -> isOf(slice, section.name())))
        .toList();
  }

  /**
   * The causes of what was paired, with those that slices tell: first what only one file has, then
   * settings in which slices differ and the files as wholes do not.
   *
   * @param paired of the sections that have their equal, ranked
   */
  List<Cause> with(List<Cause> paired) {
    List<Cause> causes = new ArrayList<>();
    unpaired().ifPresent(causes::add);
    Map<String, Cause> settings = settings();
    paired.forEach(cause -> settings.remove(cause.id()));
    causes.addAll(settings.values());
    causes.addAll(paired);
    return causes;
  }

  /** A slice that overlaps other structures is no part, though its ranges have its name. */
  private static Stream<Part> alone(BinaryFacts facts, BinaryFacts other) {
    return Slices.all(facts).stream()
        .filter(slice ->
            other.ranges().stream().map(Range::name).noneMatch(name -> isOf(slice.name(), name)));
  }

  private static boolean isOf(String slice, String range) {
    return range.equals(slice) || range.startsWith(slice + ": ");
  }

  private Optional<Cause> unpaired() {
    List<Part> inA = alone(pair.a(), pair.b()).toList();
    List<Part> inB = alone(pair.b(), pair.a()).toList();
    if (inA.isEmpty() && inB.isEmpty()) {
      return Optional.empty();
    }
    String sentence =
        Stream.of(only("A", inA), only("B", inB))
            .filter(words -> !words.isEmpty())
            .collect(Collectors.joining(", "));
    return Optional.of(
        new Cause(
            "slices",
            size(inB) - size(inA),
            size(inB) + size(inA),
            false,
            Grade.PROVED,
            sentence,
            "put the same slices into both",
            evidence(inA),
            evidence(inB)));
  }

  private static String only(String letter, List<Part> slices) {
    return slices.isEmpty()
        ? ""
        : "only %s has %s for %s"
            .formatted(
                letter,
                slices.size() == 1 ? "a slice" : "slices",
                slices.stream().map(Part::name).collect(Collectors.joining(" and ")));
  }

  private static long size(List<Part> slices) {
    return slices.stream().mapToLong(Part::size).sum();
  }

  private static List<Evidence> evidence(List<Part> slices) {
    return slices.isEmpty()
        ? List.of(new Evidence("file", -1, "no such slice"))
        : slices.stream()
            .map(p -> new Evidence(p.name(), p.offset(), "%d bytes".formatted(p.size())))
            .toList();
  }

  /** What the facts of paired slices tell, by id; of one that several differ in, all is told. */
  private Map<String, Cause> settings() {
    Map<String, Cause> settings = new LinkedHashMap<>();
    for (Part inA : Slices.all(pair.a())) {
      for (Part inB : Slices.all(pair.b())) {
        if (inA.name().equals(inB.name())) {
          suspected(inA, inB)
              .map(cause -> named(cause, inA.name()))
              .forEach(cause -> settings.merge(cause.id(), cause, SlicePairs::joined));
        }
      }
    }
    return settings;
  }

  /** Only facts are asked: bytes were compared with those of the whole files. */
  private Stream<Cause> suspected(Part inA, Part inB) {
    Pair alone =
        new Pair(
            facts(inA, pair.a().sha256()),
            pair.bytesA(),
            facts(inB, pair.b().sha256()),
            pair.bytesB());
    return new Causes(alone, List.of(), List.of(), Optional.empty(), Optional::empty)
        .ranked().stream().filter(cause -> cause.grade() == Grade.SUSPECTED);
  }

  private static BinaryFacts facts(Part slice, Digest whole) {
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        slice.name(),
        0,
        whole,
        List.of(),
        Map.of(),
        slice.facts(),
        List.of(),
        Composition.none(),
        List.of());
  }

  private static Cause named(Cause cause, String slice) {
    return Cause.suspected(
        cause.id(), slice + ": " + cause.sentence(), cause.advice(), cause.inA(), cause.inB());
  }

  private static Cause joined(Cause first, Cause second) {
    return Cause.suspected(
        first.id(),
        first.sentence() + "; " + second.sentence(),
        first.advice(),
        Stream.concat(first.inA().stream(), second.inA().stream()).toList(),
        Stream.concat(first.inB().stream(), second.inB().stream()).toList());
  }
}
