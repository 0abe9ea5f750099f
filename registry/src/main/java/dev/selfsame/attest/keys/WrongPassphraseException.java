package dev.selfsame.attest.keys;

/** The passphrase does not open the key. */
final class WrongPassphraseException extends Exception {
  private static final long serialVersionUID = 1L;
}
