package dev.selfsame.binary.symbols;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Composition.Holding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A file's code and data by owner: every function and every crate, of which a document lists the
 * largest. Names are read from the file when they are asked for, so it must be open.
 */
public final class Owners {
  /** Functions in a document. */
  static final int LISTED = 200;

  /** Crates in a document; programs have a few hundred. */
  static final int MAX_CRATES = 1_000;

  /** The row for crates that are not listed. */
  static final String OTHER_CRATES = "(other crates)";

  private static final Comparator<Holding> LARGEST =
      Comparator.comparingLong(Holding::bytes)
          .reversed()
          .thenComparing(Holding::name)
          .thenComparing(Holding::category);

  private final SymbolRuns runs;
  private final List<Range> ranges;
  private final Names names;
  private final Map<Category, Long> totals = new EnumMap<>(Category.class);
  private final Set<Category> nameable;
  private final FunctionTable functions = new FunctionTable();
  private final CrateTable crates = new CrateTable();

  /** The row of each symbol, or -1 where it owns nothing. */
  private final int[] functionOf;

  private final int[] crateOf;

  /** What no symbol covers, of the categories of which some do. */
  private final Map<Category, Long> between = new EnumMap<>(Category.class);

  /** What the names of those tell that own a byte. */
  private SymbolMarks ofOwners;

  /** What those that own none tell too. */
  private SymbolMarks marks;

  private Owners(SymbolRuns runs, List<Range> ranges, Set<Category> nameable) {
    this.runs = runs;
    this.ranges = ranges;
    this.names = new Names(runs);
    ranges.forEach(range -> totals.merge(range.category(), range.size(), Long::sum));
    this.nameable = nameable;
    this.functionOf = new int[runs.count()];
    this.crateOf = new int[runs.count()];
    Arrays.fill(functionOf, -1);
    Arrays.fill(crateOf, -1);
    this.ofOwners = names.marks();
    this.marks = ofOwners;
  }

  /** Of a file whose bytes nobody can name. */
  public static Owners none() {
    return new Owners(new SymbolRuns(ByteView.of(new byte[0])), List.of(), Shares.NAMEABLE);
  }

  /**
   * Gives the bytes of a file's ranges to its symbols.
   *
   * @param ranges the whole file, in order, every byte once
   */
  public static Owners of(SymbolRuns runs, List<Range> ranges) {
    return of(runs, ranges, Shares.NAMEABLE);
  }

  /**
   * Gives the bytes of debug information to the units that they describe, which are named as
   * symbols are.
   *
   * @param ranges as for {@link #of(SymbolRuns, List)}
   */
  public static Owners ofDebug(SymbolRuns units, List<Range> ranges) {
    return of(units, ranges, Set.of(Category.DEBUG));
  }

  private static Owners of(SymbolRuns runs, List<Range> ranges, Set<Category> nameable) {
    Owners owners = new Owners(runs, ranges, nameable);
    Shares shares = Shares.of(runs, ranges, nameable);
    // What these cost leaves the owners' names to be read, and read again.
    Names others = new Names(runs);
    for (int symbol = 0; symbol < runs.count(); symbol++) {
      if (shares.bytes(symbol) > 0) {
        owners.add(symbol, shares.category(symbol), shares.bytes(symbol));
      } else {
        others.see(symbol);
      }
    }
    owners.ofOwners = owners.names.marks();
    owners.marks = owners.ofOwners.and(others.marks());
    return owners;
  }

  private void add(int symbol, Category category, int bytes) {
    OwnerName name = names.of(symbol);
    functionOf[symbol] = functions.add(name.function(), category, bytes, symbol);
    crateOf[symbol] = crates.add(name.crate(), category, bytes, runs.offset(symbol));
    between.putIfAbsent(category, totals.getOrDefault(category, 0L));
    between.merge(category, (long) -bytes, Long::sum);
  }

  /** Whether there was no symbol that owns a byte. */
  public boolean isEmpty() {
    return functions.rows() == 0;
  }

  /** What the names of its symbols tell together. */
  public SymbolMarks marks() {
    return marks;
  }

  /** The document: all crates and the largest functions. */
  public Composition composition() {
    return isEmpty()
        ? Composition.none()
        : new Composition(crateRows(), rows(functions(), Composition.REST), List.of());
  }

