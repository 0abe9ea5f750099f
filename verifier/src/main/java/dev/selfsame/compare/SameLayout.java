package dev.selfsame.compare;

import dev.selfsame.binary.BinaryFile;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Fact.Evidence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * What differs between two files whose code and data stand at the same places: such a difference is
 * small, and each of its bytes can be looked at. One line more in a comment changes line numbers in
 * panic messages; one word in a message changes that text; one number in the code one function.
 */
final class SameLayout {
  /** More places or bytes than these are no small difference. */
  private static final int MOST_RUNS = 2_000;

  private static final int MOST_BYTES = 1 << 16;

  private static final int NAMED = 3;
  private static final int SHOWN = 4;

  /** Characters of a text that are shown before and behind what differs in it. */
  private static final int CONTEXT = 14;

  private static final int LONGEST_TEXT = 200;

  /** A line number and a column, 32 bits each. Source: {@code core::panic::Location}. */
  private static final int LINE_AND_COLUMN = 8;

  private final Pair pair;
  private final BinaryFile fileA;
  private final List<Run> lines = new ArrayList<>();
  private final Set<Long> locations = new TreeSet<>();
  private final List<Run> texts = new ArrayList<>();
  private final List<Run> others = new ArrayList<>();
  private long bytes;

  /** Bytes that differ, within one range. */
  private record Run(Range range, long offset, int size) {}

  private SameLayout(Pair pair, BinaryFile fileA) {
    this.pair = pair;
    this.fileA = fileA;
  }

  /** Looks at every byte that differs; empty where they stand elsewhere, or too much differs. */
  static Optional<SameLayout> of(Pair pair, BinaryFile fileA, BinaryFile fileB) {
    List<Range> program = program(pair.a());
    if (!program.equals(program(pair.b()))) {
      return Optional.empty();
    }
    SameLayout layout = new SameLayout(pair, fileA);
    List<Run> runs = new ArrayList<>();
    for (Range range : program) {
      if (!layout.collect(range, runs)) {
        return Optional.empty();
      }
    }
    if (!runs.isEmpty()) {
      layout.sort(runs, lineFields(fileA, fileB));
    }
    return Optional.of(layout);
  }

  /** What stands behind the program, such as names of symbols, moves nothing in it. */
  private static List<Range> program(BinaryFacts facts) {
    return facts.ranges().stream()
        .filter(range -> ByteGroup.PROGRAM.holds(range.category()))
        .toList();
  }

  private boolean collect(Range range, List<Run> runs) {
    ByteView a = pair.bytesA().slice(range.offset(), range.size());
    ByteView b = pair.bytesB().slice(range.offset(), range.size());
    long at = 0;
    while (at < range.size()) {
      long rest = range.size() - at;
      long next = a.slice(at, rest).mismatch(b.slice(at, rest));
      if (next < 0) {
        return true;
      }
      at += next;
      int size = 0;
      while (at + size < range.size() && a.u8(at + size) != b.u8(at + size)) {
        size++;
      }
      bytes += size;
      if (runs.size() == MOST_RUNS || bytes > MOST_BYTES) {
        return false;
      }
      runs.add(new Run(range, range.offset() + at, size));
      at += size;
    }
    return true;
  }

  /** Only what both files have as a line number is one. */
  private static Set<Long> lineFields(BinaryFile fileA, BinaryFile fileB) {
    Set<Long> fields = new HashSet<>(fileA.panicLines());
    fields.retainAll(new HashSet<>(fileB.panicLines()));
    return fields;
  }

  private void sort(List<Run> runs, Set<Long> lineFields) {
    for (Run run : runs) {
      Optional<Long> location = location(run, lineFields);
      if (location.isPresent()) {
        lines.add(run);
        locations.add(location.get());
      } else if (run.range().category() == Category.RODATA && isText(run)) {
        texts.add(run);
      } else {
        others.add(run);
      }
    }
  }

  /** The line and column within which a run lies. */
  private static Optional<Long> location(Run run, Set<Long> fields) {
    long end = run.offset() + run.size();
    return LongStream.rangeClosed(run.offset() - LINE_AND_COLUMN + 1, run.offset())
        .filter(field -> fields.contains(field) && end <= field + LINE_AND_COLUMN)
        .boxed()
        .findFirst();
  }

