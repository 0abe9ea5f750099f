package dev.selfsame.store;

/**
 * Where evidence is kept.
 *
 * @param name the registry's lasting name, which promotions carry under their signature so that one
 *     made for this registry counts in no other; 1 to 64 lower-case letters and digits, with {@code
 *     .} and {@code -} between
 * @param blobs bytes by digest
 * @param index which bundles speak of what
 * @param channels the order of promotions
 */
public record Registry(String name, Blobs blobs, EvidenceIndex index, Channels channels)
    implements ReadableRegistry {
  private static final int LONGEST_NAME = 64;

  /** Throws {@link IllegalArgumentException} where the name is not of its form. */
  public Registry {
    if (!isName(name)) {
      throw new IllegalArgumentException("not a registry's name: " + name);
    }
  }

  /** Whether a text may be a registry's name: it stands in paths and under signatures. */
  public static boolean isName(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST_NAME
        && isLetter(text.charAt(0))
        && isLetter(text.charAt(text.length() - 1))
        && text.chars().allMatch(c -> isLetter(c) || c == '.' || c == '-');
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }
}
