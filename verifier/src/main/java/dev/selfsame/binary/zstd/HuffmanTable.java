package dev.selfsame.binary.zstd;

import java.util.Arrays;

/** A table of Huffman codes for literals. Source: RFC 8878, section 4.2. */
final class HuffmanTable {
  private static final int MOST_BITS = 11;
  private static final int SYMBOLS = 256;

  private final int log;
  private final byte[] symbols;
  private final byte[] bits;

  /**
   * @param weights of all symbols, of which the last is found from the others
   */
  private HuffmanTable(int[] weights, int log) {
    this.log = log;
    this.symbols = new byte[1 << log];
    this.bits = new byte[1 << log];
    int place = 0;
    for (int weight = 1; weight <= log; weight++) {
      for (int symbol = 0; symbol < weights.length; symbol++) {
        if (weights[symbol] == weight) {
          int end = place + (1 << (weight - 1));
          Arrays.fill(symbols, place, end, (byte) symbol);
          Arrays.fill(bits, place, end, (byte) (log + 1 - weight));
          place = end;
        }
      }
    }
  }

  static HuffmanTable read(Packed in) {
    int header = in.u8();
    int[] weights = new int[SYMBOLS];
    int count = header >= 128 ? plain(in, header - 127, weights) : packed(in.take(header), weights);
    int sum = 0;
    for (int i = 0; i < count; i++) {
      if (weights[i] > MOST_BITS) {
        throw in.malformed("a code of more than 11 bits");
      }
      sum += weights[i] == 0 ? 0 : 1 << (weights[i] - 1);
    }
    int log = sum == 0 ? MOST_BITS + 1 : BackwardBits.highest(sum) + 1;
    int rest = (1 << log) - sum;
    if (log > MOST_BITS || Integer.bitCount(rest) != 1) {
      throw in.malformed("codes that are not whole");
    }
    weights[count] = BackwardBits.highest(rest) + 1;
    return new HuffmanTable(Arrays.copyOf(weights, count + 1), log);
  }

  /** Four bits each, the higher first. */
  private static int plain(Packed in, int count, int[] weights) {
    for (int i = 0; i < count; i += 2) {
      int two = in.u8();
      weights[i] = two >>> 4;
      weights[i + 1] = two & 15;
    }
    return count;
  }

  /** Two states by turns, until the bits end; then the other one has its symbol still to give. */
  private static int packed(Packed in, int[] weights) {
    FseTable table = FseTable.read(in, 6, MOST_BITS + 2);
    BackwardBits bits = new BackwardBits(in);
    int state = table.first(bits);
    int other = table.first(bits);
    int count = 0;
    while (true) {
      if (count + 2 >= SYMBOLS) {
        throw in.malformed("more than 255 weights");
      }
      weights[count++] = table.symbol(state);
      if (table.bits(state) > bits.left()) {
        weights[count++] = table.symbol(other);
        return count;
      }
      int next = table.next(state, bits);
      state = other;
      other = next;
    }
  }

  /** Unpacks one stream, which has to end with its last symbol. */
  void unpack(Packed in, byte[] into, int from, int to) {
    BackwardBits stream = new BackwardBits(in);
    for (int i = from; i < to; i++) {
      int code = stream.peek(log);
      into[i] = symbols[code];
      stream.pass(bits[code]);
    }
    if (stream.left() != 0) {
      throw in.malformed("a stream of literals that is too long");
    }
  }
}
