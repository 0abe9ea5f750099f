package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Whether evidence stands where it says. */
final class EvidencePlaces {
  /** What tells by a structure of the file, which has a place unless it is what is missing. */
  private static final Set<String> PLACED = Set.of("linking", "nx", "panic", "pie", "relro");

  private EvidencePlaces() {}

  /**
   * Asserts that what a file's facts, and those of its parts, name as evidence is the whole or a
   * place within it, and within a range of that name where one has it; and that some facts name the
   * whole only where something is not there.
   */
  static void hold(BinaryFacts facts) {
    List<Range> all = facts.ranges();
    List<String> wrong = wrong(facts.facts(), all, all, 0, facts.size());
    for (Part part : facts.parts()) {
      long end = part.offset() + part.size();
      List<Range> own =
          facts.ranges().stream()
              .filter(range -> range.offset() >= part.offset())
              .filter(range -> range.offset() + range.size() <= end)
              .toList();
      wrong(part.facts(), own, all, part.offset(), end).stream()
          .map(said -> part.name() + ": " + said)
          .forEach(wrong::add);
    }
    assertEquals(List.of(), wrong);
    assertFalse(
        facts.facts().values().stream().allMatch(fact -> fact.evidence().isEmpty()), "no evidence");
  }

  private static boolean absent(Evidence evidence) {
    return evidence.what().startsWith("no ") || evidence.what().startsWith("0 bytes ");
  }

  /** What the file says of a part, as a member's header does, stands in a range of the file. */
  private static List<String> wrong(
      Map<String, Fact> facts, List<Range> ranges, List<Range> all, long from, long to) {
    List<String> wrong = new ArrayList<>();
    facts.forEach((name, fact) ->
        Stream.concat(fact.evidence().stream(), fact.contradictions().stream())
            .filter(evidence -> evidence.offset() == -1 && PLACED.contains(name))
            .filter(evidence -> !absent(evidence))
            .forEach(evidence -> wrong.add(name + " has no place: " + evidence)));
    facts.forEach((name, fact) ->
        Stream.concat(fact.evidence().stream(), fact.contradictions().stream())
            .filter(evidence -> evidence.offset() != -1)
            .filter(evidence ->
                evidence.offset() < from || evidence.offset() >= to || !inside(evidence, ranges))
            .filter(evidence -> all.stream().noneMatch(range -> holds(range, evidence)))
            .forEach(evidence -> wrong.add(name + ": " + evidence)));
    return wrong;
  }

  /** A part's ranges have its name before their own, and its evidence does not. */
  private static boolean inside(Evidence evidence, List<Range> ranges) {
    List<Range> named =
        ranges.stream()
            .filter(range ->
                range.name().equals(evidence.where())
                    || range.name().endsWith(": " + evidence.where()))
            .toList();
    return named.isEmpty() || named.stream().anyMatch(range -> covers(range, evidence));
  }

  private static boolean holds(Range range, Evidence evidence) {
    return range.name().equals(evidence.where()) && covers(range, evidence);
  }

  private static boolean covers(Range range, Evidence evidence) {
    return evidence.offset() >= range.offset() && evidence.offset() < range.offset() + range.size();
  }
}
