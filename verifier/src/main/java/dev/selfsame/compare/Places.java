package dev.selfsame.compare;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.symbols.FunctionOrder;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison.Place;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Where two files differ, and where what they have stands. The first place is most often in the
 * headers or the build-id, which only follow from the rest; so the first place outside of these is
 * named too.
 */
final class Places {
  /** What linkers derive from the other bytes, or from the time. */
  private static final Set<String> DERIVED =
      Set.of(".note.gnu.build-id", "debug directory", "CodeView record");

  private static final String END = "end of file";

  private final Pair pair;

  private Places(Pair pair) {
    this.pair = pair;
  }

  /** The largest ranges of a file that are wanted, as evidence. */
  static List<Evidence> largest(BinaryFacts facts, Predicate<Range> wanted, int shown) {
    return facts.ranges().stream()
        .filter(wanted)
        .sorted(
            Comparator.comparingLong((Range range) -> -range.size())
                .thenComparingLong(Range::offset))
        .limit(shown)
        .map(r -> new Evidence(r.name(), r.offset(), "%d bytes".formatted(r.size())))
        .toList();
  }

  /**
   * The first ranges of a file that stand at another place in the other, as evidence.
   *
   * @param side what the other is called
   */
  static List<Evidence> moved(BinaryFacts facts, BinaryFacts other, String side, int shown) {
    Map<String, Deque<Range>> there = new HashMap<>();
    for (Range range : other.ranges()) {
      there.computeIfAbsent(range.name(), name -> new ArrayDeque<>()).add(range);
    }
    List<Evidence> moved = new ArrayList<>();
    for (Range range : facts.ranges()) {
      // Of those with one name, the first is the first there.
      Range same = there.getOrDefault(range.name(), new ArrayDeque<>()).poll();
      if (moved.size() < shown && same != null && same.offset() != range.offset()) {
        String what = "%d bytes, in %s at offset %d".formatted(range.size(), side, same.offset());
        moved.add(new Evidence(range.name(), range.offset(), what));
      }
    }
    return moved;
  }

  /**
   * Functions of a file that stand elsewhere in the other, as evidence.
   *
   * @param side what the other is called
   */
  static List<Evidence> elsewhere(
      BinaryFacts facts, List<FunctionOrder.Elsewhere> functions, String side) {
    return functions.stream()
        .map(f ->
            new Evidence(
                range(facts, f.offset()).map(Range::name).orElse(END),
                f.offset(),
                "%s, %d bytes, in %s at offset %d".formatted(f.name(), f.size(), side, f.there())))
        .toList();
  }

  /** One or two places, by offset. */
  static List<Place> of(Pair pair, long first) {
    return new Places(pair).from(first);
  }

  private List<Place> from(long first) {
    List<Place> places = new ArrayList<>(List.of(place(first)));
    long at = first;
    while (at >= 0 && follows(at)) {
      at = mismatch(endOfRanges(at));
    }
    if (at > first) {
      places.add(place(at));
    }
    return places;
  }

  private Place place(long offset) {
    return new Place(
        offset,
        range(pair.a(), offset).map(Range::name).orElse(END),
        range(pair.b(), offset).map(Range::name).orElse(END));
  }

  private boolean follows(long offset) {
    Optional<Range> a = range(pair.a(), offset);
    Optional<Range> b = range(pair.b(), offset);
    return a.isPresent() && b.isPresent() && follows(a.get()) && follows(b.get());
  }

  private static boolean follows(Range range) {
    return range.category() == Category.HEADERS || DERIVED.contains(range.name());
  }

  private long endOfRanges(long offset) {
    return Math.min(end(pair.a(), offset), end(pair.b(), offset));
  }

  private static long end(BinaryFacts facts, long offset) {
    return range(facts, offset).map(r -> r.offset() + r.size()).orElse(facts.size());
  }

  private long mismatch(long from) {
    ByteView a = pair.bytesA().slice(from, pair.bytesA().size() - from);
    ByteView b = pair.bytesB().slice(from, pair.bytesB().size() - from);
    long at = a.mismatch(b);
    return at < 0 ? -1 : from + at;
  }

  /** Ranges are sorted and leave no gap. */
  private static Optional<Range> range(BinaryFacts facts, long offset) {
    int low = 0;
    int high = facts.ranges().size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      Range range = facts.ranges().get(middle);
      if (offset < range.offset()) {
        high = middle - 1;
      } else if (offset >= range.offset() + range.size()) {
        low = middle + 1;
      } else {
        return Optional.of(range);
      }
    }
    return Optional.empty();
  }
}
