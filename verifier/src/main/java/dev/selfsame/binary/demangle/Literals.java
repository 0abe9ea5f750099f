package dev.selfsame.binary.demangle;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/** Values of constants, from the hexadecimal digits that hold them. */
final class Literals {
  private Literals() {}

  /** A number of at most 64 bits, unsigned; leading zeros do not count. */
  static Optional<Long> number(String hex) {
    int from = 0;
    while (from < hex.length() && hex.charAt(from) == '0') {
      from++;
    }
    if (hex.length() - from > 16) {
      return Optional.empty();
    }
    return Optional.of(
        from == hex.length() ? 0 : Long.parseUnsignedLong(hex, from, hex.length(), 16));
  }

  /** UTF-8 text, a byte in two digits. */
  static Optional<String> text(String hex) {
    if (hex.length() % 2 != 0) {
      return Optional.empty();
    }
    try {
      ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
      CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(bytes);
      return Optional.of(decoded.toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Text in quotes, escaped as Rust's {@code char::escape_debug} does. */
  static String quoted(char quote, String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append(quote);
    text.codePoints()
        .forEach(c -> {
          boolean otherQuote = (c == '\'' || c == '"') && c != quote;
          if (otherQuote) {
            out.append((char) c);
          } else {
            escape(out, c);
          }
        });
    return out.append(quote).toString();
  }

  private static void escape(StringBuilder out, int c) {
    switch (c) {
      case 0 -> out.append("\\0");
      case '\t' -> out.append("\\t");
      case '\r' -> out.append("\\r");
      case '\n' -> out.append("\\n");
      case '\'', '"', '\\' -> out.append('\\').append((char) c);
      default -> {
        if (c == ' ' || printable(c)) {
          out.appendCodePoint(c);
        } else {
          out.append("\\u{").append(String.format(Locale.ROOT, "%x", c)).append('}');
        }
      }
    }
  }

  private static boolean printable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR,
          // Those that join the character before them.
          Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK ->
          false;
      default -> true;
    };
  }
}
