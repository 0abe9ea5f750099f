package dev.selfsame.store;

/**
 * A tag of a repository, such as {@code 1.4.0}.
 *
 * <p>Source of the form: OCI Distribution Spec 1.1, "Pulling manifests", {@code <reference>}.
 *
 * @param value a letter, digit or {@code _}, then up to 127 of these, {@code .} and {@code -}
 */
public record TagName(String value) implements Comparable<TagName> {
  private static final int LONGEST = 128;

  /** Throws {@link IllegalArgumentException} where {@code value} is not of the form. */
  public TagName {
    if (!isTag(value)) {
      throw new IllegalArgumentException(
          "not a tag (a letter, digit or _, then up to 127 of these, . and -)");
    }
  }

  private static boolean isTag(String text) {
    if (text.isEmpty() || text.length() > LONGEST || !isWord(text.charAt(0))) {
      return false;
    }
    return text.chars().allMatch(c -> isWord(c) || c == '.' || c == '-');
  }

  private static boolean isWord(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  @Override
  public int compareTo(TagName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
