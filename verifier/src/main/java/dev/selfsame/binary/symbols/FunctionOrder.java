package dev.selfsame.binary.symbols;

import dev.selfsame.evidence.Category;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Two files whose functions are the same, each by its name and its size, and stand in one order in
 * one file and in another order in the other. Whether their bytes are the same is not asked: what
 * refers to a function changes with its place. Where symbols have no sizes of their own (COFF,
 * Mach-O) what fills up to the next function counts, so that less is found there.
 */
public final class FunctionOrder {
  private final Side a;
  private final Side b;

  private FunctionOrder(Side a, Side b) {
    this.a = a;
    this.b = b;
  }

  /**
   * A function that has another one at its place in the order of the other file.
   *
   * @param name demangled, without its hash
   * @param size bytes
   * @param offset where it begins in the file, in bytes
   * @param there where it begins in the other file
   */
  public record Elsewhere(String name, long size, long offset, long there) {}

  /** One file's functions in the order in which they stand. */
  private static final class Side {
    private final Owners owners;

    /** The symbol of each. */
    private final int[] symbols;

    /** Name and size of each as one number, which both sides have in common. */
    private final long[] functions;

    private Side(Owners owners, IntUnaryOperator common) {
      IntUnaryOperator row = owners.functions().rowOf().andThen(common);
      SymbolRuns runs = owners.runs();
      this.owners = owners;
      this.symbols = owners.codeInOrder();
      this.functions =
          Arrays.stream(symbols)
              .mapToLong(symbol -> ((long) row.applyAsInt(symbol) << 32) | runs.size(symbol))
              .toArray();
    }

    private long[] sorted() {
      long[] sorted = functions.clone();
      Arrays.sort(sorted);
      return sorted;
    }

    private Elsewhere elsewhere(int at, Side other) {
      // Of those with one name and size, the first is the first there.
      long function = functions[at];
      long before = Arrays.stream(functions, 0, at).filter(f -> f == function).count();
      int there =
          IntStream.range(0, other.functions.length)
              .filter(i -> other.functions[i] == function)
              .skip(before)
              .findFirst()
              .orElseThrow();
      SymbolRuns runs = owners.runs();
      return new Elsewhere(
          owners.name(symbols[at]),
          runs.size(symbols[at]),
          runs.offset(symbols[at]),
          other.owners.runs().offset(other.symbols[there]));
    }
  }

  /**
   * Compares the order of two files' functions. Both must be open.
   *
   * @return empty where a side has no symbols or names that are not read, where a function of one
   *     has no equal in the other, and where the order is the same
   */
  public static Optional<FunctionOrder> between(Owners a, Owners b) {
    if (!a.allNamed() || !b.allNamed()) {
      return Optional.empty();
    }
    FunctionTable inA = a.functions().table();
    FunctionTable inB = b.functions().table();
    if (!same(inA, inB)) {
      return Optional.empty();
    }
    Side first = new Side(a, row -> row);
    Side second = new Side(b, row -> inA.find(inB.key(row), Category.CODE));
    return !Arrays.equals(first.functions, second.functions)
            && Arrays.equals(first.sorted(), second.sorted())
        ? Optional.of(new FunctionOrder(first, second))
        : Optional.empty();
  }

  /** Whether each function has as many bytes and symbols on both sides: most often one has not. */
  private static boolean same(FunctionTable a, FunctionTable b) {
    return code(b).count() == code(a).count()
        && code(a)
            .allMatch(row -> {
              int there = b.find(a.key(row), Category.CODE);
              return there >= 0
                  && a.bytes(row) == b.bytes(there)
                  && a.symbols(row) == b.symbols(there);
            });
  }

  private static IntStream code(FunctionTable table) {
    return IntStream.range(0, table.rows()).filter(row -> table.category(row) == Category.CODE);
  }

  /** How many functions each side has. */
  public int count() {
    return a.functions.length;
  }

  /** The first of a's functions that stand elsewhere in b. */
  public List<Elsewhere> inA(int shown) {
    return elsewhere(a, b, shown);
  }

  /** The first of b's functions that stand elsewhere in a. */
  public List<Elsewhere> inB(int shown) {
    return elsewhere(b, a, shown);
  }

  private static List<Elsewhere> elsewhere(Side side, Side other, int shown) {
    return IntStream.range(0, side.functions.length)
        .filter(at -> side.functions[at] != other.functions[at])
        .limit(shown)
        .mapToObj(at -> side.elsewhere(at, other))
        .toList();
  }
}
