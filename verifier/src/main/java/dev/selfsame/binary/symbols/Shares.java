package dev.selfsame.binary.symbols;

import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes each symbol owns, and of which category. One sweep over symbols by offset: the
 * innermost one that is open owns what follows.
 */
final class Shares {
  /** What symbols can name. */
  static final Set<Category> NAMEABLE =
      EnumSet.of(
          Category.CODE, Category.STUBS, Category.RODATA, Category.RELRO_DATA, Category.DATA);

  private static final int INDEX_MASK = SymbolRuns.MAX - 1;

  /** Is told of each run of bytes that is given to a symbol, in the file's order. */
  interface Listener {
    /**
     * Bytes of one range that have an owner now.
     *
     * @param from offset of the first, in bytes
     * @param to offset behind the last
     */
    void given(int symbol, Range in, long from, long to);
  }

  private final SymbolRuns runs;
  private final Aliases aliases;
  private final List<Range> ranges;
  private final Listener listener;
  private final int[] bytes;
  private final @Nullable Category[] categories;

  /** Symbols that have begun and not ended, the last begun last. */
  private int[] open = new int[64];

  private int depth;

  /** Up to where bytes have owners. */
  private long at;

  private int range;

  private Shares(SymbolRuns runs, List<Range> ranges, Listener listener) {
    this.runs = runs;
    this.aliases = new Aliases(runs);
    this.ranges = ranges;
    this.listener = listener;
    this.bytes = new int[runs.count()];
    this.categories = new Category[runs.count()];
  }

  /**
   * Shares of the bytes of ranges, which are in order and do not overlap.
   *
   * @param nameable categories of which bytes are shared
   */
  static Shares of(SymbolRuns runs, List<Range> ranges, Set<Category> nameable) {
    return of(runs, ranges, nameable, (symbol, in, from, to) -> {});
  }

  /** The same, told run by run. */
  static Shares of(SymbolRuns runs, List<Range> ranges, Set<Category> nameable, Listener listener) {
    List<Range> named = ranges.stream().filter(r -> nameable.contains(r.category())).toList();
    Shares shares = new Shares(runs, named, listener);
    shares.sweep();
    return shares;
  }

  /** Bytes that a symbol owns. */
  int bytes(int symbol) {
    return bytes[symbol];
  }

  /** What its bytes are for; code where it has none. */
  Category category(int symbol) {
    Category category = categories[symbol];
    return category == null ? Category.CODE : category;
  }

  private void sweep() {
    long[] order = new long[runs.count()];
    for (int i = 0; i < order.length; i++) {
      order[i] = (runs.offset(i) << SymbolRuns.INDEX_BITS) | i;
    }
    Arrays.sort(order);
    for (int from = 0; from < order.length; ) {
      int to = from + 1;
      while (to < order.length
          && order[to] >>> SymbolRuns.INDEX_BITS == order[from] >>> SymbolRuns.INDEX_BITS) {
        to++;
      }
      advance(order[from] >>> SymbolRuns.INDEX_BITS);
      begin(IntStream.range(from, to).map(i -> (int) order[i] & INDEX_MASK).toArray());
      from = to;
    }
    advance(Long.MAX_VALUE);
  }

  /** Opens symbols that begin together, the longest first; of aliases only the owner. */
  private void begin(int[] together) {
    int[] sorted =
        together.length == 1
            ? together
            : IntStream.of(together).boxed().sorted(aliases).mapToInt(Integer::intValue).toArray();
    long before = -1;
    for (int symbol : sorted) {
      if (runs.end(symbol) != before) {
        if (depth == open.length) {
          open = Arrays.copyOf(open, depth * 2);
        }
        open[depth++] = symbol;
        before = runs.end(symbol);
      }
    }
  }

  /** Gives what stands before {@code next} to the symbols that are open there. */
  private void advance(long next) {
    while (depth > 0 && at < next) {
      int symbol = open[depth - 1];
      long end = Math.min(next, runs.end(symbol));
      if (end > at) {
        give(symbol, at, end);
        at = end;
      }
      if (runs.end(symbol) <= at) {
        depth--;
      }
    }
    at = Math.max(at, next);
  }

  private void give(int symbol, long from, long to) {
    while (range < ranges.size() && end(ranges.get(range)) <= from) {
      range++;
    }
    for (int i = range; i < ranges.size() && ranges.get(i).offset() < to; i++) {
      Range there = ranges.get(i);
      if (categories[symbol] == null) {
        categories[symbol] = there.category();
      }
      if (categories[symbol] == there.category()) {
        long start = Math.max(from, there.offset());
        long stop = Math.min(to, end(there));
        bytes[symbol] += (int) (stop - start);
        listener.given(symbol, there, start, stop);
      }
    }
  }

  private static long end(Range range) {
    return range.offset() + range.size();
  }
}
