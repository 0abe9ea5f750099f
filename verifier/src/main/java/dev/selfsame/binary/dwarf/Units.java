package dev.selfsame.binary.dwarf;

import dev.selfsame.binary.bytes.ByteView;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The units of a section, each by its header and the first of its entries. */
public final class Units {
  /** A program of 500 MB has some ten thousand. */
  private static final int MOST = 1 << 20;

  private static final long WIDE = 0xffff_ffffL;
  private static final long RESERVED = 0xffff_fff0L;
  private static final int SKELETON = 0x04;
  static final int SPLIT_COMPILE = 0x05;
  private static final long GNU_DWO_ID = 0x2131;

  private final ByteView info;
  private final Abbreviations abbreviations;
  private final List<Unit> found = new ArrayList<>();

  private Units(ByteView info, ByteView abbreviations) {
    this.info = info;
    this.abbreviations = new Abbreviations(abbreviations);
  }

  /**
   * Every unit.
   *
   * @param info content of {@code .debug_info} or {@code .debug_info.dwo}, unpacked
   * @param abbreviations of {@code .debug_abbrev} or {@code .debug_abbrev.dwo}
   * @throws dev.selfsame.binary.bytes.MalformedInputException where a unit runs past the end, or
   *     there are too many
   */
  public static List<Unit> of(ByteView info, ByteView abbreviations) {
    Units units = new Units(info, abbreviations);
    long at = 0;
    while (at < info.size()) {
      if (units.found.size() == MOST) {
        throw info.malformed(at, "more than %d units".formatted(MOST));
      }
      at = units.next(at);
    }
    return List.copyOf(units.found);
  }

  /** Where the unit after this one begins. */
  private long next(long at) {
    long length = info.u32(at);
    boolean wide = length == WIDE;
    if (length >= RESERVED && !wide) {
      throw info.malformed(at, "a unit of a reserved length");
    }
    long begin = at + 4;
    if (wide) {
      length = info.i64(begin);
      begin += 8;
    }
    ByteView rest = info.slice(begin, length);
    // Linkers fill gaps with zeros, which read as units of no length.
    if (length != 0) {
      found.add(unit(at, rest, wide));
    }
    return begin + length;
  }

  private Unit unit(long at, ByteView unit, boolean wide) {
    Cursor cursor = new Cursor(unit, 0);
    int version = cursor.u16();
    if (version == 5) {
      return five(at, cursor);
    } else if (version < 2 || version > 5) {
      return new Unit(at, version, OptionalLong.empty(), false);
    }
    long table = cursor.word(wide);
    int address = cursor.u8();
    return root(new Unit(at, version, OptionalLong.empty(), true), cursor, table, wide, address);
  }

  /** Source: DWARF 5, 7.5.1.2: the id is part of the header. */
  private Unit five(long at, Cursor cursor) {
    int type = cursor.u8();
    boolean wide = info.u32(at) == WIDE;
    if (type != SKELETON && type != SPLIT_COMPILE) {
      return new Unit(at, 5, OptionalLong.empty(), true);
    }
    cursor.u8();
    cursor.word(wide);
    return new Unit(at, 5, OptionalLong.of(cursor.word(true)), true);
  }

  /** Source: GCC wiki, DebugFission: the id is an attribute of the first entry. */
  private Unit root(Unit unit, Cursor cursor, long table, boolean wide, int address) {
    long code = cursor.uleb();
    Cursor attributes = abbreviations.table(table);
    Unit unread = new Unit(unit.offset(), unit.version(), OptionalLong.empty(), false);
    if (code == 0) {
      return unit;
    } else if (!abbreviations.find(attributes, code)) {
      return unread;
    }
    while (true) {
      abbreviations.step();
      long name = attributes.uleb();
      long form = attributes.uleb();
      if (name == 0 && form == 0) {
        return unit;
      } else if (form == Forms.IMPLICIT_CONST) {
        attributes.uleb();
      } else if (form == Forms.INDIRECT) {
        form = cursor.uleb();
      }
      if (name == GNU_DWO_ID && form == Forms.DATA8) {
        return new Unit(unit.offset(), unit.version(), OptionalLong.of(cursor.word(true)), true);
      } else if (!Forms.skip(cursor, form, wide, address)) {
        return unread;
      }
    }
  }
}
