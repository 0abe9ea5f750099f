package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Two binaries set against each other.
 *
 * @param schema {@link #SCHEMA}
 * @param verdict identical, differs or could not tell
 * @param a the first binary
 * @param b the second binary
 * @param sizeDelta b's size less a's, in bytes
 * @param categories bytes by which b exceeds a, by category; the values sum to {@code sizeDelta}
 * @param causes what explains the difference, most bytes first
 */
public record Comparison(
    String schema,
    Verdict verdict,
    BinaryFacts a,
    BinaryFacts b,
    long sizeDelta,
    Map<String, Long> categories,
    List<Cause> causes) {

  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.comparison/1";

  /**
   * One reason for a difference.
   *
   * @param id stable word, such as {@code strip-state}
   * @param bytes how much of the size difference it accounts for; 0 where it moves no bytes
   * @param grade how it is known
   * @param sentence one line for a tired person
   * @param advice what to do about it
   */
  public record Cause(String id, long bytes, Grade grade, String sentence, String advice) {
    public Cause {
      requireNonNull(id);
      requireNonNull(grade);
      requireNonNull(sentence);
      requireNonNull(advice);
    }

    /** How a cause is known. */
    public enum Grade {
      /** Read from both files and exact. */
      PROVED,
      /** A rebuild with this factor alone changed moved these bytes. */
      MEASURED,
      /** The files speak for it; no rebuild was made. */
      SUSPECTED,
      /** Nothing in the files accounts for these bytes. */
      UNEXPLAINED
    }
  }

  /** Asserts the law: the deltas sum to the size difference. */
  public Comparison {
    if (!SCHEMA.equals(schema)) {
      throw new IllegalArgumentException("schema is not " + SCHEMA + ": " + schema);
    }
    requireNonNull(verdict);
    requireNonNull(a);
    requireNonNull(b);
    categories = Collections.unmodifiableMap(new TreeMap<>(categories));
    causes = List.copyOf(causes);
    long counted = categories.values().stream().mapToLong(Long::longValue).sum();
    if (sizeDelta != b.size() - a.size() || counted != sizeDelta) {
      throw new IllegalArgumentException(
          "deltas do not sum to the size difference: %d, counted %d, sizes %d and %d"
              .formatted(sizeDelta, counted, a.size(), b.size()));
    }
  }
}
