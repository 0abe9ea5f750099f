package dev.selfsame.audit.report;

/**
 * Text that stays on its line and shows what it is: control characters, line ends, lone surrogates
 * and characters that turn the direction of writing (as in "Trojan Source", CVE-2021-42574) become
 * spaces.
 */
final class OneLine {
  private OneLine() {}

  static String of(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints().map(c -> shown(c) ? c : ' ').forEach(out::appendCodePoint);
    return out.toString();
  }

  static boolean shown(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> c != 0xFFFE && c != 0xFFFF;
    };
  }
}
