package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;

/** Which DWARF debug information is. */
final class Dwarf {
  private Dwarf() {}

  /**
   * A kind of DWARF with its version, where the first unit has a sound one. Source: DWARF 5, 7.4
   * and 7.5.1: the version follows the unit's length.
   *
   * @param kind such as {@code split DWARF}
   * @param units content of a section that begins with a unit
   */
  static String name(String kind, ByteView units) {
    if (units.size() < 14) {
      return kind;
    }
    int version = units.u32(0) == 0xffff_ffffL ? units.u16(12) : units.u16(4);
    return version >= 2 && version <= 5 ? "%s %d".formatted(kind, version) : kind;
  }
}
