package dev.selfsame.binary.zstd;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import java.util.Arrays;

/** What was unpacked until now, never more than was asked for. */
final class Content {
  private final ByteView packed;
  private final byte[] bytes;
  private int size;

  /** Where the frame began: no match reaches before it. */
  private int start;

  Content(ByteView packed, int most) {
    this.packed = packed;
    this.bytes = new byte[most];
  }

  void beginFrame() {
    start = size;
  }

  /** How many bytes the frame has until now. */
  int ofFrame() {
    return size - start;
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
    if (distance <= 0 || distance > ofFrame()) {
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