  private boolean isText(Run run) {
    for (long at = run.offset() - 2; at < run.offset() + run.size() + 2; at++) {
      boolean within = at >= run.range().offset() && at < end(run.range());
      if (within && !(printable(pair.bytesA(), at) && printable(pair.bytesB(), at))) {
        return false;
      }
    }
    return run.size() <= LONGEST_TEXT;
  }

  private static long end(Range range) {
    return range.offset() + range.size();
  }

  private static boolean printable(ByteView bytes, long at) {
    int c = bytes.u8(at);
    return c >= ' ' && c < 0x7f;
  }

  /** What is known of the bytes that differ. */
  List<Cause> causes() {
    List<Cause> causes = new ArrayList<>();
    if (!lines.isEmpty()) {
      String only = texts.isEmpty() && others.isEmpty() ? "only " : "";
      int count = locations.size();
      causes.add(
          cause(
              "lines",
              "%sthe line number%s of %d panic message%s differ%s: as when a line is added above"
                  .formatted(
                      only,
                      count == 1 ? "" : "s",
                      count,
                      count == 1 ? "" : "s",
                      count == 1 ? "s" : ""),
              "build both from one commit",
              lines));
    }
    if (!texts.isEmpty()) {
      Run first = texts.getFirst();
      String more = texts.size() > 1 ? " and %d more places".formatted(texts.size() - 1) : "";
      causes.add(
          cause(
              "text",
              "a text differs: A \"%s\", B \"%s\"%s"
                  .formatted(text(pair.bytesA(), first), text(pair.bytesB(), first), more),
              "build both from one commit; if it is a date or a path, keep it out of the build",
              texts));
    }
    return causes;
  }

  private String text(ByteView bytes, Run run) {
    long from = run.offset();
    while (from > run.range().offset()
        && run.offset() - from < CONTEXT
        && printable(bytes, from - 1)) {
      from--;
    }
    long last = run.offset() + run.size();
    while (last < end(run.range())
        && last - run.offset() - run.size() < CONTEXT
        && printable(bytes, last)) {
      last++;
    }
    return new String(bytes.copy(from, (int) (last - from)), StandardCharsets.US_ASCII);
  }

  private static Cause cause(String id, String sentence, String advice, List<Run> runs) {
    List<Evidence> evidence =
        runs.stream()
            .limit(SHOWN)
            .map(run ->
                new Evidence(run.range().name(), run.offset(), "%d bytes".formatted(run.size())))
            .toList();
    return new Cause(id, 0L, sum(runs), false, Grade.PROVED, sentence, advice, evidence, evidence);
  }

  private static long sum(List<Run> runs) {
    return runs.stream().mapToLong(Run::size).sum();
  }

  /** How many of the bytes that differ {@link #causes} does not tell of. */
  long unexplained() {
    return sum(others);
  }

  /** Whether all that differs in a section is told by {@link #causes}. */
  boolean explains(SectionDelta section) {
    return others.stream()
        .noneMatch(run ->
            run.range().name().equals(section.name())
                && run.range().category() == section.category());
  }

  /** The bytes that are not explained and where they are: by function where symbols name it. */
  String where() {
    Map<String, Integer> places = new LinkedHashMap<>();
    long[] offsets =
        others.stream()
            .flatMapToLong(run -> LongStream.range(run.offset(), run.offset() + run.size()))
            .toArray();
    List<Optional<String>> owners = fileA.owners().at(offsets);
    int at = 0;
    for (Run run : others) {
      for (int i = 0; i < run.size(); i++) {
        places.merge(owners.get(at++).orElse(run.range().name()), 1, Integer::sum);
      }
    }
    List<String> named =
        places.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .limit(NAMED)
            .map(place ->
                String.format(
                    Locale.ROOT,
                    "%,d byte%s in %s",
                    place.getValue(),
                    place.getValue() == 1 ? "" : "s",
                    place.getKey()))
            .toList();
    int rest = places.size() - named.size();
    return String.join(", ", named) + (rest > 0 ? " and at %d more places".formatted(rest) : "");
  }
}
