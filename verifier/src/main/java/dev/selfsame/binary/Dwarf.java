package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which versions of DWARF the units of a section have. Code of several compilers is mixed in one
 * program, and each writes the version of its own: the first unit speaks for itself alone.
 *
 * @param versions of the units up to where they end, each once, the lowest first
 * @param end where in the section no further unit could be read; its size where all were
 * @param whole whether there are units, and every one was read
 */
record Dwarf(List<Integer> versions, long end, boolean whole) {
  /** A program of 500 MB has some ten thousand units; what fills a gap counts too. */
  private static final int MOST = 1 << 20;

  private static final long WIDE = 0xffff_ffffL;

  /** Version, offset of the abbreviations, size of an address. */
  private static final int LEAST = 7;

  Dwarf {
    versions = List.copyOf(versions);
  }

  /**
   * Reads the headers of the units. Source: DWARF 5, 7.4 and 7.5.1: the version follows the unit's
   * length.
   *
   * @param units content of a section of units, not compressed
   */
  static Dwarf of(ByteView units) {
    Set<Integer> versions = new TreeSet<>();
    long at = 0;
    for (int steps = 0; at < units.size() && steps < MOST; steps++) {
      long next = next(units, at, versions);
      if (next < 0) {
        break;
      }
      at = next;
    }
    boolean whole = at == units.size() && !versions.isEmpty();
    return new Dwarf(List.copyOf(versions), at, whole);
  }

  /** Where the next unit begins, or -1 where neither a unit nor what fills a gap stands. */
  private static long next(ByteView units, long at, Set<Integer> versions) {
    if (units.holds(at, 4)) {
      long length = units.u32(at);
      long begin = at + 4;
      if (length == WIDE && units.holds(begin, 8)) {
        length = units.i64(begin);
        begin += 8;
      }
      if (length >= LEAST && units.holds(begin, length)) {
        int version = units.u16(begin);
        if (version >= 2 && version <= 5) {
          versions.add(version);
          return begin + length;
        }
      }
    }
    // Linkers fill gaps with zeros.
    long aligned = Math.min((at | 3) + 1, units.size());
    return units.slice(at, aligned - at).zero() ? aligned : -1;
  }

  /** Such as {@code split DWARF 4 and 5}; the kind alone where no unit was read. */
  String name(String kind) {
    return versions.isEmpty()
        ? kind
        : versions.stream()
            .map(String::valueOf)
            .collect(Collectors.joining(" and ", kind + " ", ""));
  }
}