  /** The same with the largest generic instances. Reads every name again. */
  public Composition compositionWithInstances() {
    return isEmpty()
        ? Composition.none()
        : new Composition(
            crateRows(),
            rows(functions(), Composition.REST),
            rows(instances(), Composition.OTHER_INSTANCES));
  }

  private List<Holding> crateRows() {
    List<Holding> rows = new ArrayList<>(crates.rows());
    rows.sort(LARGEST);
    if (rows.size() > MAX_CRATES) {
      List<Holding> others = rest(rows.subList(MAX_CRATES, rows.size()), OTHER_CRATES);
      rows = new ArrayList<>(rows.subList(0, MAX_CRATES));
      rows.addAll(others);
    }
    rows.addAll(betweenRows());
    rows.sort(LARGEST);
    return rows;
  }

  private List<Holding> rows(Cut cut, String rest) {
    FunctionTable table = cut.table();
    List<Integer> order =
        IntStream.range(0, table.rows())
            .boxed()
            .sorted(Comparator.comparingLong(table::bytes).reversed().thenComparingLong(table::key))
            .toList();
    int listed = Math.min(LISTED, order.size());
    List<Holding> rows = new ArrayList<>();
    for (int row : order.subList(0, listed)) {
      rows.add(holding(cut.name().apply(table.largest(row)), table, row));
    }
    List<Holding> others =
        order.subList(listed, order.size()).stream().map(row -> holding("", table, row)).toList();
    rows.addAll(rest(others, rest));
    rows.addAll(betweenRows());
    rows.sort(LARGEST);
    return rows;
  }

  private Holding holding(String name, FunctionTable table, int row) {
    return new Holding(
        name,
        table.category(row),
        table.bytes(row),
        table.symbols(row),
        runs.offset(table.largest(row)));
  }

  private static List<Holding> rest(List<Holding> rows, String name) {
    Map<Category, Holding> rest = new EnumMap<>(Category.class);
    for (Holding row : rows) {
      Holding one = new Holding(name, row.category(), row.bytes(), row.symbols(), -1);
      rest.merge(
          row.category(),
          one,
          (a, b) ->
              new Holding(
                  name, a.category(), a.bytes() + b.bytes(), a.symbols() + b.symbols(), -1));
    }
    return List.copyOf(rest.values());
  }

  private List<Holding> betweenRows() {
    return between.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .map(entry -> new Holding(Composition.BETWEEN, entry.getKey(), entry.getValue(), 0, -1))
        .toList();
  }

  /** A function's name, read again from its largest symbol. */
  private String functionName(int row) {
    return name(functions.largest(row));
  }

  /** The name of a symbol's function, read again. */
  String name(int symbol) {
    return names.of(symbol).function();
  }

  /**
   * Which of rustc's manglings the names have by which bytes are told: bit 0 for legacy, bit 1 for
   * v0. Another name of the same place does not count.
   */
  int scheme() {
    return (ofOwners.legacy() > 0 ? 1 : 0) | (ofOwners.v0() > 0 ? 2 : 0);
  }

  /** Whether every name was read by which bytes are told. */
  boolean allNamed() {
    return ofOwners.all();
  }

  /**
   * A file's bytes by one kind of name.
   *
   * @param table the rows
   * @param rowOf the row of a symbol, or -1
   * @param name a symbol's name of that kind, read again
   */
  record Cut(FunctionTable table, IntUnaryOperator rowOf, IntFunction<String> name) {}

  /** By function. */
  Cut functions() {
    return new Cut(functions, symbol -> functionOf[symbol], this::name);
  }

  /** By {@link CommonName} of the function. Reads every name again. */
  Cut commonFunctions() {
    FunctionTable common = new FunctionTable();
    int[] joined = new int[functions.rows()];
    for (int row = 0; row < joined.length; row++) {
      joined[row] = common.addRow(CommonName.of(functionName(row)), functions, row);
    }
    return new Cut(
        common,
        symbol -> functionOf[symbol] < 0 ? -1 : joined[functionOf[symbol]],
        symbol -> CommonName.of(name(symbol)));
  }

