package dev.selfsame.compare;

import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which causes of a difference come first. What moves sizes stands before what only changes bytes
 * in their place: whatever is inserted changes addresses everywhere behind it.
 *
 * @param sizes by how much the sections of a cause grow and shrink, by id; nothing cancels out
 * @param moved the most bytes that a setting may have moved
 * @param bothHaveSymbols whether symbols of both files are compared
 */
record Ranking(Map<String, Long> sizes, long moved, boolean bothHaveSymbols) {
  Ranking {
    sizes = Map.copyOf(sizes);
  }

  /** The order of these causes. */
  Comparator<Cause> of(List<Cause> causes) {
    long unexplained =
        causes.stream()
            .filter(cause -> cause.grade() == Grade.UNEXPLAINED)
            .mapToLong(this::size)
            .sum();
    return Comparator.comparingLong((Cause cause) -> -weight(cause, unexplained))
        .thenComparingInt(cause -> order(cause, weight(cause, unexplained)))
        .thenComparingLong(cause -> -cause.extent());
  }

  private long size(Cause cause) {
    return sizes.getOrDefault(cause.id(), Math.abs(cause.bytes()));
  }

  private long weight(Cause cause, long unexplained) {
    return switch (cause.id()) {
      case "format" -> Long.MAX_VALUE;
      case "machine" -> Long.MAX_VALUE - 1;
      case "needed" -> 0;
      // Where both have symbols, these follow from the code.
      case "symbols" ->
          unexplained != 0 && bothHaveSymbols ? Math.min(unexplained, size(cause)) : size(cause);
      // Says of the code that is left unexplained what it has in common.
      case "function-order" -> unexplained;
      // Headers and padding follow from the rest, whatever they have.
      case "layout" -> Math.min(1, size(cause));
      // What a setting may have moved stands right behind it.
      default -> cause.grade() == Grade.SUSPECTED ? moved : size(cause);
    };
  }

  /** Of causes with as many bytes: what settles it, what is suspected, then the rest. */
  private static int order(Cause cause, long weight) {
    return switch (cause.id()) {
      case "lines", "text" -> 0;
      // Behind what may be the reason for it, before what follows from it.
      case "function-order" -> 1;
      // Tables and hashes of what stands elsewhere.
      case "symbols", "relocations", "dynamic-linking" -> 3;
      case "notes", "signature" -> 4;
      // What a build needs and where it stands mostly follows from something else.
      case "needed", "layout" -> 5;
      default ->
          switch (cause.grade()) {
            case SUSPECTED -> 1;
            case UNEXPLAINED -> 2;
            // Where no size moved, the bytes that differ decide.
            case PROVED, MEASURED -> weight == 0 ? 2 : 3;
          };
    };
  }
}
