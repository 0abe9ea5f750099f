package dev.selfsame.compare;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Guess;
import dev.selfsame.evidence.Guess.Answer;
import dev.selfsame.evidence.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Whether two files are for one target. How many bytes that moves, a third build tells. */
final class TargetGuesses {
  private final BinaryFacts a;
  private final BinaryFacts b;
  private final Optional<Split> split;

  /**
   * @param split the difference, split by a third build that stands between the two
   */
  TargetGuesses(BinaryFacts a, BinaryFacts b, Optional<Split> split) {
    this.a = a;
    this.b = b;
    this.split = split;
  }

  Guess instructionSet() {
    String inA = a.fact("machine").value();
    String inB = b.fact("machine").value();
    if (!known("machine")) {
      return slices().orElseGet(() -> guess(false, Answer.CANNOT_BE_TOLD, null, values(inA, inB)));
    } else if (inA.equals(inB)) {
      return guess(false, Answer.NO, 0L, "both " + inA);
    } else if (Machines.same(inA, inB)) {
      return guess(
          false,
          Answer.CANNOT_BE_TOLD,
          null,
          "one instruction set, but A says %s, B %s; what the processor moves, a rebuild tells"
              .formatted(inA, inB));
    }
    return split
        .map(s -> guess(false, Answer.YES, s.instructionSet(), values(inA, inB) + by(s)))
        .orElseGet(() -> guess(false, Answer.YES, null, values(inA, inB) + advice()));
  }

  /**
   * Where one of the two is universal, and what its slices and the other are for is known. Slices
   * for other instruction sets are bytes of their own; where there is none for the other's, the
   * instruction set moves more than these, nobody knows how much.
   */
  private Optional<Guess> slices() {
    boolean universalA = Slices.universal(a);
    Fact machine = (universalA ? b : a).fact("machine");
    List<Part> slices = Slices.all(universalA ? a : b);
    List<Part> others =
        slices.stream()
            .filter(part -> !Machines.same(part.fact("machine").value(), machine.value()))
            .toList();
    if (universalA == Slices.universal(b)
        || machine.grade() == Fact.Grade.UNKNOWN
        || others.isEmpty()) {
      return Optional.empty();
    }
    String names = slices.stream().map(Part::name).collect(Collectors.joining(", "));
    String sentence =
        universalA
            ? values("has slices for " + names, machine.value())
            : values(machine.value(), "has slices for " + names);
    long bytes = others.stream().mapToLong(Part::size).sum();
    List<Evidence> inWhole =
        others.stream()
            .map(p -> new Evidence(p.name(), p.offset(), "%d bytes".formatted(p.size())))
            .toList();
    return Optional.of(
        new Guess(
            "instruction-set",
            "instruction set",
            Answer.YES,
            others.size() == slices.size() ? null : universalA ? -bytes : bytes,
            sentence,
            universalA ? inWhole : machine.evidence(),
            universalA ? machine.evidence() : inWhole));
  }

  Guess format() {
    String inA = a.fact("format").value();
    String inB = b.fact("format").value();
    if (!known("format")) {
      return guess(true, Answer.CANNOT_BE_TOLD, null, values(inA, inB));
    } else if (inA.equals(inB)) {
      return guess(true, Answer.NO, 0L, "both " + inA);
    }
    String with = ", with the operating system and its libraries";
    return split
        .map(s -> guess(true, Answer.YES, s.system(), values(inA, inB) + by(s) + with))
        .orElseGet(() -> guess(true, Answer.YES, null, values(inA, inB) + advice()));
  }

  private static String values(String inA, String inB) {
    return "A %s, B %s".formatted(inA, inB);
  }

  private static String by(Split split) {
    return "; measured by " + split.third().name();
  }

  /** A third build is of use only where it can stand between the two; see {@link Splits}. */
  private String advice() {
    boolean both =
        known("format")
            && known("machine")
            && !a.fact("format").value().equals(b.fact("format").value())
            && !Machines.same(a.fact("machine").value(), b.fact("machine").value());
    return both ? "; --also FILE splits the bytes" : "";
  }

  private boolean known(String name) {
    return a.fact(name).grade() != Fact.Grade.UNKNOWN && b.fact(name).grade() != Fact.Grade.UNKNOWN;
  }

  private Guess guess(boolean format, Answer answer, @Nullable Long bytes, String sentence) {
    String fact = format ? "format" : "machine";
    List<Evidence> inA = new ArrayList<>(a.fact(fact).evidence());
    List<Evidence> inB = new ArrayList<>(b.fact(fact).evidence());
    if (answer == Answer.YES && split.isPresent()) {
      BinaryFacts third = split.get().third();
      boolean formatOfA = third.fact("format").value().equals(a.fact("format").value());
      // The third is set against the side with which it shares what is not asked for.
      (formatOfA == format ? inA : inB).add(instead(third));
    }
    return new Guess(
        format ? "format" : "instruction-set",
        format ? "file format" : "instruction set",
        answer,
        bytes,
        sentence,
        inA,
        inB);
  }

  private static Evidence instead(BinaryFacts third) {
    return new Evidence(
        third.name(),
        -1,
        String.format(
            Locale.ROOT,
            "in its place %s (%s, %s, %,d bytes)",
            third.name(),
            third.fact("format").value(),
            third.fact("machine").value(),
            third.size()));
  }
}
