package dev.selfsame.binary.symbols;

/**
 * A function's name with all taken out that rustc's two manglings write in different ways: type
 * arguments, numbers of closures and {@code impl}s, and where an {@code impl} stands. Several
 * functions can have one common name; then they are told apart in neither file.
 *
 * <pre>{@code
 * alloc::vec::Vec<T,A>::push          (legacy)
 * <alloc::vec::Vec<_>>::push          (v0)      alloc::vec::Vec::push
 * app::run::{{closure}}               (legacy)
 * app::run::{closure#0}               (v0)      app::run::{closure}
 * app::x::<impl core::fmt::Debug for app::T>::fmt   <app::T as core::fmt::Debug>::fmt
 * }</pre>
 */
final class CommonName {
  private static final String IMPL = "<impl ";

  private CommonName() {}

  /** The common name of a function as {@code RustName.function} writes it. */
  static String of(String function) {
    if (function.startsWith("(") || function.indexOf("::") < 0) {
      return function;
    }
    String moved = implementation(function);
    StringBuilder out = new StringBuilder();
    int at = 0;
    if (moved.startsWith("<")) {
      int end = close(moved, 0);
      if (end < 0) {
        return function;
      }
      out.append(self(moved.substring(1, end)));
      at = end + 1;
    }
    return out + braces(withoutArguments(moved.substring(at)));
  }

  /** {@code path::<impl TRAIT for TYPE>::f} and {@code path::<impl TYPE>::f}, as v0 has them. */
  private static String implementation(String function) {
    int at = function.indexOf(IMPL);
    int end = at < 0 ? -1 : close(function, at);
    if (end < 0) {
      return function;
    }
    String inner = function.substring(at + IMPL.length(), end);
    int split = outside(inner, " for ");
    String self =
        split < 0 ? inner : inner.substring(split + 5) + " as " + inner.substring(0, split);
    return "<" + self + ">" + function.substring(end + 1);
  }

  /** What stands between the first angle brackets: a type, perhaps as a trait. */
  private static String self(String inner) {
    int split = outside(inner, " as ");
    if (split < 0) {
      String type = withoutArguments(inner);
      // A type that is a path needs no brackets; a slice or a reference does.
      return type.matches("[A-Za-z_][A-Za-z0-9_:]*") ? type : "<" + type + ">";
    }
    String trait = withoutArguments(inner.substring(split + 4));
    return "<" + withoutArguments(inner.substring(0, split)) + " as " + trait + ">";
  }

  /** Without every {@code <…>}, and without the {@code ::} that stood before one. */
  private static String withoutArguments(String path) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      if (path.charAt(i) == '<') {
        int end = close(path, i);
        if (end < 0) {
          return out.append(path.substring(i)).toString();
        }
        if (out.length() >= 2 && out.substring(out.length() - 2).equals("::")) {
          out.setLength(out.length() - 2);
        }
        i = end;
      } else {
        out.append(path.charAt(i));
      }
    }
    return out.toString();
  }

  /** {@code {{closure}}} and {@code {closure#0}}. */
  private static String braces(String path) {
    return path.replaceAll("\\{\\{([^{}]*)\\}\\}", "{$1}").replaceAll("#[0-9]+\\}", "}");
  }

  /** Where the bracket that opens at {@code at} closes, or -1; that of {@code ->} is none. */
  private static int close(String text, int at) {
    int depth = 0;
    for (int i = at; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '<') {
        depth++;
      } else if (c == '>' && text.charAt(i - 1) != '-' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }

  /** Where a word stands outside of brackets, or -1. */
  private static int outside(String text, String word) {
    int depth = 0;
    for (int i = 0; i + word.length() <= text.length(); i++) {
      char c = text.charAt(i);
      if (c == '<') {
        depth++;
      } else if (c == '>' && i > 0 && text.charAt(i - 1) != '-') {
        depth--;
      } else if (depth == 0 && text.startsWith(word, i)) {
        return i;
      }
    }
    return -1;
  }
}
