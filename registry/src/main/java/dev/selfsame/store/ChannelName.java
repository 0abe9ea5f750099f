package dev.selfsame.store;

/**
 * A channel's name, such as {@code production}.
 *
 * @param value 1 to 63 lower-case letters and digits, with {@code -} between
 */
public record ChannelName(String value) implements Comparable<ChannelName> {
  /** The channel that is meant where none is named. */
  public static final ChannelName PRODUCTION = new ChannelName("production");

  private static final int LONGEST = 63;

  /** Throws {@link IllegalArgumentException} where {@code value} is not of the form. */
  public ChannelName {
    if (!isOne(value)) {
      throw new IllegalArgumentException(
          "not a channel name (lower-case letters, digits and dashes between them, at most %d): %s"
              .formatted(LONGEST, value));
    }
  }

  /** Whether that is the form of a channel's name. */
  public static boolean isOne(String text) {
    return !text.isEmpty() && text.length() <= LONGEST && isWord(text);
  }

  @Override
  public int compareTo(ChannelName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static boolean isWord(String text) {
    return ArtifactName.isComponent(text) && text.indexOf('.') < 0 && text.indexOf('_') < 0;
  }
}
