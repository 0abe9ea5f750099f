package dev.selfsame.store;

/**
 * The name under which binaries are kept, such as {@code viworks/backend-agent}.
 *
 * <p>Source of the form: OCI Distribution Spec 1.1, "Pulling manifests": path components of
 * lower-case letters and digits, joined within by one {@code .}, one or two {@code _}, or any
 * number of {@code -}, and separated by {@code /}.
 *
 * @param value 1 to 128 characters
 */
public record ArtifactName(String value) implements Comparable<ArtifactName> {
  private static final int LONGEST = 128;

  /** Throws {@link IllegalArgumentException} where {@code value} is not of the form. */
  public ArtifactName {
    if (value.isEmpty() || value.length() > LONGEST || !isPath(value)) {
      throw new IllegalArgumentException(
          "not an artifact name (lower-case letters, digits and . _ - / between them, at most %d): %s"
              .formatted(LONGEST, value));
    }
  }

  @Override
  public int compareTo(ArtifactName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  static boolean isPath(String text) {
    int from = 0;
    for (int slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', from)) {
      if (!isComponent(text.substring(from, slash))) {
        return false;
      }
      from = slash + 1;
    }
    return isComponent(text.substring(from));
  }

  /** Letters and digits, with single separators between them. */
  static boolean isComponent(String text) {
    int at = 0;
    while (at < text.length()) {
      int word = at;
      while (at < text.length() && isWord(text.charAt(at))) {
        at++;
      }
      if (at == word) {
        return false;
      }
      if (at == text.length()) {
        return true;
      }
      at += separatorLength(text, at);
    }
    return false;
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static int separatorLength(String text, int at) {
    char c = text.charAt(at);
    int run = 1;
    while (at + run < text.length() && text.charAt(at + run) == c) {
      run++;
    }
    return switch (c) {
      case '.' -> 1;
      case '_' -> Math.min(run, 2);
      case '-' -> run;
      default -> 0;
    };
  }
}
