package dev.selfsame.pins.root;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes the layer tar, of which the DiffID is the hash: POSIX.1-2001 ustar headers, preceded by a
 * pax header for names that do not fit or are not ASCII, and for numbers that do not fit. Written
 * here, not by a library, so that a library's new version can never move a DiffID.
 */
final class TarWriter {
  private static final int BLOCK = 512;
  private static final long MAX_OCTAL_11 = 077777777777L;
  private static final int MAX_OCTAL_7 = 07777777;

  private final OutputStream out;

  TarWriter(OutputStream out) {
    this.out = out;
  }

  /** Writes an entry's headers; a file's content follows, then {@link #pad}. */
  void header(TarEntry entry) throws IOException {
    String name = entry.kind() == TarEntry.Kind.DIRECTORY ? entry.path() + "/" : entry.path();
    byte[] pax = pax(name, entry);
    if (pax.length > 0) {
      byte[] header = new byte[BLOCK];
      fill(header, "pax_header", "", 'x', 0644, 0, 0, 0, pax.length);
      out.write(header);
      out.write(pax);
      pad(pax.length);
    }
    byte[] header = new byte[BLOCK];
    fill(
        header,
        name,
        entry.link(),
        entry.kind().flag,
        entry.mode(),
        orZero(entry.uid(), MAX_OCTAL_7),
        orZero(entry.gid(), MAX_OCTAL_7),
        orZero(entry.mtime(), MAX_OCTAL_11),
        orZero(entry.size(), MAX_OCTAL_11));
    out.write(header);
  }

  /** What stands in a field whose number is in the pax header. */
  private static long orZero(long number, long max) {
    return number > max ? 0 : number;
  }

  /** Fills a file's last block. */
  void pad(long size) throws IOException {
    int rest = (int) (size % BLOCK);
    if (rest > 0) {
      out.write(new byte[BLOCK - rest]);
    }
  }

  /** Ends the archive with two blocks of zeros. */
  void finish() throws IOException {
    out.write(new byte[2 * BLOCK]);
  }

  private static byte[] pax(String name, TarEntry entry) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    if (!fits(name)) {
      records.writeBytes(record("path", name));
    }
    if (!fits(entry.link())) {
      records.writeBytes(record("linkpath", entry.link()));
    }
    number(records, "uid", entry.uid(), MAX_OCTAL_7);
    number(records, "gid", entry.gid(), MAX_OCTAL_7);
    number(records, "mtime", entry.mtime(), MAX_OCTAL_11);
    number(records, "size", entry.size(), MAX_OCTAL_11);
    return records.toByteArray();
  }

  private static void number(ByteArrayOutputStream records, String key, long number, long max) {
    if (number > max) {
      records.writeBytes(record(key, Long.toString(number)));
    }
  }

  private static boolean fits(String text) {
    return text.length() <= 100 && text.chars().allMatch(c -> c < 0x80);
  }

  /** A pax record is {@code LENGTH KEY=VALUE\n}, where LENGTH counts itself. */
  private static byte[] record(String key, String value) {
    byte[] rest = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
    int length = rest.length;
    while (Integer.toString(length).length() + rest.length != length) {
      length = Integer.toString(length).length() + rest.length;
    }
    byte[] digits = Integer.toString(length).getBytes(StandardCharsets.US_ASCII);
    byte[] record = Arrays.copyOf(digits, length);
    System.arraycopy(rest, 0, record, digits.length, rest.length);
    return record;
  }

  private static void fill(
      byte[] header,
      String name,
      String link,
      char flag,
      int mode,
      long uid,
      long gid,
      long mtime,
      long size) {
    text(header, 0, 100, name);
    octal(header, 100, 8, mode, MAX_OCTAL_7);
    octal(header, 108, 8, uid, MAX_OCTAL_7);
    octal(header, 116, 8, gid, MAX_OCTAL_7);
    octal(header, 124, 12, size, MAX_OCTAL_11);
    octal(header, 136, 12, mtime, MAX_OCTAL_11);
    Arrays.fill(header, 148, 156, (byte) ' ');
    header[156] = (byte) flag;
    text(header, 157, 100, link);
    text(header, 257, 6, "ustar");
    text(header, 263, 2, "00");
    octal(header, 329, 8, 0, 0);
    octal(header, 337, 8, 0, 0);
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    text(header, 148, 6, String.format(Locale.ROOT, "%06o", sum));
    header[154] = 0;
  }

  /** A name too long for its field is cut: the pax header before it has it whole. */
  private static void text(byte[] header, int at, int width, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, at, Math.min(width, bytes.length));
  }

  private static void octal(byte[] header, int at, int width, long value, long max) {
    if (value < 0 || value > max) {
      throw new IllegalArgumentException("a number does not fit a tar header: " + value);
    }
    String digits = String.format(Locale.ROOT, "%0" + (width - 1) + "o", value);
    text(header, at, width, digits);
  }
}
