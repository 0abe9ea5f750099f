package dev.selfsame.view;

import java.util.Locale;

/**
 * Writes SVG: the same calls give the same bytes. Drawings within a page stretch to the width of
 * their place and carry no text of their own, so that they can be read on any width; what they show
 * stands beside them as text and numbers. A picture that stands alone has its text within.
 *
 * <p>Source: SVG 1.1, coordinate systems: {@code preserveAspectRatio="none"} stretches.
 */
final class Svg {
  private final StringBuilder out = new StringBuilder();

  /**
   * Begins a drawing.
   *
   * @param label what it shows, for those who cannot see it; empty for mere decoration
   * @param width user units, stretched to the whole width
   * @param height user units and CSS pixels
   */
  Svg(String label, int width, int height) {
    out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        .append(width)
        .append(' ')
        .append(height)
        .append("\" width=\"100%\" height=\"")
        .append(height)
        .append("\" preserveAspectRatio=\"none\" ");
    if (label.isEmpty()) {
      out.append("aria-hidden=\"true\">");
    } else {
      out.append("role=\"img\" aria-label=\"").append(escape(label)).append("\">");
    }
  }

  private Svg() {}

  /**
   * Begins a picture that stands alone.
   *
   * @param title what it shows, for those who cannot see it
   * @param width CSS pixels
   * @param height CSS pixels
   * @param css the rules for its classes, without markup
   */
  static Svg picture(String title, int width, int height, String css) {
    Svg svg = new Svg();
    svg.out
        .append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        .append(width)
        .append(' ')
        .append(height)
        .append("\" width=\"")
        .append(width)
        .append("\" height=\"")
        .append(height)
        .append("\" role=\"img\">\n<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(css)
        .append("</style>\n");
    return svg;
  }

  /** A text that begins at x, or with {@code end} ends there; y is its base line. */
  Svg text(double x, double y, String style, boolean end, String text) {
    out.append("<text x=\"").append(number(x));
    out.append("\" y=\"").append(number(y));
    out.append("\" class=\"").append(escape(style));
    out.append(end ? "\" text-anchor=\"end\">" : "\">");
    out.append(escape(text)).append("</text>\n");
    return this;
  }

  /** A rectangle of a CSS class; {@code title} is shown where a pointer rests on it. */
  Svg rectangle(double x, double y, double width, double height, String style, String title) {
    out.append("<rect x=\"").append(number(x));
    out.append("\" y=\"").append(number(y));
    out.append("\" width=\"").append(number(width));
    out.append("\" height=\"").append(number(height));
    out.append("\" class=\"").append(escape(style)).append("\">");
    if (!title.isEmpty()) {
      out.append("<title>").append(escape(title)).append("</title>");
    }
    out.append("</rect>");
    return this;
  }

  /** The whole drawing. */
  String end() {
    return out + "</svg>";
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.replaceFirst("\\.?0+$", "");
  }

  /** Source: XML 1.0, 2.4: these five characters; control characters are no XML at all. */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c < 0x20 || c == 0x7f ? ' ' : c);
      }
    }
    return escaped.toString();
  }
}
