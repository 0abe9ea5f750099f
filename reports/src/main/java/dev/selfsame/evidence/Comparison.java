package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two binaries set against each other.
 *
 * @param schema {@link #SCHEMA}
 * @param verdict identical, equivalent, differs or could not tell
 * @param a the first binary
 * @param b the second binary
 * @param sizeDelta b's size less a's, in bytes
 * @param places where the bytes first differ, by offset; the build-id, which follows from the other
 *     bytes, gives way to a second place where there is one
 * @param categories bytes by which b exceeds a, by category; the values sum to {@code sizeDelta}
 * @param sections the same by section, in the order of a, then what b alone has; the deltas sum to
 *     {@code sizeDelta}
 * @param crates bytes by which b exceeds a, by category and crate, the largest difference first;
 *     where both sides have symbols, the deltas of a category sum to that of {@code categories}
 * @param functions the same by function
 * @param instances the same by generic instance; empty where that was not asked for, and where
 *     names do not join
 * @param causes what explains the difference, first things first; their bytes sum to {@code
 *     sizeDelta}
 * @param unexplained the bytes of those causes that are {@link Cause.Grade#UNEXPLAINED}; growth and
 *     shrinkage cancel out, so 0 does not say that nothing is unexplained
 * @param unexplainedDiffering how many bytes of those causes differ; nothing cancels out here
 * @param unexplainedAtLeast whether more of them may differ than that: sizes moved, and what was
 *     inserted or taken out is all that is sure
 * @param guesses what people suspect when builds differ, each with an answer
 * @param split instruction set and operating system told apart, where a third build was given
 * @param experiment the difference taken apart by rebuilding, where a source was given
 */
public record Comparison(
    String schema,
    Verdict verdict,
    BinaryFacts a,
    BinaryFacts b,
    long sizeDelta,
    List<Place> places,
    Map<Category, Long> categories,
    List<SectionDelta> sections,
    List<HoldingDelta> crates,
    List<HoldingDelta> functions,
    List<HoldingDelta> instances,
    List<Cause> causes,
    long unexplained,
    long unexplainedDiffering,
    boolean unexplainedAtLeast,
    List<Guess> guesses,
    @Nullable Split split,
    @Nullable Experiment experiment) {

  /** The value of {@code schema}; the number changes when a reader must. */
  public static final String SCHEMA = "selfsame.comparison/6";

  /**
   * Where two files differ.
   *
   * @param offset of the first byte that differs, in bytes
   * @param inA the range of a that holds it, or {@code end of file}
   * @param inB the range of b that holds it, or {@code end of file}
   */
  public record Place(long offset, String inA, String inB) {
    public Place {
      requireNonNull(inA);
      requireNonNull(inB);
    }
  }

  /**
   * The ranges of one name and category on both sides.
   *
   * @param name section or structure, such as {@code .text}
   * @param category what the bytes are for
   * @param sizeA bytes in a, 0 where it has none
   * @param sizeB bytes in b, 0 where it has none
   * @param sameBytes whether the contents are equal
   * @param differing how many bytes differ: of one size, those that are not equal at their place;
   *     else by how much the sizes differ, which is the least that does
   */
  public record SectionDelta(
      String name, Category category, long sizeA, long sizeB, boolean sameBytes, long differing) {
    public SectionDelta {
      requireNonNull(name);
      requireNonNull(category);
      if (differing < Math.abs(sizeB - sizeA) || (sameBytes && differing > 0)) {
        throw new IllegalArgumentException(
            "%s: %d and %d bytes, of which %d differ".formatted(name, sizeA, sizeB, differing));
      }
    }

    /** b's size less a's, in bytes. */
    public long delta() {
      return sizeB - sizeA;
    }

    /**
     * Whether more bytes may differ than {@code differing} says: both have it, and sizes differ.
     */
    public boolean atLeast() {
      return sizeA != sizeB && sizeA != 0 && sizeB != 0;
    }
  }

  /**
   * A run of bytes that belongs to one name.
   *
   * @param section the section or structure that it is in
   * @param offset where it begins in the file, in bytes
   * @param size bytes
   */
  public record Piece(String section, long offset, long size) {
    public Piece {
      requireNonNull(section);
      if (offset < 0 || size <= 0) {
        throw new IllegalArgumentException(
            "no piece of a file: %s, offset %d, %d bytes".formatted(section, offset, size));
      }
    }
  }

  /**
   * What one crate, function or generic instance holds on both sides.
   *
   * @param name a crate, a function's or an instance's demangled name without its hash, or one in
   *     parentheses
   * @param category what the bytes are for
   * @param bytesA bytes in a, 0 where it has none
   * @param bytesB bytes in b, 0 where it has none
   * @param inA where they are in a: the largest pieces, the largest first
   * @param inB where they are in b
   */
  public record HoldingDelta(
      String name, Category category, long bytesA, long bytesB, List<Piece> inA, List<Piece> inB) {
    /** Of a name's pieces in one file so many are told. */
    public static final int PIECES = 4;

    public HoldingDelta {
      requireNonNull(name);
      requireNonNull(category);
      inA = List.copyOf(inA);
      inB = List.copyOf(inB);
      check(name, bytesA, inA);
      check(name, bytesB, inB);
    }

    private static void check(String name, long bytes, List<Piece> pieces) {
      long told = pieces.stream().mapToLong(Piece::size).sum();
      // What is told in part has as many pieces as are told of anything.
      if (pieces.size() > PIECES || (pieces.size() < PIECES ? told != bytes : told > bytes)) {
        throw new IllegalArgumentException(
            "%s: %d bytes, and %d of them in %d pieces"
                .formatted(name, bytes, told, pieces.size()));
      }
    }

    /** b's bytes less a's. */
    public long delta() {
      return bytesB - bytesA;
    }
  }

  /**
   * One reason for a difference.
   *
   * @param id stable word, such as {@code debug-info}
   * @param moved how much of the size difference it accounts for, 0 where it moves no bytes; null
   *     where that is not known, since only a rebuild would tell
   * @param differing how many bytes differ because of it, whether sizes do or not; null where that
   *     is not known
   * @param atLeast whether more may differ than that: sizes moved, and what was inserted or taken
   *     out is all that is sure
   * @param grade how it is known
   * @param sentence one line for a tired person
   * @param advice what to do about it, or empty
   * @param inA what speaks for it in a
   * @param inB what speaks for it in b
   */
  public record Cause(
      String id,
      @JsonProperty("bytes") @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Long moved,
      @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable Long differing,
      boolean atLeast,
      Grade grade,
      String sentence,
      String advice,
      List<Fact.Evidence> inA,
      List<Fact.Evidence> inB) {
    public Cause {
      requireNonNull(id);
      requireNonNull(grade);
      requireNonNull(sentence);
      requireNonNull(advice);
      inA = List.copyOf(inA);
      inB = List.copyOf(inB);
      if (moved == null && grade != Grade.SUSPECTED) {
        throw new IllegalArgumentException("what %s moves is not said".formatted(id));
      }
      if (atLeast && differing == null) {
        throw new IllegalArgumentException("how much of %s differs is not said".formatted(id));
      }
    }

    /** What is suspected: how many bytes it moves is not known. */
    public static Cause suspected(
        String id,
        String sentence,
        String advice,
        List<Fact.Evidence> inA,
        List<Fact.Evidence> inB) {
      return new Cause(id, null, null, false, Grade.SUSPECTED, sentence, advice, inA, inB);
    }

    /** What it accounts for in a sum: 0 where that is not known. */
    public long bytes() {
      return moved == null ? 0 : moved;
    }

    /** The most that is known of its size: bytes that differ, else those that it moves. */
    public long extent() {
      return Math.max(Math.abs(bytes()), differing == null ? 0 : differing);
    }

    /** How a cause is known. */
    public enum Grade {
      /** Read from both files and exact. */
      @JsonProperty("proved")
      PROVED,
      /** A rebuild with this factor alone changed moved these bytes. */
      @JsonProperty("measured")
      MEASURED,
      /** The files speak for it; no rebuild was made. */
      @JsonProperty("suspected")
      SUSPECTED,
      /** Nothing in the files accounts for these bytes. */
      @JsonProperty("unexplained")
      UNEXPLAINED
    }
  }

  /** Asserts the law: the deltas, by whatever cut, sum to the size difference. */
  public Comparison {
    if (!SCHEMA.equals(schema)) {
      throw new IllegalArgumentException("schema is not " + SCHEMA + ": " + schema);
    }
    requireNonNull(verdict);
    requireNonNull(a);
    requireNonNull(b);
    places = List.copyOf(places);
    categories = Collections.unmodifiableMap(new TreeMap<>(categories));
    sections = List.copyOf(sections);
    crates = List.copyOf(crates);
    functions = List.copyOf(functions);
    instances = List.copyOf(instances);
    guesses = List.copyOf(guesses);
    causes = List.copyOf(causes);
    check("sizes", b.size() - a.size(), sizeDelta);
    check("categories", categories.values().stream().mapToLong(Long::longValue).sum(), sizeDelta);
    check("sections", sections.stream().mapToLong(SectionDelta::delta).sum(), sizeDelta);
    checkHoldings("crates", crates, categories);
    checkHoldings("functions", functions, categories);
    checkHoldings("instances", instances, categories);
    checkPieces(crates, a, b);
    checkPieces(functions, a, b);
    checkPieces(instances, a, b);
    check("causes", causes.stream().mapToLong(Cause::bytes).sum(), sizeDelta);
    check("unexplained", sumUnexplained(causes), unexplained);
    check("unexplained", differingUnexplained(causes), unexplainedDiffering);
    if (unexplainedAtLeast != atLeastUnexplained(causes)) {
      throw new IllegalArgumentException("more unexplained bytes may differ, or none");
    }
    if (split != null) {
      check("split", split.instructionSet() + split.system(), sizeDelta);
    }
    if (experiment != null && !experiment.rungs().isEmpty()) {
      check(experiment, a, b);
    }
    if (verdict instanceof Verdict.Identical && !a.sha256().equals(b.sha256())) {
      throw new IllegalArgumentException("identical, but the digests differ");
    }
  }

  private static void check(Experiment experiment, BinaryFacts a, BinaryFacts b) {
    Experiment.Rung first = experiment.rungs().getFirst();
    Experiment.Rung last = experiment.rungs().getLast();
    check("rungs", last.size() + experiment.remaining(), b.size());
    if (!first.sha256().equals(a.sha256())) {
      throw new IllegalArgumentException("the first rung is not a");
    }
    boolean met = experiment.outcome() == Experiment.Outcome.MET;
    if (met != last.sha256().equals(b.sha256())) {
      throw new IllegalArgumentException("the last rung is %sb".formatted(met ? "not " : ""));
    }
  }

  /** The bytes of the unexplained among these: what {@code unexplained} has to be. */
  public static long sumUnexplained(List<Cause> causes) {
    return unexplained(causes).mapToLong(Cause::bytes).sum();
  }

  /** How many bytes of the unexplained differ: what {@code unexplainedDiffering} has to be. */
  public static long differingUnexplained(List<Cause> causes) {
    return unexplained(causes).mapToLong(Cause::extent).sum();
  }

  /** Whether that is the least that differs: what {@code unexplainedAtLeast} has to be. */
  public static boolean atLeastUnexplained(List<Cause> causes) {
    return unexplained(causes).anyMatch(cause -> cause.atLeast() || cause.differing() == null);
  }

  private static Stream<Cause> unexplained(List<Cause> causes) {
    return causes.stream().filter(cause -> cause.grade() == Cause.Grade.UNEXPLAINED);
  }

  /** The same with what rebuilding showed: its causes stand for those of the two files. */
  public Comparison with(Experiment shown, List<Cause> measured, List<Guess> answered) {
    return new Comparison(
        schema,
        verdict,
        a,
        b,
        sizeDelta,
        places,
        categories,
        sections,
        crates,
        functions,
        instances,
        measured,
        sumUnexplained(measured),
        differingUnexplained(measured),
        atLeastUnexplained(measured),
        answered,
        split,
        shown);
  }

  private static void checkHoldings(
      String what, List<HoldingDelta> holdings, Map<Category, Long> categories) {
    Map<Category, Long> sums = new EnumMap<>(Category.class);
    holdings.forEach(row -> sums.merge(row.category(), row.delta(), Long::sum));
    sums.forEach((category, sum) ->
        check(what + " of " + category.word(), sum, categories.getOrDefault(category, 0L)));
  }

  private static void checkPieces(List<HoldingDelta> holdings, BinaryFacts a, BinaryFacts b) {
    for (HoldingDelta row : holdings) {
      if (row.inA().stream().anyMatch(piece -> piece.offset() > a.size() - piece.size())
          || row.inB().stream().anyMatch(piece -> piece.offset() > b.size() - piece.size())) {
        throw new IllegalArgumentException("a piece lies outside of the file: " + row);
      }
    }
  }

  private static void check(String what, long counted, long wanted) {
    if (counted != wanted) {
      throw new IllegalArgumentException(
          "%s do not sum to the difference: %d, not %d".formatted(what, counted, wanted));
    }
  }
}
