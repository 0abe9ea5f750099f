package dev.selfsame.view;

/**
 * Colour for a terminal, or none.
 *
 * @param coloured whether escape sequences may be written (ECMA-48, SGR)
 */
public record Ink(boolean coloured) {
  /** No escape sequences: for files and pipes. */
  public static final Ink NONE = new Ink(false);

  String good(String text) {
    return in("32", text);
  }

  String bad(String text) {
    return in("31", text);
  }

  /** Neither yes nor no. */
  String between(String text) {
    return in("33", text);
  }

  String strong(String text) {
    return in("1", text);
  }

  String faint(String text) {
    return in("2", text);
  }

  private String in(String code, String text) {
    return coloured ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
