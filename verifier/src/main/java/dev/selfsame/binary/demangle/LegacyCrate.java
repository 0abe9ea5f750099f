package dev.selfsame.binary.demangle;

import java.util.List;

/**
 * Finds the crate that defines a legacy name.
 *
 * <p>A path begins with its crate. {@code <A as B>::f} does not: rustc writes an impl this way
 * where it stands in the module of the type or of the trait, and the crate of that module defines
 * it. When both are named and differ, the one that can depend on the other is it: {@code core}
 * knows no other crate, {@code alloc} knows {@code core} alone, {@code std} both. Between two
 * others it is the type's, whose author wrote the impl more often: that much is a guess.
 */
final class LegacyCrate {
  private static final List<String> GROUND = List.of("core", "alloc", "std");

  /** Types within types; those of real names are a few. */
  private static final int MAX_DEPTH = 16;

  private static final List<String> AROUND =
      List.of("&", "*const ", "*mut ", "mut ", "dyn ", "[", "(");

  private LegacyCrate() {}

  /** The crate of a decoded path, or nothing where it names none. */
  static String of(String path) {
    return of(path, 0);
  }

  private static String of(String path, int depth) {
    if (!path.startsWith("<")) {
      return leading(path);
    } else if (depth > MAX_DEPTH) {
      return "";
    }
    int close = close(path);
    int as = splitAtAs(path);
    String type = of(bare(path.substring(1, as < 0 ? close : as)), depth + 1);
    String trait = as < 0 ? "" : of(path.substring(as + " as ".length(), close), depth + 1);
    if (type.isEmpty() || trait.isEmpty()) {
      return type.isEmpty() ? trait : type;
    }
    return rank(trait) > rank(type) ? trait : type;
  }

  private static int rank(String crate) {
    int ground = GROUND.indexOf(crate);
    return ground < 0 ? GROUND.size() : ground;
  }

  /** The first element, where another follows: a word alone is a primitive or a parameter. */
  private static String leading(String path) {
    int end = 0;
    while (end < path.length() && isWord(path.charAt(end))) {
      end++;
    }
    return end > 0 && path.startsWith("::", end) ? path.substring(0, end) : "";
  }

  private static boolean isWord(char c) {
    return Character.isLetterOrDigit(c) || c == '_';
  }

  /** A type without the references, pointers, lifetimes and brackets around its path. */
  private static String bare(String type) {
    int at = 0;
    for (int before = -1; before != at; ) {
      before = at;
      for (String around : AROUND) {
        at += type.startsWith(around, at) ? around.length() : 0;
      }
      int lifetime = type.startsWith("'", at) ? type.indexOf(' ', at) : -1;
      at = Math.max(at, lifetime + 1);
    }
    return type.substring(at);
  }

  /** The index of {@code " as "} within the outermost angle brackets, or -1. */
  private static int splitAtAs(String path) {
    int depth = 0;
    for (int i = 0; i < path.length(); i++) {
      depth += depthChange(path, i);
      if (depth == 0) {
        return -1;
      } else if (depth == 1 && path.startsWith(" as ", i)) {
        return i;
      }
    }
    return -1;
  }

  /** The index of the bracket that closes the first one, or the end. */
  private static int close(String path) {
    int depth = 0;
    for (int i = 0; i < path.length(); i++) {
      depth += depthChange(path, i);
      if (depth == 0) {
        return i;
      }
    }
    return path.length();
  }

  /** The arrow of a function's type is no bracket. */
  private static int depthChange(String path, int i) {
    return switch (path.charAt(i)) {
      case '<' -> 1;
      case '>' -> i > 0 && path.charAt(i - 1) == '-' ? 0 : -1;
      default -> 0;
    };
  }
}
