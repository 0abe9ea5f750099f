package dev.selfsame.build.docker;

/** What a daemon said, in one line. */
final class Said {
  private Said() {}

  static String by(Throwable error) {
    Throwable deepest = error;
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      deepest = cause;
    }
    String message = deepest.getMessage();
    return message == null ? deepest.getClass().getSimpleName() : message.strip();
  }
}
