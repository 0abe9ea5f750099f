package dev.selfsame.access;

/** Credentials that do not hold, or may not be tried now. An expected answer, without a trace. */
public final class SignInException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean tooMany;

  private SignInException(String message, boolean tooMany) {
    super(message, null, false, false);
    this.tooMany = tooMany;
  }

  /** They do not hold. Which part is wrong is not said. */
  static SignInException wrong(String message) {
    return new SignInException(message, false);
  }

  /** Too many attempts have failed lately, or too many are being checked. */
  static SignInException tooMany(String message) {
    return new SignInException(message, true);
  }

  /** Whether to come back later. */
  public boolean isTooMany() {
    return tooMany;
  }
}
