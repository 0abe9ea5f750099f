package dev.selfsame.binary.bytes;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A read-only run of bytes of a file. Every access is checked; what lies outside throws {@link
 * MalformedInputException} with the offset within the file. Offsets are relative to the view.
 *
 * <p>Every access counts towards the {@link Deadline} that the first view of the file was made
 * under, and throws {@link OverdueException} where that has passed.
 *
 * <p>Not for use by many threads at once where the buffer belongs to one thread.
 */
public final class ByteView {
  private static final int CHUNK = 1 << 16;

  private final ByteBuffer bytes;
  private final long start;
  private final Deadline deadline;

  private ByteView(ByteBuffer bytes, long start, Deadline deadline) {
    this.bytes = bytes;
    this.start = start;
    this.deadline = deadline;
  }

  /** All of {@code bytes}, little-endian. */
  public static ByteView of(byte[] bytes) {
    ByteView view = of(ByteBuffer.wrap(bytes));
    // Somebody made them, such as by unpacking.
    view.deadline.spend(bytes.length);
    return view;
  }

  /** What {@code buffer} holds between its position and its limit, little-endian. */
  public static ByteView of(ByteBuffer buffer) {
    return new ByteView(
        buffer.slice().asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN), 0, Deadline.current());
  }

  /** Bytes in the view. */
  public long size() {
    return bytes.limit();
  }

  /** Where the view begins within the file. */
  public long start() {
    return start;
  }

  /** The same bytes, numbers read in this order. */
  public ByteView in(ByteOrder order) {
    return new ByteView(bytes.duplicate().order(order), start, deadline);
  }

  /** The same bytes as a file of their own: every offset counts from their beginning. */
  public ByteView alone() {
    return new ByteView(bytes.duplicate().order(bytes.order()), 0, deadline);
  }

  /** A part; throws where any of it lies outside. */
  public ByteView slice(long offset, long size) {
    require(offset, size);
    ByteBuffer part = bytes.slice((int) offset, (int) size).order(bytes.order());
    return new ByteView(part, start + offset, deadline);
  }

  /** How many of these bytes exist; any offset and size, both unsigned, may be asked for. */
  public long available(long offset, long size) {
    if (Long.compareUnsigned(offset, size()) >= 0) {
      return 0;
    }
    long left = size() - offset;
    return Long.compareUnsigned(size, left) < 0 ? size : left;
  }

  /** Whether all of these bytes exist. */
  public boolean holds(long offset, long size) {
    return available(offset, size) == size && size >= 0 && offset >= 0;
  }

  /**
   * Checks that a table lies within the view.
   *
   * @return {@code count}
   */
  public int count(long offset, long count, long entrySize) {
    if (count < 0 || entrySize <= 0 || count > size() / entrySize) {
      throw malformed(offset, "table of %d entries does not fit the file".formatted(count));
    }
    require(offset, count * entrySize);
    return (int) count;
  }

  /** An unsigned byte. */
  public int u8(long offset) {
    require(offset, 1);
    return bytes.get((int) offset) & 0xff;
  }

  /** An unsigned 16-bit number. */
  public int u16(long offset) {
    require(offset, 2);
    return bytes.getShort((int) offset) & 0xffff;
  }

  /** An unsigned 32-bit number. */
  public long u32(long offset) {
    require(offset, 4);
    return bytes.getInt((int) offset) & 0xffff_ffffL;
  }

  /** A 64-bit number; addresses above 2^63 are negative. */
  public long i64(long offset) {
    require(offset, 8);
    return bytes.getLong((int) offset);
  }

  /** A number of the machine's width: 64 bits, or 32 unsigned bits. */
  public long word(long offset, boolean wide) {
    return wide ? i64(offset) : u32(offset);
  }

  /**
   * The text up to the next NUL, for people: what is not printable ASCII or well-formed UTF-8 is
   * written {@code \xNN}, and what exceeds {@code limit} bytes is cut with an ellipsis.
   *
   * @throws MalformedInputException where no NUL follows
   */
  public String text(long offset, int limit) {
    require(offset, 0);
    long end = offset;
    long stop = Math.min(size(), offset + limit);
    while (end < stop && bytes.get((int) end) != 0) {
      end++;
    }
    if (end == size()) {
      throw malformed(offset, "text without an end");
    }
    byte[] raw = copy(offset, (int) (end - offset));
    return Printable.of(raw) + (bytes.get((int) end) == 0 ? "" : "…");
  }

  /** A copy of a part. */
  public byte[] copy(long offset, int size) {
    require(offset, size);
    deadline.spend(size);
    byte[] part = new byte[size];
    bytes.get((int) offset, part);
    return part;
  }

  /**
   * Copies up to {@code limit} bytes from {@code offset} on, as many as the view holds.
   *
   * @return how many, 0 where {@code offset} lies outside
   */
  public int copyInto(byte[] into, long offset, int limit) {
    int n = (int) available(offset, limit);
    deadline.spend(n);
    if (n > 0) {
      bytes.get((int) offset, into, 0, n);
    }
    return n;
  }

  /** Whether these bytes stand at {@code offset}; false where the view ends before. */
  public boolean startsWith(long offset, byte[] wanted) {
    return holds(offset, wanted.length) && Arrays.equals(copy(offset, wanted.length), wanted);
  }

  /** Whether every byte is zero. */
  public boolean zero() {
    byte[] chunk = new byte[(int) Math.min(CHUNK, size())];
    for (long at = 0; at < size(); at += CHUNK) {
      int n = fill(chunk, at);
      for (int i = 0; i < n; i++) {
        if (chunk[i] != 0) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * The offset from which this text of ASCII characters stands, at or after {@code from}, or -1.
   */
  public long indexOf(String wanted, long from) {
    byte[] needle = wanted.getBytes(StandardCharsets.US_ASCII);
    byte[] chunk = new byte[(int) Math.min(CHUNK, size())];
    for (long at = Math.max(0, from); at + needle.length <= size(); ) {
      int n = fill(chunk, at);
      int found = indexOf(chunk, n, needle);
      if (found >= 0) {
        return at + found;
      }
      at += n - needle.length + 1;
    }
    return -1;
  }

  private static int indexOf(byte[] chunk, int n, byte[] needle) {
    byte first = needle[0];
    int last = n - needle.length;
    for (int i = 0; i <= last; i++) {
      if (chunk[i] == first
          && Arrays.equals(chunk, i, i + needle.length, needle, 0, needle.length)) {
        return i;
      }
    }
    return -1;
  }

  /** Every byte, in order. */
  public InputStream stream() {
    ByteBuffer rest = bytes.duplicate();
    return new InputStream() {
      @Override
      public int read() {
        deadline.spend(1);
        return rest.hasRemaining() ? rest.get() & 0xff : -1;
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        if (!rest.hasRemaining()) {
          return length == 0 ? 0 : -1;
        }
        int n = Math.min(length, rest.remaining());
        deadline.spend(n);
        rest.get(into, offset, n);
        return n;
      }
    };
  }

  /**
   * The offset of the first byte that differs; the shorter size where one is a prefix of the other;
   * -1 where both are the same.
   */
  public long mismatch(ByteView other) {
    deadline.spend(Math.min(size(), other.size()));
    return bytes.duplicate().clear().mismatch(other.bytes.duplicate().clear());
  }

  /** An exception that names {@code offset} within the file. */
  public MalformedInputException malformed(long offset, String reason) {
    return new MalformedInputException(start + offset, reason);
  }

  private int fill(byte[] chunk, long at) {
    int n = (int) Math.min(chunk.length, size() - at);
    deadline.spend(n);
    bytes.get((int) at, chunk, 0, n);
    return n;
  }

  private void require(long offset, long size) {
    deadline.spend(1);
    if (offset < 0 || size < 0 || offset > size() - size) {
      throw malformed(
          Math.clamp(offset, 0, size()), "%d bytes wanted past the end".formatted(size));
    }
  }
}
