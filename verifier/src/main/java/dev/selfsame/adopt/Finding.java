package dev.selfsame.adopt;

import static java.util.Objects.requireNonNull;

/**
 * What was found while looking at a project.
 *
 * @param text one line without a full stop
 */
public record Finding(Kind kind, String text) {

  /** How much it matters. */
  public enum Kind {
    /** A build cannot succeed before this is mended. */
    OBSTACLE,
    /** Could not be decided from the files alone. */
    OPEN,
    /** Worth knowing. */
    NOTE
  }

  /** What a project's files say must not begin a line of its own. */
  public Finding {
    requireNonNull(kind);
    text = OneLine.of(text);
  }

  static Finding obstacle(String text) {
    return new Finding(Kind.OBSTACLE, text);
  }

  static Finding open(String text) {
    return new Finding(Kind.OPEN, text);
  }

  static Finding note(String text) {
    return new Finding(Kind.NOTE, text);
  }
}
