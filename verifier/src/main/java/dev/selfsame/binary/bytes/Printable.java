package dev.selfsame.binary.bytes;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Untrusted bytes as text that can neither move a terminal's cursor nor forge a line. Control
 * characters, direction marks and malformed UTF-8 are written {@code \xNN}, byte by byte.
 */
public final class Printable {
  private Printable() {}

  /** The text, of which nothing changes where it is printable already. */
  public static String of(String text) {
    return text.codePoints().anyMatch(Printable::isEscaped)
        ? of(text.getBytes(StandardCharsets.UTF_8))
        : text;
  }

  /** The bytes as text. */
  public static String of(byte[] raw) {
    StringBuilder out = new StringBuilder(raw.length);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(raw);
    CharBuffer decoded = CharBuffer.allocate(raw.length + 1);
    while (in.hasRemaining()) {
      CoderResult result = decoder.reset().decode(in, decoded, true);
      decoded.flip();
      decoded.codePoints().forEach(c -> append(out, c));
      decoded.clear();
      if (result.isError()) {
        for (int i = 0; i < result.length(); i++) {
          appendByte(out, in.get());
        }
      }
    }
    return out.toString();
  }

  private static void append(StringBuilder out, int c) {
    if (isEscaped(c)) {
      bytes(out, c);
    } else {
      out.appendCodePoint(c);
    }
  }

  /** A lone surrogate is no character, and has no bytes of its own. */
  private static boolean isEscaped(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }

  private static void bytes(StringBuilder out, int c) {
    for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
      appendByte(out, b);
    }
  }

  private static void appendByte(StringBuilder out, byte b) {
    out.append("\\x").append(Character.forDigit((b >> 4) & 0xf, 16));
    out.append(Character.forDigit(b & 0xf, 16));
  }
}
