package dev.selfsame.store.file;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.selfsame.digest.RepeatedSha256;
import dev.selfsame.store.ChainedLine;
import dev.selfsame.store.ChangeLog.Place;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Some {@link ChainedLine}s after one another, made as the bytes that are written: the deploy side
 * has a line for each answer. One thread at a time uses it.
 */
final class LineBuffer {
  private static final int USUAL = 8 << 10;

  /** More is not kept from one write to the next. */
  private static final int MOST_KEPT = 256 << 10;

  private final RepeatedSha256 sha256 = new RepeatedSha256();

  /** SHA-256 of the line before. */
  private final byte[] chain = new byte[RepeatedSha256.HEX_LENGTH];

  private byte[] bytes = new byte[USUAL];
  private int length;

  /** Where the line begins that is being written. */
  private int line;

  private Place after = Place.START;
  private long seq;
  private String at = "";

  /**
   * Forgets what it has, for lines that follow that place.
   *
   * @param time when they are written, in milliseconds, ISO 8601
   */
  void begin(Place last, String time) {
    if (bytes.length > MOST_KEPT) {
      bytes = new byte[USUAL];
    }
    length = 0;
    after = last;
    seq = last.seq();
    at = time;
    byte[] before = last.chain().getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(before, 0, chain, 0, chain.length);
  }

  /** Begins a line, with the fields that every line has. */
  void open() {
    line = length;
    seq++;
    plain("{\"seq\":");
    plain(Long.toString(seq));
    plain(",\"after\":\"");
    room(chain.length);
    System.arraycopy(chain, 0, bytes, length, chain.length);
    length += chain.length;
    plain("\",\"at\":\"");
    plain(at);
    plain("\"");
  }

  /** Adds a number to the line. */
  void put(String name, long value) {
    name(name);
    plain(Long.toString(value));
  }

  /** Adds a text to the line. */
  void put(String name, String value) {
    name(name);
    plain("\"");
    if (isPlain(value)) {
      plain(value);
    } else {
      StringBuilder quoted = new StringBuilder(value.length() + 16);
      JsonStringEncoder.getInstance().quoteAsString(value, quoted);
      byte[] all = quoted.toString().getBytes(StandardCharsets.UTF_8);
      room(all.length);
      System.arraycopy(all, 0, bytes, length, all.length);
      length += all.length;
    }
    plain("\"");
  }

  /** Ends the line. */
  void close() {
    plain("}\n");
    sha256.hex(bytes, line, length - line, chain, 0);
  }

  /** All lines; what follows their {@link #length} is not of them. */
  byte[] bytes() {
    return bytes;
  }

  /** How many bytes the lines have. */
  int length() {
    return length;
  }

  /** The last line. */
  Place last() {
    return new Place(seq, new String(chain, StandardCharsets.ISO_8859_1), after.end() + length);
  }

  private void name(String name) {
    plain(",\"");
    plain(name);
    plain("\":");
  }

  /** Whether it stands in JSON as it is, a byte a character. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  private void plain(String text) {
    int count = text.length();
    room(count);
    byte[] to = bytes;
    int from = length;
    for (int i = 0; i < count; i++) {
      to[from + i] = (byte) text.charAt(i);
    }
    length = from + count;
  }

  private void room(int count) {
    if (bytes.length - length < count) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + count));
    }
  }
}
