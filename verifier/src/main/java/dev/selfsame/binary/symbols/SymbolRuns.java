package dev.selfsame.binary.symbols;

import dev.selfsame.binary.bytes.ByteView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where symbols' bytes stand in a file, and where their names do. 25 bytes each, so that a million
 * can be held; names stay in the file until they are asked for.
 */
public final class SymbolRuns {
  /** More symbols are not taken: {@link #add} says so. */
  public static final int MAX = 1 << 22;

  /** A symbol's number and something to sort by fit a long: this many bits are the number's. */
  static final int INDEX_BITS = 22;

  private static final int INLINE = 8;

  /** Seen by other files. */
  public static final byte GLOBAL = 0;

  /** Seen by other files, and gives way to a global one. */
  public static final byte WEAK = 1;

  /** Of one codegen unit or source file. */
  public static final byte LOCAL = 2;

  /**
   * With one of the above: Mach-O has put an underscore before the name that C and C++ know, which
   * is the name in ELF.
   */
  public static final byte UNDERSCORED = 4;

  /** Of no unit that is known. */
  public static final int NO_UNIT = -1;

  private final ByteView names;
  private final List<String> units = new ArrayList<>();
  private final Map<String, Integer> unitIds = new HashMap<>();
  private int count;
  private int[] offsets = new int[1024];
  private int[] sizes = new int[1024];
  private long[] nameOffsets = new long[1024];
  private byte[] bindings = new byte[1024];
  private int[] unitOf = new int[1024];

  /** Symbols whose names stand in this string table. */
  public SymbolRuns(ByteView names) {
    this.names = names;
  }

  /**
   * Adds a symbol.
   *
   * @param offset where its bytes begin in the file, below 2 GiB
   * @param size how many, more than 0
   * @param nameOffset where its name begins in the string table, or what {@link #inline} made of it
   * @param binding {@link #GLOBAL}, {@link #WEAK} or {@link #LOCAL}, and perhaps {@link
   *     #UNDERSCORED}
   * @param unit from {@link #unit}, or {@link #NO_UNIT}
   * @return false where there are too many
   */
  public boolean add(long offset, long size, long nameOffset, byte binding, int unit) {
    if (count == MAX) {
      return false;
    }
    if (count == offsets.length) {
      int more = count * 2;
      offsets = Arrays.copyOf(offsets, more);
      sizes = Arrays.copyOf(sizes, more);
      nameOffsets = Arrays.copyOf(nameOffsets, more);
      bindings = Arrays.copyOf(bindings, more);
      unitOf = Arrays.copyOf(unitOf, more);
    }
    offsets[count] = Math.toIntExact(offset);
    sizes[count] = Math.toIntExact(size);
    nameOffsets[count] = nameOffset;
    bindings[count] = binding;
    unitOf[count++] = unit;
    return true;
  }

  /** A name's place for {@link #add} where it has at most eight bytes, and perhaps no NUL. */
  public static long inline(long place) {
    return -1 - place;
  }

  /**
   * Adds the symbols of a part. This one's names must be the whole file.
   *
   * @param start where the part begins in the file; the part's own places count from there
   * @return false where there are too many
   */
  public boolean addAll(SymbolRuns part, long start) {
    for (int i = 0; i < part.count; i++) {
      String unit = part.unitOf(i);
      long name = part.names.start() + part.namePlace(i) + start;
      boolean added =
          add(
              part.offset(i) + start,
              part.size(i),
              part.isInline(i) ? inline(name) : name,
              part.bindings[i],
              unit.isEmpty() ? NO_UNIT : unit(unit));
      if (!added) {
        return false;
      }
    }
    return true;
  }

  /** The number of a codegen unit or source file of this name, for the symbols that follow. */
  public int unit(String file) {
    return unitIds.computeIfAbsent(
        file,
        name -> {
          units.add(name);
          return units.size() - 1;
        });
  }

  /** How many symbols there are. */
  public int count() {
    return count;
  }

  ByteView names() {
    return names;
  }

  long offset(int symbol) {
    return offsets[symbol];
  }

  long size(int symbol) {
    return sizes[symbol];
  }

  long end(int symbol) {
    return (long) offsets[symbol] + sizes[symbol];
  }

  /** Where its name begins among the names. */
  long namePlace(int symbol) {
    return isInline(symbol) ? -1 - nameOffsets[symbol] : nameOffsets[symbol];
  }

  /** The most bytes that its name has. */
  int nameLimit(int symbol) {
    return isInline(symbol) ? INLINE : Integer.MAX_VALUE;
  }

  private boolean isInline(int symbol) {
    return nameOffsets[symbol] < 0;
  }

  byte binding(int symbol) {
    return (byte) (bindings[symbol] & ~UNDERSCORED);
  }

  /** Whether an underscore at the begin of its name is the format's own. */
  boolean underscored(int symbol) {
    return (bindings[symbol] & UNDERSCORED) != 0;
  }

  /** The name of its unit, or nothing. */
  String unitOf(int symbol) {
    return unitOf[symbol] == NO_UNIT ? "" : units.get(unitOf[symbol]);
  }
}
