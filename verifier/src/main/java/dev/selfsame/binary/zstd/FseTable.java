package dev.selfsame.binary.zstd;

import java.util.Arrays;

/**
 * A table of Finite State Entropy: each state has a symbol, and says how many bits lead on from
 * where. Source: RFC 8878, section 4.1.1.
 */
final class FseTable {
  private final int log;
  private final byte[] symbols;
  private final byte[] bits;
  private final int[] bases;

  private FseTable(int log) {
    this.log = log;
    this.symbols = new byte[1 << log];
    this.bits = new byte[1 << log];
    this.bases = new int[1 << log];
  }

  /** The table of one symbol, which takes no bits. */
  static FseTable of(int symbol) {
    FseTable table = new FseTable(0);
    table.symbols[0] = (byte) symbol;
    return table;
  }

  /**
   * The table of a distribution.
   *
   * @param counts how many states each symbol has; -1 for one that is less than one
   */
  static FseTable of(int log, int... counts) {
    FseTable table = new FseTable(log);
    int size = 1 << log;
    int[] next = counts.clone();
    int high = size;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      if (counts[symbol] < 0) {
        table.symbols[--high] = (byte) symbol;
        next[symbol] = 1;
      }
    }
    int step = (size >> 1) + (size >> 3) + 3;
    int place = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      for (int i = 0; i < counts[symbol]; i++) {
        table.symbols[place] = (byte) symbol;
        do {
          place = (place + step) & (size - 1);
        } while (place >= high);
      }
    }
    for (int state = 0; state < size; state++) {
      int number = next[table.symbols[state]]++;
      table.bits[state] = (byte) (log - BackwardBits.highest(number));
      table.bases[state] = (number << table.bits[state]) - size;
    }
    return table;
  }

  /**
   * Reads a distribution.
   *
   * @param most the largest logarithm of its size
   * @param symbols how many there may be
   */
  static FseTable read(Packed in, int most, int symbols) {
    int log = (in.peek(0) & 15) + 5;
    if (log > most) {
      throw in.malformed("a table of 2^%d states".formatted(log));
    }
    int at = 4;
    int remaining = 1 << log;
    int[] counts = new int[symbols];
    int symbol = 0;
    while (remaining > 0 && symbol < symbols) {
      int width = BackwardBits.highest(remaining + 1) + 1;
      int value = forward(in, at, width);
      at += width;
      int low = (1 << (width - 1)) - 1;
      int threshold = (1 << width) - 1 - (remaining + 1);
      if ((value & low) < threshold) {
        value &= low;
        at--;
      } else if (value > low) {
        value -= threshold;
      }
      counts[symbol++] = value - 1;
      remaining -= Math.abs(value - 1);
      // How many more have none follows in pairs of bits, the last of which is not 3.
      for (int more = value == 1 ? 3 : 0; more == 3; ) {
        more = forward(in, at, 2);
        at += 2;
        symbol += more;
      }
    }
    if (remaining != 0 || symbol > symbols) {
      throw in.malformed("a distribution of symbols that does not add up");
    }
    in.take((at + 7) >>> 3);
    return of(log, Arrays.copyOf(counts, symbol));
  }

  /** Bits from a place on, counted from what is next; the lowest comes first. */
  private static int forward(Packed in, int at, int count) {
    int value = 0;
    for (int i = 0; i < 3; i++) {
      value |= in.peek((at >>> 3) + i) << (8 * i);
    }
    return (value >>> (at & 7)) & ((1 << count) - 1);
  }

  int first(BackwardBits in) {
    return in.read(log);
  }

  int symbol(int state) {
    return symbols[state];
  }

  /** How many bits lead on from a state. */
  int bits(int state) {
    return bits[state];
  }

  int next(int state, BackwardBits in) {
    return bases[state] + in.read(bits[state]);
  }
}
