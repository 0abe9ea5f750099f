package dev.selfsame.attest;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/**
 * A private key that signs, with the public key that checks it. The private half may stay within a
 * token: only its {@link PrivateKey} handle is asked for.
 */
public final class Signer {
  private final PrivateKey secret;
  private final VerificationKey key;

  private Signer(PrivateKey secret, VerificationKey key) {
    this.secret = secret;
    this.key = key;
  }

  /**
   * Pairs both halves, after a signature has shown that they belong together.
   *
   * @throws IllegalArgumentException where they do not
   */
  public static Signer of(PrivateKey secret, VerificationKey key) {
    Signer signer = new Signer(secret, key);
    byte[] probe = {'s', 'e', 'l', 'f', 's', 'a', 'm', 'e'};
    try {
      if (key.verifies(probe, signer.signature(probe))) {
        return signer;
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the private key cannot sign as " + key.scheme(), e);
    }
    throw new IllegalArgumentException("the private key does not belong to the public key");
  }

  public VerificationKey key() {
    return key;
  }

  /** Signs the message: 64 bytes for Ed25519, DER for P-256. */
  public byte[] sign(byte[] message) {
    try {
      return signature(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("signing failed with " + key, e);
    }
  }

  private byte[] signature(byte[] message) throws GeneralSecurityException {
    Signature signature = key.scheme().start();
    signature.initSign(secret);
    signature.update(message);
    return signature.sign();
  }

  @Override
  public String toString() {
    return "signer " + key;
  }
}
