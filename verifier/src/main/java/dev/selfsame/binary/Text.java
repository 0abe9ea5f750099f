package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;

/** Tells text from binaries. */
final class Text {
  private static final int LOOKED_AT = 4096;

  private Text() {}

  /** Whether the first 4,096 bytes hold no control character but white space. */
  static boolean is(ByteView file) {
    byte[] head = file.copy(0, (int) Math.min(LOOKED_AT, file.size()));
    for (byte b : head) {
      boolean space = b == '\n' || b == '\r' || b == '\t' || b == '\f' || b == 0x1b;
      if (b == 0x7f || (b >= 0 && b < 0x20 && !space)) {
        return false;
      }
    }
    return true;
  }
}
