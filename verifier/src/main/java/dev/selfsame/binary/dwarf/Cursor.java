package dev.selfsame.binary.dwarf;

import dev.selfsame.binary.bytes.ByteView;

/** A place in a view that moves on as numbers are read. */
final class Cursor {
  private static final int MOST_LEB = 10;

  private final ByteView view;
  private long at;

  Cursor(ByteView view, long at) {
    this.view = view;
    this.at = at;
  }

  long at() {
    return at;
  }

  int u8() {
    int value = view.u8(at);
    at += 1;
    return value;
  }

  int u16() {
    int value = view.u16(at);
    at += 2;
    return value;
  }

  /** An offset: 8 bytes in the 64-bit format, else 4. */
  long word(boolean wide) {
    long value = view.word(at, wide);
    at += wide ? 8 : 4;
    return value;
  }

  /**
   * An unsigned LEB128; what exceeds 64 bits is lost. Source: DWARF 5, 7.6.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where it has over ten bytes
   */
  long uleb() {
    long value = 0;
    for (int i = 0; i < MOST_LEB; i++) {
      int one = u8();
      value |= (long) (one & 0x7f) << (7 * i);
      if (one < 0x80) {
        return value;
      }
    }
    throw view.malformed(at, "a number of more than ten bytes");
  }

  /** Passes over bytes, of which each must exist. */
  void skip(long bytes) {
    if (!view.holds(at, bytes)) {
      throw view.malformed(
          at, "a value of %s bytes past the end".formatted(Long.toUnsignedString(bytes)));
    }
    at += bytes;
  }

  /** The text that begins at an earlier place, up to its NUL. */
  BodyNames.Text text(long from, int limit) {
    return new BodyNames.Text(view.text(from, limit), view.start() + from);
  }

  /** Passes over a text and its NUL. */
  void skipText() {
    while (u8() != 0) {
      // What it says is of no interest.
    }
  }
}
