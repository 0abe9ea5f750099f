package dev.selfsame.binary.zstd;

/**
 * Bits that are read from the last to the first; a set bit behind them says where they end. Source:
 * RFC 8878, section 4.1.
 */
final class BackwardBits {
  private final Packed in;
  private int left;

  BackwardBits(Packed in) {
    this.in = in;
    int last = in.left() == 0 ? 0 : in.peek(in.left() - 1);
    if (last == 0) {
      throw in.malformed("bits without an end");
    }
    this.left = 8 * (in.left() - 1) + highest(last);
  }

  /** The place of the highest bit that is set. */
  static int highest(int value) {
    return 31 - Integer.numberOfLeadingZeros(value);
  }

  /** How many bits are left. */
  int left() {
    return left;
  }

  /** The next bits without passing them, at most 32; where there are fewer, zeros follow them. */
  int peek(int count) {
    int missing = Math.max(0, count - left);
    return (int) (bits(left - count + missing, count - missing) << missing);
  }

  /** Passes bits that were looked at. */
  void pass(int count) {
    if (count > left) {
      throw in.malformed("bits end too early");
    }
    left -= count;
  }

  /** The next bits, at most 31. */
  int read(int count) {
    int value = peek(count);
    pass(count);
    return value;
  }

  private long bits(int from, int count) {
    int shift = from & 7;
    int size = (shift + count + 7) >>> 3;
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (long) in.peek((from >>> 3) + i) << (8 * i);
    }
    return (value >>> shift) & ((1L << count) - 1);
  }
}
