package dev.selfsame.view;

/**
 * How wide a text is drawn at most in a picture that stands alone, which cannot measure what its
 * viewer will draw. Its font is the system's own, and where there is none, DejaVu Sans, which is
 * wider than most: its letters' widths, by groups of the like and rounded up, are the ones here.
 */
final class TextWidth {
  private static final String NARROW = " !'(),-./:;I[\\]fijlrt|";
  private static final String WIDE = "%@MWmw";
  private static final String SIGNS = "&+=<>~^#";

  /** The narrowest of all, as a part of the font's size. */
  private static final double LEAST = 0.42;

  private TextWidth() {}

  /** Pixels of a text at a size in pixels. */
  static double of(String text, double size, boolean bold) {
    return text.codePoints().mapToDouble(c -> em(c, bold)).sum() * size;
  }

  /** A text cut in its middle so that it is no wider than that; whole where it is not. */
  static String cut(String text, double width, double size, boolean bold) {
    if (of(text, size, bold) <= width) {
      return text;
    }
    int length = Math.clamp((long) (width / (LEAST * size)), 1, text.length());
    String shown = Words.cut(text, length);
    while (length > 1 && of(shown, size, bold) > width) {
      length--;
      shown = Words.cut(text, length);
    }
    return shown;
  }

  /** A letter's width as a part of the font's size. */
  private static double em(int c, boolean bold) {
    if (c > 0xffff) {
      return 1.4; // pictures, which are drawn by another font
    } else if (c > 0x7e) {
      return bold ? 1.12 : 1;
    } else if (NARROW.indexOf(c) >= 0) {
      return bold ? 0.5 : LEAST;
    } else if (WIDE.indexOf(c) >= 0) {
      return bold ? 1.11 : 1;
    } else if ((c >= 'A' && c <= 'Z') || SIGNS.indexOf(c) >= 0) {
      return bold ? 0.88 : 0.84;
    }
    return bold ? 0.72 : 0.64;
  }
}
