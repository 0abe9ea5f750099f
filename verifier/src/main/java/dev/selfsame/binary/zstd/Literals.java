package dev.selfsame.binary.zstd;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A block's literals; codes of an earlier one may be used again. Source: RFC 8878, 3.1.1.3. */
final class Literals {
  private final byte[] bytes = new byte[Zstd.BLOCK];
  private @Nullable HuffmanTable table;
  private int count;
  private int at;

  /** Forgets the codes of another frame. */
  void beginFrame() {
    table = null;
  }

  /** Reads those of the next block. */
  void read(Packed in) {
    int first = in.peek(0);
    int format = (first >>> 2) & 3;
    boolean coded = (first & 2) != 0;
    int header = coded ? Math.max(3, format + 2) : (format & 1) == 0 ? 1 : format == 1 ? 2 : 3;
    long said = in.number(header);
    int width = coded ? Math.max(10, 4 * format + 6) : 20;
    int shift = coded || (format & 1) != 0 ? 4 : 3;
    at = 0;
    count = (int) (said >>> shift) & ((1 << width) - 1);
    if (count > bytes.length) {
      throw in.malformed("a block of too many literals");
    }
    if (coded) {
      int size = (int) (said >>> (shift + width)) & ((1 << width) - 1);
      coded(in.take(size), (first & 1) == 0, format > 0);
    } else if ((first & 1) == 0) {
      in.copyInto(bytes, 0, count);
    } else {
      Arrays.fill(bytes, 0, count, (byte) in.u8());
    }
  }

  /**
   * By Huffman codes.
   *
   * @param described whether the codes come first, else they are those of an earlier block
   * @param four whether there are four streams
   */
  private void coded(Packed in, boolean described, boolean four) {
    HuffmanTable codes = described ? HuffmanTable.read(in) : table;
    if (codes == null) {
      throw in.malformed("the codes of an earlier block, of which there are none");
    }
    table = codes;
    if (!four) {
      codes.unpack(in, bytes, 0, count);
      return;
    }
    int[] sizes = {(int) in.number(2), (int) in.number(2), (int) in.number(2)};
    int each = (count + 3) / 4;
    if (3 * each > count) {
      throw in.malformed("four streams of fewer literals");
    }
    for (int i = 0; i < sizes.length; i++) {
      codes.unpack(in.take(sizes[i]), bytes, i * each, (i + 1) * each);
    }
    codes.unpack(in, bytes, 3 * each, count);
  }

  /** How many are left of the block's. */
  int left() {
    return count - at;
  }

  /** Copies the next ones. */
  void copyInto(Content out, int size) {
    out.add(bytes, at, size, count);
    at += size;
  }
}
