package dev.selfsame.attest;

import dev.selfsame.digest.Digest;
import java.time.Instant;

/**
 * A statement whose signature held and whose signer the trust root names in the expected role. Only
 * {@link TrustRoot#verify} makes one, so that whoever holds one needs no further check of it.
 */
public final class Attestation {
  private final Statement statement;
  private final TrustedKey signer;
  private final Digest bundleDigest;
  private final Instant verifiedFor;
  private final long trustRootVersion;

  Attestation(
      Statement statement,
      TrustedKey signer,
      Digest bundleDigest,
      Instant verifiedFor,
      long trustRootVersion) {
    this.statement = statement;
    this.signer = signer;
    this.bundleDigest = bundleDigest;
    this.verifiedFor = verifiedFor;
    this.trustRootVersion = trustRootVersion;
  }

  public Statement statement() {
    return statement;
  }

  /** Who signed, as the trust root knows them. */
  public TrustedKey signer() {
    return signer;
  }

  /** SHA-256 of the bundle (or of the bare envelope) that was verified. */
  public Digest bundleDigest() {
    return bundleDigest;
  }

  /** The moment for which the signer's lifetime was judged. */
  public Instant verifiedFor() {
    return verifiedFor;
  }

  /** Version of the trust root that said so. */
  public long trustRootVersion() {
    return trustRootVersion;
  }

  @Override
  public String toString() {
    return "attestation %s by %s".formatted(bundleDigest, signer.operator());
  }
}
