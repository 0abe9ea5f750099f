package dev.selfsame.binary.zstd;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How literals and matches follow one another. What a frame's earlier blocks had is used again.
 * Source: RFC 8878, sections 3.1.1.3.2 and 3.1.1.5.
 */
final class Sequences {
  /** A kind of number: its codes, and what each stands for where it is not the number itself. */
  private enum Kind {
    LITERALS(
        9,
        new int[] {
          0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 28, 32, 40, 48,
          64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536
        },
        new int[] {
          0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10,
          11, 12, 13, 14, 15, 16
        },
        FseTable.of(
            6, 4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1,
            1, 1, 1, 1, -1, -1, -1, -1)),
    /** The code says how many bits follow a set one. */
    OFFSETS(
        8,
        new int[32],
        new int[32],
        FseTable.of(
            5, 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1,
            -1, -1)),
    MATCHES(
        9,
        new int[] {
          3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
          27, 28, 29, 30, 31, 32, 33, 34, 35, 37, 39, 41, 43, 47, 51, 59, 67, 83, 99, 131, 259, 515,
          1027, 2051, 4099, 8195, 16387, 32771, 65539
        },
        new int[] {
          0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
          0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16
        },
        FseTable.of(
            6, 1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1));

    private final int log;

    @SuppressWarnings("ImmutableEnumChecker") // never written to
    private final int[] bases;

    @SuppressWarnings("ImmutableEnumChecker") // never written to
    private final int[] bits;

    @SuppressWarnings("ImmutableEnumChecker") // never written to
    private final FseTable usual;

    Kind(int log, int[] bases, int[] bits, FseTable usual) {
      this.log = log;
      this.bases = bases;
      this.bits = bits;
      this.usual = usual;
    }
  }

  private final Map<Kind, FseTable> tables = new EnumMap<>(Kind.class);

  /** The last three distances, the latest first. */
  private final int[] latest = {1, 4, 8};

  /** Puts a block's literals and matches one behind another. */
  void unpack(Packed in, Literals literals, Content out) {
    int count = count(in);
    if (count > 0) {
      int modes = in.u8();
      FseTable lengths = table(Kind.LITERALS, modes >>> 6, in);
      FseTable offsets = table(Kind.OFFSETS, (modes >>> 4) & 3, in);
      FseTable matches = table(Kind.MATCHES, (modes >>> 2) & 3, in);
      BackwardBits bits = new BackwardBits(in);
      int length = lengths.first(bits);
      int offset = offsets.first(bits);
      int match = matches.first(bits);
      for (int i = 0; i < count; i++) {
        int code = offsets.symbol(offset);
        // 2 GB before: nothing is as large.
        if (code > 30) {
          throw in.malformed("a match that is too far away");
        }
        int far = (1 << code) + bits.read(code);
        int matched = number(Kind.MATCHES, matches.symbol(match), bits);
        int literal = number(Kind.LITERALS, lengths.symbol(length), bits);
        literals.copyInto(out, literal);
        out.repeat(distance(far, literal), matched);
        if (i + 1 < count) {
          length = lengths.next(length, bits);
          match = matches.next(match, bits);
          offset = offsets.next(offset, bits);
        }
      }
      if (bits.left() != 0) {
        throw in.malformed("bits behind the last sequence");
      }
    } else if (in.left() != 0) {
      throw in.malformed("bytes behind a block without sequences");
    }
    literals.copyInto(out, literals.left());
  }

  private static int count(Packed in) {
    int first = in.u8();
    if (first < 128) {
      return first;
    }
    return first < 255 ? ((first - 128) << 8) + in.u8() : (int) in.number(2) + 0x7f00;
  }

  private FseTable table(Kind kind, int mode, Packed in) {
    @Nullable FseTable before = tables.get(kind);
    if (mode == 3 && before == null) {
      throw in.malformed("the table of an earlier block, of which there is none");
    }
    FseTable table =
        switch (mode) {
          case 0 -> kind.usual;
          case 1 -> FseTable.of(symbol(kind, in));
          case 2 -> FseTable.read(in, kind.log, kind.bases.length);
          default -> before == null ? kind.usual : before;
        };
    tables.put(kind, table);
    return table;
  }

  private static int symbol(Kind kind, Packed in) {
    int symbol = in.u8();
    if (symbol >= kind.bases.length) {
      throw in.malformed("a code that does not exist");
    }
    return symbol;
  }

  private static int number(Kind kind, int code, BackwardBits bits) {
    return kind.bases[code] + bits.read(kind.bits[code]);
  }

  /** The first three numbers stand for the latest distances; without literals, for others. */
  private int distance(int far, int literal) {
    int which = far > 3 ? 4 : far - 1 + (literal == 0 ? 1 : 0);
    if (which == 0) {
      return latest[0];
    }
    int distance = far > 3 ? far - 3 : which == 3 ? latest[0] - 1 : latest[which];
    if (which > 1) {
      latest[2] = latest[1];
    }
    latest[1] = latest[0];
    latest[0] = distance;
    return distance;
  }
}
