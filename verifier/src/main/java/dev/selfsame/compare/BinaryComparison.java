package dev.selfsame.compare;

import dev.selfsame.binary.BinaryFile;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Verdict;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Sets two binaries against each other. */
public final class BinaryComparison {
  private BinaryComparison() {}

  /**
   * Reads and compares two files, byte by byte.
   *
   * @throws dev.selfsame.outcome.Failure exit 2 where there is no such file; exit 3 where one is a
   *     folder or a device, empty, or not to be read
   */
  public static Comparison of(Path a, Path b) {
    try (BinaryFile fileA = BinaryFile.open(a);
        BinaryFile fileB = BinaryFile.open(b)) {
      return of(fileA, fileB);
    }
  }

  private static Comparison of(BinaryFile fileA, BinaryFile fileB) {
    BinaryFacts a = fileA.facts();
    BinaryFacts b = fileB.facts();
    // Each side's fault names its own file.
    long first = fileA.reading(() -> fileB.reading(() -> fileA.bytes().mismatch(fileB.bytes())));
    Pair pair = new Pair(a, fileA.bytes(), b, fileB.bytes());
    List<SectionDelta> sections = fileA.reading(() -> fileB.reading(() -> SectionTable.of(pair)));
    Map<Category, Long> categories = categories(a, b);
    List<Cause> causes = first < 0 ? List.of() : new Causes(a, b, sections).ranked();
    return new Comparison(
        Comparison.SCHEMA,
        first < 0 ? new Verdict.Identical() : new Verdict.Differs(first),
        a,
        b,
        b.size() - a.size(),
        first < 0 ? List.of() : fileA.reading(() -> fileB.reading(() -> Places.of(pair, first))),
        categories,
        sections,
        List.of(),
        List.of(),
        causes,
        unexplained(causes),
        List.of(),
        null);
  }

  private static long unexplained(List<Cause> causes) {
    return causes.stream()
        .filter(cause -> cause.grade() == Cause.Grade.UNEXPLAINED)
        .mapToLong(Cause::bytes)
        .sum();
  }

  private static Map<Category, Long> categories(BinaryFacts a, BinaryFacts b) {
    Map<Category, Long> deltas = new EnumMap<>(Category.class);
    b.categories().forEach((category, bytes) -> deltas.merge(category, bytes, Long::sum));
    a.categories().forEach((category, bytes) -> deltas.merge(category, -bytes, Long::sum));
    return deltas;
  }
}
