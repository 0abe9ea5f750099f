package dev.selfsame.binary.dwarf;

import dev.selfsame.binary.bytes.ByteView;
import java.util.Set;
import java.util.TreeSet;

/**
 * The DWO ids in the index of a {@code .dwp} package. Source: DWARF 5, 7.3.5.3; version 2 is GNU's,
 * of packages of DWARF 4.
 */
public final class UnitIndex {
  private static final int HEADER = 16;
  private static final int MOST = 1 << 20;

  private UnitIndex() {}

  /**
   * The ids.
   *
   * @param index content of {@code .debug_cu_index}
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it is of another version, or a
   *     table runs past the end, or it does not hold as many units as it says
   */
  public static Set<Long> ids(ByteView index) {
    // Four bytes in version 2; two, and two of zeros, in version 5.
    boolean known = index.u32(0) == 2 || (index.u16(0) == 5 && index.u16(2) == 0);
    if (!known) {
      throw index.malformed(0, "an index of a version that is not read");
    }
    long units = index.u32(8);
    int slots = index.count(HEADER, index.u32(12), 12);
    Set<Long> ids = new TreeSet<>();
    if (units > MOST) {
      throw index.malformed(8, "an index of more than %d units".formatted(MOST));
    }
    long rows = HEADER + 8L * slots;
    for (long slot = 0; slot < slots; slot++) {
      // A slot without a row is empty, whatever its signature.
      if (index.u32(rows + 4 * slot) != 0) {
        ids.add(index.i64(HEADER + 8 * slot));
      }
    }
    if (ids.size() != units) {
      throw index.malformed(8, "an index of %d units that holds %d".formatted(units, ids.size()));
    }
    return ids;
  }
}
