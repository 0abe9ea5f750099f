package dev.selfsame.deploy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

/**
 * A value that no text may show, in whatever way programs write it: each character as it is, as
 * JSON or TOML quotes it, or as an address encodes it, in any mix; and the whole as Base64.
 *
 * <p>Read character by character, not by a pattern: one of a value of thousands would overflow the
 * stack.
 */
final class Concealed {
  private final List<Letter> letters;
  private final String base64;

  Concealed(String value) {
    this.letters = value.codePoints().mapToObj(Letter::of).toList();
    this.base64 = Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * One character.
   *
   * @param encoded such as {@code %2F}; its digits may be in either case
   * @param written other ways
   */
  private record Letter(String encoded, List<String> written) {
    static Letter of(int character) {
      String plain = Character.toString(character);
      StringBuilder encoded = new StringBuilder();
      for (byte one : plain.getBytes(StandardCharsets.UTF_8)) {
        encoded.append('%').append(HexFormat.of().toHexDigits(one));
      }
      List<String> written = new ArrayList<>(List.of(plain));
      if (character == ' ') {
        written.add("+");
      }
      if (!Rendering.quoted(plain).equals(plain)) {
        written.add(Rendering.quoted(plain));
      }
      return new Letter(encoded.toString(), written);
    }

    void addEnds(String text, int from, TreeSet<Integer> ends) {
      if (text.regionMatches(true, from, encoded, 0, encoded.length())) {
        ends.add(from + encoded.length());
      }
      for (String way : written) {
        if (text.startsWith(way, from)) {
          ends.add(from + way.length());
        }
      }
    }
  }

  /** A text with {@code mask} in place of it. */
  String mask(String text, String mask) {
    StringBuilder masked = new StringBuilder(text.length());
    for (int at = 0; at < text.length(); ) {
      int end = end(text, at);
      if (end > at) {
        masked.append(mask);
        at = end;
      } else {
        masked.append(text.charAt(at++));
      }
    }
    return masked.toString().replace(base64, mask);
  }

  /** Where the longest writing of it that begins here ends; {@code from} where none does. */
  private int end(String text, int from) {
    TreeSet<Integer> reached = new TreeSet<>(List.of(from));
    for (Letter letter : letters) {
      TreeSet<Integer> next = new TreeSet<>();
      for (int at : reached) {
        letter.addEnds(text, at, next);
      }
      if (next.isEmpty()) {
        return from;
      }
      reached = next;
    }
    return reached.last();
  }
}
