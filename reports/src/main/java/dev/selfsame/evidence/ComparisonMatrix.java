package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several files set against each other, each pair once.
 *
 * @param schema {@link #SCHEMA}
 * @param verdict identical where all are, else differs
 * @param files in the order in which they were named
 * @param groups how many different files there are
 * @param pairs every pair, by first and second file
 */
public record ComparisonMatrix(
    String schema, Verdict verdict, List<Side> files, int groups, List<Pair> pairs) {

  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.comparison-matrix/2";

  /**
   * One file.
   *
   * @param name as it was named
   * @param size bytes
   * @param sha256 digest of the whole file
   * @param group number of its group, from 1: files of one group are equal
   */
  public record Side(String name, long size, Digest sha256, int group) {
    public Side {
      requireNonNull(name);
      requireNonNull(sha256);
    }
  }

  /**
   * Two of the files.
   *
   * @param a number of the first, from 1
   * @param b number of the second, larger than {@code a}
   * @param verdict identical or differs
   * @param sizeDelta b's size less a's, in bytes
   * @param cause the first cause of their difference in one sentence; empty where they are equal,
   *     and where there are too many pairs to look for it
   * @param known how it is known, and what no cause accounts for; absent where the cause is empty
   */
  public record Pair(
      int a, int b, Verdict verdict, long sizeDelta, String cause, @Nullable Known known) {
    public Pair {
      requireNonNull(verdict);
      requireNonNull(cause);
      if (cause.isEmpty() != (known == null)) {
        throw new IllegalArgumentException("a cause, and not how it is known: " + cause);
      }
    }
  }

  /**
   * How much is known of a difference.
   *
   * @param grade how the first cause is known
   * @param unexplained bytes of the size difference that no cause accounts for
   * @param unexplainedDiffering how many bytes differ that no cause accounts for
   * @param unexplainedAtLeast whether more may differ than that
   */
  public record Known(
      Comparison.Cause.Grade grade,
      long unexplained,
      long unexplainedDiffering,
      boolean unexplainedAtLeast) {
    public Known {
      requireNonNull(grade);
    }

    /** Of a comparison that has a cause. */
    public static Known of(Comparison comparison) {
      return new Known(
          comparison.causes().getFirst().grade(),
          comparison.unexplained(),
          comparison.unexplainedDiffering(),
          comparison.unexplainedAtLeast());
    }
  }

  /** Asserts that the verdict follows from the digests. */
  public ComparisonMatrix {
    if (!SCHEMA.equals(schema)) {
      throw new IllegalArgumentException("schema is not " + SCHEMA + ": " + schema);
    }
    requireNonNull(verdict);
    files = List.copyOf(files);
    pairs = List.copyOf(pairs);
    long different = files.stream().map(Side::sha256).distinct().count();
    if (different != groups || (verdict instanceof Verdict.Identical) != (groups == 1)) {
      throw new IllegalArgumentException(
          "%d groups of %d different files: %s".formatted(groups, different, verdict));
    }
    for (Pair pair : pairs) {
      Side a = files.get(pair.a() - 1);
      Side b = files.get(pair.b() - 1);
      boolean same = pair.verdict() instanceof Verdict.Identical;
      if (same != a.sha256().equals(b.sha256()) || b.size() - a.size() != pair.sizeDelta()) {
        throw new IllegalArgumentException("pair contradicts its files: " + pair);
      }
    }
  }
}
