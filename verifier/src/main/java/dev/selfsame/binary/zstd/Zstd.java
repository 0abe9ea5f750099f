package dev.selfsame.binary.zstd;

import dev.selfsame.binary.bytes.ByteView;

/** Unpacks Zstandard frames, never more than was asked for. Source: RFC 8878, section 3.1. */
public final class Zstd {
  /** The most bytes of a block. */
  static final int BLOCK = 1 << 17;

  /** The kind of a block that is one byte, so many times. */
  static final int REPEATED = 1;

  static final String OTHER_SIZE = "a frame of another size than it says";
  static final long MAGIC = 0xfd2fb528L;

  /** The first of sixteen, of frames that hold something else. */
  private static final long OTHER = 0x184d2a50L;

  private Zstd() {}

  /** Whether a frame holds something else; its size follows. */
  static boolean isOther(long magic) {
    return (magic & ~15L) == OTHER;
  }

  /**
   * The content of one frame or several.
   *
   * @param most bytes, at most 1 GB
   * @throws dev.selfsame.binary.bytes.MalformedInputException where there is none, or one is
   *     malformed or holds more, or needs a dictionary
   */
  public static byte[] unpack(ByteView packed, int most) {
    // What cannot be packed becomes a little more.
    Packed in = Packed.of(packed, most + (most >>> 8) + 64);
    Content out = new Content(packed, most);
    Literals literals = new Literals();
    do {
      long magic = in.number(4);
      if (magic == MAGIC) {
        frame(in, literals, out);
      } else if (isOther(magic)) {
        in.take((int) Math.min(in.number(4), Integer.MAX_VALUE));
      } else {
        throw in.malformed("no frame");
      }
    } while (in.left() > 0);
    return out.bytes();
  }

  private static void frame(Packed in, Literals literals, Content out) {
    FrameHeader header = FrameHeader.read(in.u8(), in);
    literals.beginFrame();
    out.beginFrame();
    blocks(in, literals, out);
    if (header.checksum()) {
      in.take(4);
    }
    if (header.other(out.ofFrame())) {
      throw in.malformed(OTHER_SIZE);
    }
  }

  private static void blocks(Packed in, Literals literals, Content out) {
    Sequences sequences = new Sequences();
    boolean last = false;
    while (!last) {
      int header = (int) in.number(3);
      last = (header & 1) != 0;
      block(header, in, literals, sequences, out);
    }
  }

  /** Unpacks what follows a block's header. */
  static void block(int header, Packed in, Literals literals, Sequences sequences, Content out) {
    int size = header >>> 3;
    if (size > BLOCK) {
      throw in.malformed("a block of %d bytes".formatted(size));
    }
    switch ((header >>> 1) & 3) {
      case 0 -> out.copy(in, size);
      case REPEATED -> out.fill(in.u8(), size);
      case 2 -> {
        Packed block = in.take(size);
        literals.read(block);
        sequences.unpack(block, literals, out);
      }
      default -> throw in.malformed("a block of another kind");
    }
  }
}
