package dev.selfsame.binary.macho;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.Printable;

/** Texts that end at a NUL or at the end of their field. */
final class Texts {
  private static final int MAX = 4096;

  private Texts() {}

  /** A field of fixed size; the text may fill it. */
  static String fixed(ByteView view, long offset, int size) {
    byte[] raw = view.copy(offset, size);
    int end = 0;
    while (end < raw.length && raw[end] != 0) {
      end++;
    }
    return Printable.of(java.util.Arrays.copyOf(raw, end));
  }

  /** What an {@code lc_str} at {@code field} points at within its load command. */
  static String named(ByteView command, long field) {
    long at = command.u32(field);
    if (at >= command.size()) {
      throw command.malformed(field, "a load command's text lies outside of it");
    }
    return fixed(command, at, (int) Math.min(MAX, command.size() - at));
  }
}
