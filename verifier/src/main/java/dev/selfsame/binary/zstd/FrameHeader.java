package dev.selfsame.binary.zstd;

/**
 * What stands before a frame's blocks. Source: RFC 8878, section 3.1.1.1.
 *
 * @param window how far a match may reach back, in bytes
 * @param declared how many bytes the frame says that it has, -1 where it does not
 * @param checksum whether four bytes follow the last block
 */
record FrameHeader(long window, long declared, boolean checksum) {
  private static final long UNSAID = -1;

  /** How many bytes follow the descriptor. */
  static int size(int descriptor) {
    return (isSingle(descriptor) ? 0 : 1) + dictionary(descriptor) + width(descriptor);
  }

  /**
   * Reads what follows the descriptor.
   *
   * @throws dev.selfsame.binary.bytes.MalformedInputException where the frame needs a dictionary
   */
  static FrameHeader read(int descriptor, Packed in) {
    if ((descriptor & 8) != 0) {
      throw in.malformed("a frame of another kind");
    }
    boolean single = isSingle(descriptor);
    long window = single ? 0 : window(in.u8());
    if (in.number(dictionary(descriptor)) != 0) {
      throw in.malformed("a frame that needs a dictionary");
    }
    int width = width(descriptor);
    long declared = width == 0 ? UNSAID : in.number(width) + (width == 2 ? 256 : 0);
    if (width > 0 && declared < 0) {
      throw in.malformed("a frame of more bytes than there can be");
    }
    return new FrameHeader(single ? declared : window, declared, (descriptor & 4) != 0);
  }

  /** Whether it says another size than this one. */
  boolean other(long size) {
    return declared != UNSAID && declared != size;
  }

  /** Whether the window is the whole content. */
  private static boolean isSingle(int descriptor) {
    return (descriptor & 0x20) != 0;
  }

  private static int dictionary(int descriptor) {
    return (descriptor & 3) == 3 ? 4 : descriptor & 3;
  }

  private static int width(int descriptor) {
    int kind = descriptor >>> 6;
    return kind == 0 ? (isSingle(descriptor) ? 1 : 0) : 1 << kind;
  }

  /** A power of two from 1 KB on, and so many eighths of it. */
  private static long window(int said) {
    long base = 1L << (10 + (said >>> 3));
    return base + base / 8 * (said & 7);
  }
}
