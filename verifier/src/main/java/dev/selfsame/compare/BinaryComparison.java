package dev.selfsame.compare;

import dev.selfsame.binary.BinaryFile;
import dev.selfsame.binary.BinaryReader;
import dev.selfsame.binary.DebugFiles;
import dev.selfsame.binary.symbols.FunctionOrder;
import dev.selfsame.binary.symbols.OwnerDeltas;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Split;
import dev.selfsame.evidence.Verdict;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    return of(a, b, new Question(Set.of(), null, List.of(), false));
  }

  /** The same without files that were split off. */
  public static Comparison of(Path a, Path b, Set<Ignorable> ignored, @Nullable Path also) {
    return of(a, b, new Question(ignored, also, List.of(), false));
  }

  /**
   * What is asked of two files.
   *
   * @param ignored what is declared not to matter: where nothing else differs, the verdict is
   *     equivalent
   * @param also a third build, by which the difference is split, or null
   * @param debugFiles files that were split off one of the two, or both
   * @param instances whether generic instances are told apart, which takes a second look at every
   *     name
   */
  public record Question(
      Set<Ignorable> ignored, @Nullable Path also, List<Path> debugFiles, boolean instances) {
    public Question {
      ignored = Set.copyOf(ignored);
      debugFiles = List.copyOf(debugFiles);
    }
  }

  /**
   * Reads and compares two files, byte by byte.
   *
   * @throws dev.selfsame.outcome.Failure exit 2 where there is no such file, or the third does not
   *     stand between the two; exit 3 where one is a folder or a device, empty, or not to be read
   */
  public static Comparison of(Path a, Path b, Question question) {
    try (BinaryFile fileA = BinaryFile.open(a);
        BinaryFile fileB = BinaryFile.open(b);
        DebugFiles debug = DebugFiles.open(question.debugFiles())) {
      debug.join(fileA, fileB);
      return of(fileA, fileB, question);
    }
  }

  private static Comparison of(BinaryFile fileA, BinaryFile fileB, Question question) {
    Path also = question.also();
    fileB.hashAside();
    BinaryFacts a = fileA.facts();
    BinaryFacts b = fileB.facts();
    Split split = also == null ? null : Splits.of(a, b, BinaryReader.read(also));
    // Each side's fault names its own file.
    long first = fileA.reading(() -> fileB.reading(() -> fileA.bytes().mismatch(fileB.bytes())));
    Pair pair = new Pair(a, fileA.bytes(), b, fileB.bytes());
    List<SectionDelta> sections = fileA.reading(() -> fileB.reading(() -> SectionTable.of(pair)));
    Map<Category, Long> categories = categories(a, b);
    OwnerDeltas deltas = new OwnerDeltas(fileA.owners(), fileB.owners());
    boolean joins = first >= 0 && sameCompiler(a, b);
    List<HoldingDelta> functions =
        joins ? fileA.reading(() -> fileB.reading(deltas::functions)) : List.of();
    Optional<SameLayout> layout =
        first < 0
            ? Optional.empty()
            : fileA.reading(() -> fileB.reading(() -> SameLayout.of(pair, fileA, fileB)));
    List<Cause> causes =
        first < 0
            ? List.of()
            : fileA.reading(() ->
                fileB.reading(() ->
                    Slices.of(pair)
                        .orElseGet(() -> {
                          Optional<SlicePairs> slices = SlicePairs.of(pair);
                          List<Cause> ranked =
                              new Causes(
                                      pair,
                                      slices.map(s -> s.paired(sections)).orElse(sections),
                                      functions,
                                      layout,
                                      () -> FunctionOrder.between(fileA.owners(), fileB.owners()))
                                  .ranked();
                          return slices.map(s -> s.with(ranked)).orElse(ranked);
                        })));
    return new Comparison(
        Comparison.SCHEMA,
        fileA.reading(() -> fileB.reading(() -> verdict(pair, first, question.ignored()))),
        a,
        b,
        b.size() - a.size(),
        first < 0 ? List.of() : fileA.reading(() -> fileB.reading(() -> Places.of(pair, first))),
        categories,
        sections,
        first < 0 ? List.of() : fileA.reading(() -> fileB.reading(deltas::crates)),
        functions,
        joins && question.instances()
            ? fileA.reading(() -> fileB.reading(deltas::instances))
            : List.of(),
        causes,
        Comparison.sumUnexplained(causes),
        Comparison.differingUnexplained(causes),
        Comparison.atLeastUnexplained(causes),
        first < 0 ? List.of() : new Guesses(a, b, sections, Optional.ofNullable(split)).all(),
        split,
        null);
  }

  private static Verdict verdict(Pair pair, long first, Set<Ignorable> ignored) {
    if (first < 0) {
      return new Verdict.Identical();
    } else if (ignored.isEmpty()) {
      return new Verdict.Differs(first);
    }
    Optional<NormalForm> a = NormalForm.of(pair.a(), pair.bytesA(), ignored);
    Optional<NormalForm> b = NormalForm.of(pair.b(), pair.bytesB(), ignored);
    return a.isPresent() && b.isPresent() && a.get().same(b.get())
        ? new Verdict.Equivalent(Ignorable.words(ignored), first)
        : new Verdict.Differs(first);
  }

  /**
   * Functions of two compilers hardly ever have one name. Formats name one rustc in different ways.
   */
  private static boolean sameCompiler(BinaryFacts a, BinaryFacts b) {
    String inA = a.fact("rustc").value();
    String inB = b.fact("rustc").value();
    return inA.equals(inB) || Compilers.same(inA, inB);
  }

  private static Map<Category, Long> categories(BinaryFacts a, BinaryFacts b) {
    Map<Category, Long> deltas = new EnumMap<>(Category.class);
    b.categories().forEach((category, bytes) -> deltas.merge(category, bytes, Long::sum));
    a.categories().forEach((category, bytes) -> deltas.merge(category, -bytes, Long::sum));
    return deltas;
  }
}
