package dev.selfsame.promote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.claim.BuildClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import java.util.Optional;

/**
 * A verified build attestation and what it claims.
 *
 * @param attestation who says so
 * @param claim what they say
 * @param name the artifact's name, which is under the signature too
 */
public record Build(Attestation attestation, BuildClaim claim, ArtifactName name) {

  /**
   * Reads a builder's attestation.
   *
   * @throws Failure exit 4 where it is no build provenance of Selfsame's form
   */
  public static Build of(Attestation attestation) {
    BuildClaim claim = BuildClaim.of(attestation);
    String name = parameters(attestation).path("name").asText();
    try {
      return new Build(attestation, claim, new ArtifactName(name));
    } catch (IllegalArgumentException e) {
      throw Failure.badEvidence(
          "evidence %s by %s: %s"
              .formatted(
                  attestation.bundleDigest().abbreviated(), claim.operator(), e.getMessage()),
          "build again under a valid name");
    }
  }

  /** SHA-256 of the bundle that carries it. */
  public Digest bundle() {
    return attestation.bundleDigest();
  }

  /** The operator who answers for the builder, as the trust root has it. */
  public String operator() {
    return claim.operator();
  }

  /** The output with these bytes. */
  public Optional<BuildClaim.Output> output(Digest artifact) {
    return claim.output(artifact);
  }

  /**
   * Whether both were asked for the very same: source, recipe and root. Then they must have the
   * same outputs, or one of them is wrong. From which address the source was cloned is not asked:
   * the digest of its package tells what it was.
   */
  boolean sameRequest(Build other) {
    return claim.source().packageDigest().equals(other.claim.source().packageDigest())
        && claim.rootDiffId().equals(other.claim.rootDiffId())
        && request(attestation).equals(request(other.attestation));
  }

  /** What decides the bytes. */
  private static JsonNode request(Attestation attestation) {
    JsonNode asked = parameters(attestation).deepCopy();
    if (asked.path("source") instanceof ObjectNode source) {
      source.remove("uri");
    }
    return asked;
  }

  private static JsonNode parameters(Attestation attestation) {
    return attestation.statement().predicate().at("/buildDefinition/externalParameters");
  }
}
