package dev.selfsame.binary.dwarf;

/** How long the values of attributes are. Source: DWARF 5, 7.5.6; GNU's in binutils' dwarf2.def. */
final class Forms {
  static final long DATA8 = 0x07;

  /** {@code DW_FORM_string}: the text itself. */
  static final long TEXT = 0x08;

  static final long INDIRECT = 0x16;
  static final long IMPLICIT_CONST = 0x21;

  private Forms() {}

  /**
   * Reads the number of a text, where the form is one: {@code DW_FORM_strx} and its kin.
   *
   * @return -1 where it is another form; nothing is read then
   */
  static long textNumber(Cursor cursor, long form) {
    return switch (form > 0xffff || form < 0 ? 0 : (int) form) {
      case 0x1a, 0x1f02 -> cursor.uleb();
      case 0x25 -> cursor.u8();
      case 0x26 -> cursor.u16();
      case 0x27 -> cursor.u16() | (long) cursor.u8() << 16;
      case 0x28 -> cursor.word(false);
      default -> -1;
    };
  }

  /**
   * Passes over a value.
   *
   * @param wide whether the unit is of the 64-bit format
   * @param address bytes of an address
   * @return false where the form is not known, and so where the next value begins
   */
  static boolean skip(Cursor cursor, long form, boolean wide, int address) {
    int fixed = fixed(form, wide, address);
    if (fixed >= 0) {
      cursor.skip(fixed);
      return true;
    }
    switch ((int) form) {
      case 0x08 -> cursor.skipText();
      case 0x03 -> cursor.skip(cursor.u16());
      case 0x04 -> cursor.skip(cursor.word(false));
      case 0x0a -> cursor.skip(cursor.u8());
      case 0x09, 0x18 -> cursor.skip(cursor.uleb());
      case 0x0d, 0x0f, 0x15, 0x1a, 0x1b, 0x22, 0x23, 0x1f01, 0x1f02 -> cursor.uleb();
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Bytes of a form that has always as many, or -1. */
  private static int fixed(long form, boolean wide, int address) {
    if (form > 0xffff || form < 0) {
      return -1;
    }
    return switch ((int) form) {
      case 0x19, 0x21 -> 0;
      case 0x0b, 0x0c, 0x11, 0x25, 0x29 -> 1;
      case 0x05, 0x12, 0x26, 0x2a -> 2;
      case 0x27, 0x2b -> 3;
      case 0x06, 0x13, 0x1c, 0x28, 0x2c -> 4;
      case 0x07, 0x14, 0x20, 0x24 -> 8;
      case 0x1e -> 16;
      case 0x01 -> address;
      case 0x0e, 0x10, 0x17, 0x1d, 0x1f, 0x1f20, 0x1f21 -> wide ? 8 : 4;
      default -> -1;
    };
  }
}
