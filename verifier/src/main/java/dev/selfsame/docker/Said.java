package dev.selfsame.docker;

/** What a daemon said, in one line. */
public final class Said {
  private Said() {}

  /** The deepest cause speaks. */
  public static String by(Throwable error) {
    Throwable deepest = error;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      deepest = cause;
    }
    String message = deepest.getMessage();
    return message == null ? deepest.getClass().getSimpleName() : message.strip();
  }
}
