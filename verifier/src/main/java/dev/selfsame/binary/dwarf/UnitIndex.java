package dev.selfsame.binary.dwarf;

import dev.selfsame.binary.bytes.ByteView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The units in the index of a {@code .dwp} package: their DWO ids, and where their parts stand in
 * the package's sections. Source: DWARF 5, 7.3.5.3; version 2 is GNU's, of packages of DWARF 4.
 */
public final class UnitIndex {
  private static final int HEADER = 16;
  private static final int COLUMNS = 4;
  private static final int UNITS = 8;
  private static final int SLOTS = 12;
  private static final int MOST = 1 << 17;

  /** Both versions know eight kinds of sections. */
  private static final int MOST_COLUMNS = 8;

  /** Numbers of sections, the same in both versions. */
  public static final int INFO = 1;

  public static final int ABBREVIATIONS = 3;

  public static final int TEXT_OFFSETS = 6;

  private UnitIndex() {}

  /**
   * A unit.
   *
   * @param id its DWO id
   * @param parts where its parts stand, by the number of the section
   */
  public record Row(long id, Map<Integer, Part> parts) {
    public Row {
      parts = Map.copyOf(parts);
    }
  }

  /**
   * A unit's part of a section.
   *
   * @param offset from the section's beginning, in bytes
   * @param size bytes
   */
  public record Part(long offset, long size) {}

  /** A slot that is in use. */
  private record Slot(long id, long row) {}

  /**
   * The ids.
   *
   * @param index content of {@code .debug_cu_index}
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it is of another version, or a
   *     table runs past the end, or it does not hold as many units as it says
   */
  public static Set<Long> ids(ByteView index) {
    Set<Long> ids = new TreeSet<>();
    slots(index).forEach(slot -> ids.add(slot.id()));
    long units = index.u32(UNITS);
    if (ids.size() != units) {
      throw index.malformed(
          UNITS, "an index of %d units that holds %d".formatted(units, ids.size()));
    }
    return ids;
  }

  /**
   * The units, by where they stand in {@code .debug_info.dwo}.
   *
   * @param index content of {@code .debug_cu_index}
   * @throws dev.selfsame.binary.bytes.MalformedInputException as {@link #ids}, and where a unit has
   *     a row that is not there
   */
  public static List<Row> rows(ByteView index) {
    List<Slot> slots = slots(index);
    long units = index.u32(UNITS);
    long columns = index.u32(COLUMNS);
    if (columns > MOST_COLUMNS) {
      throw index.malformed(COLUMNS, "an index of %d columns".formatted(columns));
    }
    long numbers = HEADER + 12 * index.u32(SLOTS);
    long offsets = numbers + 4 * columns;
    index.count(numbers, columns * (1 + 2 * units), 4);
    long sizes = offsets + 4 * columns * units;
    List<Row> rows = new ArrayList<>();
    for (Slot slot : slots) {
      if (slot.row() > units) {
        throw index.malformed(UNITS, "a unit in row %d of %d".formatted(slot.row(), units));
      }
      Map<Integer, Part> parts = new TreeMap<>();
      for (long column = 0; column < columns; column++) {
        long at = 4 * (columns * (slot.row() - 1) + column);
        int section = (int) index.u32(numbers + 4 * column);
        parts.put(section, new Part(index.u32(offsets + at), index.u32(sizes + at)));
      }
      rows.add(new Row(slot.id(), parts));
    }
    if (rows.size() != units) {
      throw index.malformed(
          UNITS, "an index of %d units that holds %d".formatted(units, rows.size()));
    }
    rows.sort(Comparator.comparingLong(UnitIndex::begin).thenComparingLong(Row::id));
    return rows;
  }

  private static long begin(Row row) {
    Part info = row.parts().get(INFO);
    return info == null ? -1 : info.offset();
  }

  private static List<Slot> slots(ByteView index) {
    // Four bytes in version 2; two, and two of zeros, in version 5.
    boolean known = index.u32(0) == 2 || (index.u16(0) == 5 && index.u16(2) == 0);
    if (!known) {
      throw index.malformed(0, "an index of a version that is not read");
    }
    int count = index.count(HEADER, index.u32(SLOTS), 12);
    long units = index.u32(UNITS);
    if (units > MOST) {
      throw index.malformed(UNITS, "an index of more than %d units".formatted(MOST));
    }
    long rows = HEADER + 8L * count;
    List<Slot> slots = new ArrayList<>();
    for (long slot = 0; slot < count; slot++) {
      // A slot without a row is empty, whatever its signature.
      long row = index.u32(rows + 4 * slot);
      if (row != 0) {
        if (slots.size() == units) {
          throw index.malformed(UNITS, "an index of %d units that holds more".formatted(units));
        }
        slots.add(new Slot(index.i64(HEADER + 8 * slot), row));
      }
    }
    return slots;
  }
}
