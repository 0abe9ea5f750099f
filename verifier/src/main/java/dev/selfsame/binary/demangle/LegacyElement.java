package dev.selfsame.binary.demangle;

/**
 * Decodes one element of a legacy name: {@code ..} is {@code ::}, {@code $LT$} is {@code <}, {@code
 * $u7b$} is a character by its code. Stops decoding at what is none of these, as rustc-demangle
 * does.
 */
final class LegacyElement {
  private LegacyElement() {}

  static void decode(String element, StringBuilder out) {
    int at = element.startsWith("_$") ? 1 : 0;
    while (at < element.length()) {
      char c = element.charAt(at);
      if (c == '.') {
        boolean pair = element.startsWith("..", at);
        out.append(pair ? "::" : ".");
        at += pair ? 2 : 1;
      } else if (c == '$') {
        int end = element.indexOf('$', at + 1);
        if (end < 0 || !escape(element.substring(at + 1, end), out)) {
          out.append(element, at, element.length());
          return;
        }
        at = end + 1;
      } else {
        int next = at;
        while (next < element.length() && "$.".indexOf(element.charAt(next)) < 0) {
          next++;
        }
        out.append(element, at, next);
        at = next;
      }
    }
  }

  private static boolean escape(String escape, StringBuilder out) {
    String plain =
        switch (escape) {
          case "SP" -> "@";
          case "BP" -> "*";
          case "RF" -> "&";
          case "LT" -> "<";
          case "GT" -> ">";
          case "LP" -> "(";
          case "RP" -> ")";
          case "C" -> ",";
          default -> character(escape);
        };
    out.append(plain);
    return !plain.isEmpty();
  }

  /** {@code u} and lower-case hexadecimal digits of a character that is no control character. */
  private static String character(String escape) {
    if (!escape.matches("u0*[0-9a-f]{1,6}")) {
      return "";
    }
    int code = Integer.parseInt(escape.replaceFirst("u0*(?=.)", ""), 16);
    return Ident.isScalar(code) && !Character.isISOControl(code) ? Character.toString(code) : "";
  }
}
