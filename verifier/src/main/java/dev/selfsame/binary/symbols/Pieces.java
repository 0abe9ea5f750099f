package dev.selfsame.binary.symbols;

import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;

/**
 * Where the bytes of listed rows are in one file, of all other rows by category, and of what no
 * symbol covers: of each the largest pieces. A piece belongs to one symbol and lies in one range.
 * Found as {@link Shares} gives the bytes to symbols, so that a piece has the bytes of its row
 * alone: what a symbol within another one owns is no part of the outer one's.
 */
final class Pieces implements Shares.Listener {
  private static final Comparator<Piece> LARGEST =
      Comparator.comparingLong(Piece::size).reversed().thenComparingLong(Piece::offset);

  private final List<Range> ranges;
  private final IntUnaryOperator placeOf;
  private final List<List<Piece>> listed;
  private final Map<Category, List<Piece>> others = new EnumMap<>(Category.class);
  private final Map<Category, List<Piece>> between = new EnumMap<>(Category.class);

  /** Up to where bytes are a symbol's, or told to be none's. */
  private long at;

  private int range;

  /**
   * Prepares for one sweep.
   *
   * @param ranges those whose bytes are to be told of, in order
   * @param placeOf a symbol's place in the list, or -1
   * @param listed how many places there are
   */
  Pieces(List<Range> ranges, IntUnaryOperator placeOf, int listed) {
    this.ranges = ranges;
    this.placeOf = placeOf;
    this.listed = Stream.<List<Piece>>generate(ArrayList::new).limit(listed).toList();
  }

  /** Of what stands at a place of the list. */
  List<Piece> at(int place) {
    return listed.get(place);
  }

  /** Of all rows of a category that are not listed. */
  List<Piece> others(Category category) {
    return others.computeIfAbsent(category, first -> new ArrayList<>());
  }

  /** Of what no symbol covers. */
  List<Piece> between(Category category) {
    return between.computeIfAbsent(category, first -> new ArrayList<>());
  }

  @Override
  public void given(int symbol, Range in, long from, long to) {
    leave(from);
    int place = placeOf.applyAsInt(symbol);
    keep(place < 0 ? others(in.category()) : at(place), in, from, to);
    at = to;
  }

  /** Takes all before this offset that no symbol was given as between symbols. */
  void leave(long until) {
    for (; range < ranges.size() && ranges.get(range).offset() < until; range++) {
      Range there = ranges.get(range);
      long end = there.offset() + there.size();
      keep(between(there.category()), there, Math.max(at, there.offset()), Math.min(until, end));
      if (end > until) {
        break;
      }
    }
    at = Math.max(at, until);
  }

  private static void keep(List<Piece> pieces, Range in, long from, long to) {
    boolean full = pieces.size() == HoldingDelta.PIECES;
    if (to <= from || (full && to - from <= pieces.getLast().size())) {
      return;
    }
    if (full) {
      pieces.removeLast();
    }
    pieces.add(new Piece(in.name(), from, to - from));
    pieces.sort(LARGEST);
  }
}
