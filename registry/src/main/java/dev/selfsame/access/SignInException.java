package dev.selfsame.access;

import java.util.Optional;

/** Credentials that do not hold, or may not be tried now. An expected answer, without a trace. */
public final class SignInException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean tooMany;
  private final String claimed;

  private SignInException(String message, boolean tooMany, String claimed) {
    super(message, null, false, false);
    this.tooMany = tooMany;
    this.claimed = claimed;
  }

  /** They do not hold. Which part is wrong is not said. */
  static SignInException wrong(String message) {
    return new SignInException(message, false, "");
  }

  /** Too many attempts have failed lately, or too many are being checked. */
  static SignInException tooMany(String message) {
    return new SignInException(message, true, "");
  }

  /** The same of somebody who claims to be this user. */
  SignInException claiming(String user) {
    return new SignInException(String.valueOf(getMessage()), tooMany, user);
  }

  /** Who the caller claims to be, which nothing bears out; empty where that is no user's name. */
  public Optional<String> claimed() {
    return claimed.isEmpty() ? Optional.empty() : Optional.of(claimed);
  }

  /** Whether to come back later. */
  public boolean isTooMany() {
    return tooMany;
  }
}
