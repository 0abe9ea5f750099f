package dev.selfsame.binary.zstd;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import java.util.Arrays;

/** What was unpacked until now, never more than was asked for; of a stream the last of it. */
final class Content {
  private final ByteView packed;
  private byte[] bytes;
  private int size;

  /** Where the frame began: no match reaches before it. Less than 0 where that is forgotten. */
  private long start;

  Content(ByteView packed, int most) {
    this.packed = packed;
    this.bytes = new byte[most];
  }

  void beginFrame() {
    start = size;
  }

  /** How many bytes the frame has until now. */
  long ofFrame() {
    return size - start;
  }

  /** How many bytes are here. */
  int size() {
    return size;
  }

  void copyInto(int from, byte[] into, int to, int count) {
    System.arraycopy(bytes, from, into, to, count);
  }

  /** Forgets all but so many of the last bytes. */
  void keep(int last) {
    int gone = Math.max(0, size - last);
    System.arraycopy(bytes, gone, bytes, 0, size - gone);
    size -= gone;
    start -= gone;
  }

  /**
   * Makes room for another block. What is kept is moved seldom, and memory is only taken for what
   * has come.
   *
   * @param window how far a match may reach back
   */
  void room(int window) {
    int most = window + window / 2 + 4 * Zstd.BLOCK;
    while (bytes.length - size < Zstd.BLOCK) {
      if (bytes.length < most) {
        bytes = Arrays.copyOf(bytes, (int) Math.min(most, 2L * bytes.length));
      } else {
        keep(window);
      }
    }
  }

  /** Adds bytes of an array that holds {@code count}. */
  void add(byte[] from, int at, int more, int count) {
    if (more > count - at) {
      throw malformed("more literals than there are");
    }
    require(more);
    System.arraycopy(from, at, bytes, size, more);
    size += more;
  }

  void copy(Packed in, int more) {
    require(more);
    in.copyInto(bytes, size, more);
    size += more;
  }

  void fill(int value, int more) {
    require(more);
    Arrays.fill(bytes, size, size + more, (byte) value);
    size += more;
  }

  /** Adds what stands so far before, which may be what is added. */
  void repeat(int distance, int more) {
    if (distance <= 0 || distance > Math.min(ofFrame(), size)) {
      throw malformed("a match before the begin");
    }
    require(more);
    for (int end = size + more; size < end; size++) {
      bytes[size] = bytes[size - distance];
    }
  }

  byte[] bytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void require(int more) {
    if (more > bytes.length - size) {
      throw malformed("more than %d bytes".formatted(bytes.length));
    }
  }

  private MalformedInputException malformed(String reason) {
    return packed.malformed(0, "zstd: " + reason);
  }
}
