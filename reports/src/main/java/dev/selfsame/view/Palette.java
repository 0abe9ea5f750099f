package dev.selfsame.view;

import dev.selfsame.evidence.Category;
import java.util.function.Function;

/** The colours of categories, in pages and in pictures alike. */
final class Palette {
  private Palette() {}

  /**
   * On white and on panels, as {@code #rrggbb}. Each is told from what is beneath it by at least 3
   * to 1, and from every other.
   */
  private static String light(Category category) {
    return switch (category) {
      case CODE -> "#2463c4";
      case STUBS -> "#5a88e0";
      case RODATA -> "#00655a";
      case RELRO_DATA -> "#009989";
      case DATA -> "#5e9418";
      case UNWIND -> "#a98300";
      case RELOCS -> "#d45a20";
      case DYNLINK -> "#8f3a16";
      case SYMBOLS -> "#8b4ce0";
      case DEBUG -> "#c23bb0";
      case NOTES -> "#7d8a9a";
      case HEADERS -> "#4a5b7c";
      case FUNCTION_TABLE -> "#1787b8";
      case SIGNATURE -> "#b01e5e";
      case PADDING -> "#958667";
      case UNCLAIMED -> "#cf1f1a";
      case TRAILER -> "#e0586a";
      case OTHER -> "#47423c";
    };
  }

  /** The same where the page is dark. */
  private static String dark(Category category) {
    return switch (category) {
      case CODE -> "#2f6fd2";
      case STUBS -> "#6d9cf0";
      case RODATA -> "#0e8577";
      case RELRO_DATA -> "#35b3a2";
      case DATA -> "#5e9418";
      case UNWIND -> "#c39212";
      case RELOCS -> "#e6743e";
      case DYNLINK -> "#b2502a";
      case SYMBOLS -> "#8b4ce0";
      case DEBUG -> "#c23bb0";
      case NOTES -> "#8a97a8";
      case HEADERS -> "#617086";
      case FUNCTION_TABLE -> "#1787b8";
      case SIGNATURE -> "#d0336a";
      case PADDING -> "#b8ac90";
      case UNCLAIMED -> "#e0322e";
      case TRAILER -> "#f4717f";
      case OTHER -> "#84807a";
    };
  }

  /** A rule of CSS for each category's class, such as {@code c-code}; what is printed is light. */
  static String css() {
    return rules(Palette::light)
        + "@media screen and (prefers-color-scheme: dark) {\n"
        + rules(Palette::dark)
        + "}\n";
  }

  private static String rules(Function<Category, String> colours) {
    StringBuilder rules = new StringBuilder();
    for (Category category : Category.values()) {
      String colour = colours.apply(category);
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