  /**
   * By function and its generic arguments, which legacy names leave out. Reads every name again.
   */
  Cut instances() {
    FunctionTable table = new FunctionTable();
    Shares shares = Shares.of(runs, ranges, nameable);
    Names again = new Names(runs);
    int[] rowOf = new int[runs.count()];
    for (int symbol = 0; symbol < rowOf.length; symbol++) {
      int bytes = shares.bytes(symbol);
      rowOf[symbol] =
          bytes > 0
              ? table.add(again.instance(symbol), shares.category(symbol), bytes, symbol)
              : -1;
    }
    return new Cut(table, symbol -> rowOf[symbol], again::instance);
  }

  /** The symbols that own code, in the order in which their first bytes stand in the file. */
  int[] codeInOrder() {
    BitSet seen = new BitSet(runs.count());
    IntStream.Builder order = IntStream.builder();
    Shares.of(
        runs,
        ranges,
        nameable,
        (symbol, in, from, to) -> {
          if (in.category() == Category.CODE && !seen.get(symbol)) {
            seen.set(symbol);
            order.add(symbol);
          }
        });
    return order.build().toArray();
  }

  /** The symbols. */
  SymbolRuns runs() {
    return runs;
  }

  /** The row of {@link #crates} that a symbol is in, or -1. */
  int crateOf(int symbol) {
    return crateOf[symbol];
  }

  /**
   * Where the bytes of rows are.
   *
   * @param placeOf a symbol's place in a list, or -1
   * @param listed how many places there are
   * @param categories of which bytes are asked for
   */
  Pieces pieces(IntUnaryOperator placeOf, int listed, Set<Category> categories) {
    List<Range> wanted =
        ranges.stream().filter(range -> categories.contains(range.category())).toList();
    Pieces pieces = new Pieces(wanted, placeOf, listed);
    Shares.of(runs, ranges, nameable, pieces);
    pieces.leave(Long.MAX_VALUE);
    return pieces;
  }

  CrateTable crates() {
    return crates;
  }

  /** What no symbol covers of a category, all of it where none covers any. */
  long between(Category category) {
    return between.getOrDefault(category, totals.getOrDefault(category, 0L));
  }

  /** The categories of which symbols cover something. */
  Iterable<Category> named() {
    return between.keySet();
  }

  /** Every crate that has code, with how many bytes; those in parentheses are no crates. */
  public Map<String, Long> crateCode() {
    return crates.rows().stream()
        .filter(row -> row.category() == Category.CODE)
        .collect(Collectors.toMap(Holding::name, Holding::bytes));
  }

  /**
   * The function or object whose byte stands at each of these places: of several symbols that cover
   * it, the smallest. Where none does, nothing.
   *
   * @param places offsets in the file, in order
   */
  public List<Optional<String>> at(long[] places) {
    int[] inner = new int[places.length];
    Arrays.fill(inner, -1);
    int[] free = IntStream.rangeClosed(0, places.length).toArray();
    for (int symbol : smallestFirst()) {
      int found = Arrays.binarySearch(places, runs.offset(symbol));
      int at = firstFree(free, found < 0 ? -found - 1 : found);
      while (at < places.length && places[at] < runs.end(symbol)) {
        inner[at] = symbol;
        free[at] = at + 1;
        at = firstFree(free, at);
      }
    }
    Map<Integer, String> read = new HashMap<>();
    return Arrays.stream(inner)
        .mapToObj(symbol ->
            symbol < 0
                ? Optional.<String>empty()
                : Optional.of(read.computeIfAbsent(symbol, s -> names.of(s).function())))
        .toList();
  }

  private int[] smallestFirst() {
    long[] order = new long[runs.count()];
    for (int symbol = 0; symbol < order.length; symbol++) {
      order[symbol] = (runs.size(symbol) << SymbolRuns.INDEX_BITS) | symbol;
    }
    Arrays.sort(order);
    return Arrays.stream(order).mapToInt(o -> (int) o & (SymbolRuns.MAX - 1)).toArray();
  }

  /**
   * The first place from {@code at} on without a symbol; what was passed is passed at once next.
   */
  private static int firstFree(int[] free, int at) {
    int last = at;
    while (free[last] != last) {
      last = free[last];
    }
    for (int i = at; free[i] != i; ) {
      int next = free[i];
      free[i] = last;
      i = next;
    }
    return last;
  }
}
