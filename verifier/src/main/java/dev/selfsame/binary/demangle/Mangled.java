package dev.selfsame.binary.demangle;

import java.util.Optional;

/**
 * Finds a name between a symbol's prefix and what others have added to it. Takes what
 * rustc-demangle takes: names without the underscore that Windows' debugging library removes,
 * legacy names without a hash.
 */
final class Mangled {
  private Mangled() {}

  static Optional<RustName> read(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] < 0) { // names are ASCII
        return Optional.empty();
      }
    }
    int end = withoutThinLto(bytes, from, to);
    int legacy = behind(bytes, from, end, "ZN");
    int v0 = behind(bytes, from, end, "R");
    Optional<? extends RustName> name =
        legacy >= 0
            ? LegacyName.read(bytes, legacy, end)
            : v0 >= 0 ? V0Name.read(bytes, v0, end) : Optional.empty();
    return name.map(RustName.class::cast);
  }

  /** ThinLTO renames what it makes visible: {@code .llvm.} and digits. */
  private static int withoutThinLto(byte[] bytes, int from, int to) {
    int at = indexOf(bytes, from, to, ".llvm.");
    if (at < 0) {
      return to;
    }
    for (int i = at + 6; i < to; i++) {
      int c = bytes[i];
      if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'F') && c != '@') {
        return to;
      }
    }
    return at;
  }

  private static int indexOf(byte[] bytes, int from, int to, String wanted) {
    for (int i = from; i + wanted.length() <= to; i++) {
      if (startsWith(bytes, i, to, wanted)) {
        return i;
      }
    }
    return -1;
  }

  /** Where the name begins behind up to two underscores and the mark; -1 without the mark. */
  private static int behind(byte[] bytes, int from, int to, String mark) {
    int at = from;
    while (at < to && at - from < 2 && bytes[at] == '_') {
      at++;
    }
    return startsWith(bytes, at, to, mark) && at + mark.length() < to ? at + mark.length() : -1;
  }

  private static boolean startsWith(byte[] bytes, int from, int to, String wanted) {
    if (from + wanted.length() > to) {
      return false;
    }
    for (int i = 0; i < wanted.length(); i++) {
      if (bytes[from + i] != wanted.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether what follows a name is nothing, or words behind dots as LLVM adds them. */
  static boolean isSuffix(byte[] bytes, int from, int to) {
    if (from < to && bytes[from] != '.') {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] <= ' ' || bytes[i] > '~') {
        return false;
      }
    }
    return true;
  }
}
