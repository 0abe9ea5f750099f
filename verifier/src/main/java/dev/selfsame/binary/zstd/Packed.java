package dev.selfsame.binary.zstd;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;

/** Packed bytes from one place to another, read forward; numbers have their lowest byte first. */
final class Packed {
  private final ByteView view;
  private final byte[] bytes;
  private final int end;
  private int at;

  private Packed(ByteView view, byte[] bytes, int at, int end) {
    this.view = view;
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** The first bytes of a view, at most so many. */
  static Packed of(ByteView view, int most) {
    byte[] bytes = view.copy(0, (int) Math.min(view.size(), most));
    return new Packed(view, bytes, 0, bytes.length);
  }

  /** How many bytes are left. */
  int left() {
    return end - at;
  }

  /** The next bytes, which are passed over here. */
  Packed take(int size) {
    require(size);
    Packed part = new Packed(view, bytes, at, at + size);
    at += size;
    return part;
  }

  int u8() {
    return (int) number(1);
  }

  /** A number of up to eight bytes. */
  long number(int size) {
    require(size);
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (bytes[at + i] & 0xffL) << (8 * i);
    }
    at += size;
    return value;
  }

  void copyInto(byte[] into, int to, int size) {
    require(size);
    System.arraycopy(bytes, at, into, to, size);
    at += size;
  }

  /** The byte at a place, counted from what is next; 0 behind the end. */
  int peek(int place) {
    return place < left() ? bytes[at + place] & 0xff : 0;
  }

  MalformedInputException malformed(String reason) {
    return view.malformed(at, "zstd: " + reason);
  }

  private void require(int size) {
    if (size < 0 || size > left()) {
      throw malformed("packed bytes end too early");
    }
  }
}
