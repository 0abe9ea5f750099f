package dev.selfsame.view;

import dev.selfsame.evidence.Category;

/** The colours of categories, in pages and in pictures alike. */
final class Palette {
  private Palette() {}

  /** A colour as {@code #rrggbb}; neighbours in a bar are told apart in light and in dark. */
  static String colour(Category category) {
    return switch (category) {
      case CODE -> "#2463c4";
      case STUBS -> "#6d9cf0";
      case RODATA -> "#0e8577";
      case RELRO_DATA -> "#35b3a2";
      case DATA -> "#5e9418";
      case UNWIND -> "#c08a10";
      case RELOCS -> "#d9662b";
      case DYNLINK -> "#a8471f";
      case SYMBOLS -> "#8b4ce0";
      case DEBUG -> "#c23bb0";
      case NOTES -> "#8a97a8";
      case HEADERS -> "#617086";
      case FUNCTION_TABLE -> "#1787b8";
      case SIGNATURE -> "#c7284f";
      case PADDING -> "#a7b0bc";
      case UNCLAIMED -> "#e0322e";
      case TRAILER -> "#f06a5f";
      case OTHER -> "#7b7f87";
    };
  }

  /** A rule of CSS for each category's class, such as {@code c-code}. */
  static String css() {
    StringBuilder rules = new StringBuilder();
    for (Category category : Category.values()) {
      String colour = colour(category);
      rules
          .append(".c-")
          .append(category.word())
          .append(" { fill: ")
          .append(colour)
          .append("; background: ")
          .append(colour)
          .append("; }\n");
    }
    return rules.toString();
  }
}
