package dev.selfsame.binary.dwarf;

import dev.selfsame.binary.bytes.ByteView;

/**
 * What the entries of units have, by their codes. Searched from the begin of a table each time, and
 * bounded all together: a crafted file may have many units and long tables. Source: DWARF 5, 7.5.3.
 */
final class Abbreviations {
  /** Attributes that are looked at in search of the units' abbreviations, all together. */
  private static final long MOST_STEPS = 1 << 26;

  private final ByteView bytes;
  private long steps;

  /** Of a section. */
  Abbreviations(ByteView bytes) {
    this.bytes = bytes;
  }

  /** A cursor at the begin of a table. */
  Cursor table(long offset) {
    return new Cursor(bytes, offset);
  }

  /** Moves to the attributes of the abbreviation with this code; false where there is none. */
  boolean find(Cursor table, long code) {
    for (long here = table.uleb(); here != 0; here = table.uleb()) {
      table.uleb();
      table.u8();
      if (here == code) {
        return true;
      }
      skipAttributes(table);
    }
    return false;
  }

  private void skipAttributes(Cursor table) {
    while (true) {
      step();
      long name = table.uleb();
      long form = table.uleb();
      if (form == Forms.IMPLICIT_CONST) {
        table.uleb();
      } else if (name == 0 && form == 0) {
        return;
      }
    }
  }

  /** Counts an attribute. */
  void step() {
    steps++;
    if (steps > MOST_STEPS) {
      throw bytes.malformed(0, "abbreviations that take too long to search");
    }
  }
}
