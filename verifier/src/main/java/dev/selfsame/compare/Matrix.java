package dev.selfsame.compare;

import dev.selfsame.binary.BinaryFile;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.ComparisonMatrix;
import dev.selfsame.evidence.ComparisonMatrix.Known;
import dev.selfsame.evidence.ComparisonMatrix.Pair;
import dev.selfsame.evidence.ComparisonMatrix.Side;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.outcome.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sets several binaries against each other. */
public final class Matrix {
  /** Pairs grow with the square. */
  public static final int MOST = 64;

  /** Of so many different files, each pair's first cause is looked for. */
  private static final int LOOKED_INTO = 6;

  private final List<Path> files;
  private final List<Side> sides = new ArrayList<>();
  private final Map<String, Comparison> compared = new HashMap<>();

  private Matrix(List<Path> files) {
    this.files = files;
  }

  /**
   * Compares each with each.
   *
   * @param files 2 to {@link #MOST}
   * @param names as people named them, one for each file
   * @throws Failure (usage) where one is not there or there are too many; (undecided) where one
   *     cannot be read
   */
  public static ComparisonMatrix of(List<Path> files, List<String> names) {
    if (files.size() > MOST) {
      throw Failure.usage(
          "%d files are too many to compare each with each".formatted(files.size()),
          "give at most %d".formatted(MOST));
    }
    return new Matrix(files).compare(names);
  }

  private ComparisonMatrix compare(List<String> names) {
    Map<Digest, Integer> groups = new LinkedHashMap<>();
    for (int i = 0; i < files.size(); i++) {
      try (BinaryFile file = BinaryFile.open(files.get(i))) {
        Digest digest = file.sha256();
        groups.putIfAbsent(digest, groups.size() + 1);
        sides.add(
            new Side(names.get(i), file.bytes().size(), digest, groups.getOrDefault(digest, 0)));
      }
    }
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < sides.size(); i++) {
      for (int j = i + 1; j < sides.size(); j++) {
        pairs.add(pair(i, j, groups.size()));
      }
    }
    Verdict verdict =
        pairs.stream()
            .map(Pair::verdict)
            .filter(v -> !(v instanceof Verdict.Identical))
            .findFirst()
            .orElse(new Verdict.Identical());
    return new ComparisonMatrix(ComparisonMatrix.SCHEMA, verdict, sides, groups.size(), pairs);
  }

  private Pair pair(int i, int j, int groups) {
    Side a = sides.get(i);
    Side b = sides.get(j);
    long delta = b.size() - a.size();
    if (a.group() == b.group()) {
      return new Pair(i + 1, j + 1, new Verdict.Identical(), delta, "", null);
    } else if (groups > LOOKED_INTO) {
      return new Pair(i + 1, j + 1, new Verdict.Differs(first(i, j)), delta, "", null);
    }
    Comparison comparison =
        compared.computeIfAbsent(
            a.group() + " " + b.group(), key -> BinaryComparison.of(files.get(i), files.get(j)));
    boolean none = comparison.causes().isEmpty();
    return new Pair(
        i + 1,
        j + 1,
        comparison.verdict(),
        delta,
        none ? "" : comparison.causes().getFirst().sentence(),
        none ? null : Known.of(comparison));
  }

  private long first(int i, int j) {
    try (BinaryFile a = BinaryFile.open(files.get(i));
        BinaryFile b = BinaryFile.open(files.get(j))) {
      return a.reading(() -> b.reading(() -> a.bytes().mismatch(b.bytes())));
    }
  }
}
