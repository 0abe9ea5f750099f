package dev.selfsame.promote;

import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.ImageRecipe;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;

/**
 * A verified statement of a runtime image and what it claims.
 *
 * <p>Evidence of it needs, beside the bundle, the image's own blobs: the manifest, which is the
 * statement's subject, and the configuration and layers that the manifest names.
 *
 * @param attestation who says so
 * @param claim what they say
 * @param name the artifact's name, which is under the signature too
 */
public record Image(Attestation attestation, ImageClaim claim, ArtifactName name) {

  /**
   * Reads a builder's attestation.
   *
   * @throws Failure exit 4 where it is no image statement of Selfsame's form
   */
  public static Image of(Attestation attestation) {
    ImageClaim claim = ImageClaim.of(attestation);
    try {
      return new Image(attestation, claim, new ArtifactName(claim.image().name()));
    } catch (IllegalArgumentException e) {
      throw Failure.badEvidence(
          "evidence %s by %s: %s"
              .formatted(
                  attestation.bundleDigest().abbreviated(),
                  attestation.signer().operator(),
                  e.getMessage()),
          "submit it again under a valid name");
    }
  }

  /** SHA-256 of the bundle that carries it. */
  public Digest bundle() {
    return attestation.bundleDigest();
  }

  /** SHA-256 of the image's manifest. */
  public Digest manifest() {
    return claim.image().digest();
  }

  /** What the image is made of. */
  public ImageRecipe recipe() {
    return claim.recipe();
  }

  /** The operator who answers for the builder, as the trust root has it. */
  public String operator() {
    return attestation.signer().operator();
  }

  /** Whether it is of what this build gave, by the same operator. */
  boolean isOf(Build build) {
    return name.equals(build.name())
        && operator().equals(build.operator())
        && claim.buildRecord().equals(build.claim().buildRecord())
        && build.output(recipe().artifact()).isPresent();
  }
}
