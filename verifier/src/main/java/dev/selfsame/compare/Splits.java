package dev.selfsame.compare;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Split;
import dev.selfsame.outcome.Failure;

/** Splits a difference by a third build that is for one side's system and the other's machine. */
final class Splits {
  private static final String HINT =
      "give a build of the same source that has the format of one and the machine of the other";

  private Splits() {}

  /**
   * The split. Which side the third shares what with, is read from the files.
   *
   * @throws Failure (usage) where a and b do not differ in both format and machine, or the third
   *     shares no format with one and machine with the other
   */
  static Split of(BinaryFacts a, BinaryFacts b, BinaryFacts third) {
    String formatA = known(a, "format");
    String formatB = known(b, "format");
    String machineA = machine(a);
    String machineB = machine(b);
    if (formatA.equals(formatB) || machineA.equals(machineB)) {
      String same = formatA.equals(formatB) ? "are both " + formatA : "are both for " + machineA;
      throw Failure.usage(
          "nothing to split: %s and %s %s".formatted(a.name(), b.name(), same),
          "leave --also out: the whole difference is on one side");
    }
    String format = known(third, "format");
    String machine = machine(third);
    long fromA = third.size() - a.size();
    long toB = b.size() - third.size();
    if (format.equals(formatA) && machine.equals(machineB)) {
      return new Split(third, fromA, toB);
    } else if (format.equals(formatB) && machine.equals(machineA)) {
      return new Split(third, toB, fromA);
    }
    throw Failure.usage(
        "%s (%s, %s) does not stand between %s (%s, %s) and %s (%s, %s)"
            .formatted(
                third.name(),
                format,
                machine,
                a.name(),
                formatA,
                machineA,
                b.name(),
                formatB,
                machineB),
        HINT);
  }

  private static String known(BinaryFacts facts, String name) {
    Fact fact = facts.fact(name);
    if (fact.grade() == Fact.Grade.UNKNOWN) {
      throw Failure.usage(
          "the %s of %s is not known, so nothing can be split".formatted(name, facts.name()), HINT);
    }
    return fact.value();
  }

  /** Without the processor: which one a build is for divides no instruction set in two. */
  private static String machine(BinaryFacts facts) {
    return Machines.instructionSet(known(facts, "machine"));
  }
}
