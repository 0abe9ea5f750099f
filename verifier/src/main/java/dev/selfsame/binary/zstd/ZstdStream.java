package dev.selfsame.binary.zstd;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Zstandard frames, unpacked block by block as they are read: no more is held than matches may
 * reach back to. Source: RFC 8878, section 3.1.
 */
public final class ZstdStream extends InputStream {
  /** What zstd itself takes without being told to. */
  private static final int MOST_WINDOW = 1 << 27;

  private final InputStream in;
  private final Literals literals = new Literals();
  private final Content out = new Content(ByteView.of(new byte[0]), 4 * Zstd.BLOCK);
  private Sequences sequences = new Sequences();
  private @Nullable FrameHeader frame;

  /** Whether there was a frame: a stream without any is none. */
  private boolean begun;

  /** How many of the bytes that are here were handed out. */
  private int given;

  /**
   * What is packed in a stream, which this one closes.
   *
   * @param in read in small pieces
   */
  public ZstdStream(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * The next bytes.
   *
   * @throws IOException also where a frame is malformed or cut short, needs a dictionary, or has
   *     matches that reach back more than 128 MB
   */
  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    if (length == 0) {
      return 0;
    }
    try {
      while (given == out.size()) {
        if (!more()) {
          return -1;
        }
      }
    } catch (MalformedInputException e) {
      // Its offset is that within a block.
      throw new IOException(e.reason(), e);
    }
    int count = Math.min(length, out.size() - given);
    out.copyInto(given, into, offset, count);
    given += count;
    return count;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Reads a block or what stands before the first; false where nothing is left. */
  private boolean more() throws IOException {
    FrameHeader current = frame;
    if (current == null) {
      return begin();
    }
    out.room((int) current.window());
    given = out.size();
    int header = (int) next(3).number(3);
    int size = ((header >>> 1) & 3) == Zstd.REPEATED ? 1 : Math.min(header >>> 3, Zstd.BLOCK);
    Zstd.block(header, next(size), literals, sequences, out);
    if ((header & 1) != 0) {
      end(current);
    }
    return true;
  }

  private boolean begin() throws IOException {
    Packed magic = next(4);
    if (magic.left() == 0 && begun) {
      return false;
    }
    long number = magic.number(4);
    begun = true;
    if (Zstd.isOther(number)) {
      Packed size = next(4);
      try {
        in.skipNBytes(size.number(4));
      } catch (EOFException e) {
        throw magic.malformed("packed bytes end too early");
      }
      return true;
    } else if (number != Zstd.MAGIC) {
      throw magic.malformed("no frame");
    }
    int descriptor = next(1).u8();
    FrameHeader header = FrameHeader.read(descriptor, next(FrameHeader.size(descriptor)));
    if (header.window() > MOST_WINDOW) {
      throw magic.malformed("matches that may reach back %d bytes".formatted(header.window()));
    }
    literals.beginFrame();
    sequences = new Sequences();
    out.keep(0);
    out.beginFrame();
    given = 0;
    frame = header;
    return true;
  }

  private void end(FrameHeader header) throws IOException {
    frame = null;
    if (header.checksum()) {
      next(4).take(4);
    }
    if (header.other(out.ofFrame())) {
      throw next(0).malformed(Zstd.OTHER_SIZE);
    }
  }

  /** The next bytes; fewer where the stream ends. */
  private Packed next(int size) throws IOException {
    return Packed.of(ByteView.of(in.readNBytes(size)), size);
  }
}
