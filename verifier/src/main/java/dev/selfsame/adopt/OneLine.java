package dev.selfsame.adopt;

/** Text from a project's files, made fit for a comment. */
final class OneLine {
  private OneLine() {}

  /** Control characters and line separators become spaces, so that no text begins a second line. */
  static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .forEach(out::appendCodePoint);
    return out.toString().strip();
  }
}
