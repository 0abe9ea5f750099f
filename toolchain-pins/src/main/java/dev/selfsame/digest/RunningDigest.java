package dev.selfsame.digest;

import java.security.MessageDigest;

/** A digest of bytes that come in parts. Not for use by many threads. */
public final class RunningDigest {
  private final Digest.Algorithm algorithm;
  private final MessageDigest hash;

  public RunningDigest(Digest.Algorithm algorithm) {
    this.algorithm = algorithm;
    this.hash = algorithm.start();
  }

  /** Takes more bytes. */
  public void update(byte[] buffer, int offset, int length) {
    hash.update(buffer, offset, length);
  }

  /** The digest of all bytes. Call once, after the last. */
  public Digest digest() {
    return Digest.of(algorithm, hash.digest());
  }
}
