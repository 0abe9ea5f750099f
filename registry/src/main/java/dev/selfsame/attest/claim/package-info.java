/**
 * What verified attestations say, as typed values: {@link dev.selfsame.attest.claim.BuildClaim}
 * from SLSA provenance v1, {@link dev.selfsame.attest.claim.PromotionClaim} from a SLSA
 * verification summary v1. Each is read from an {@code Attestation} alone, and refuses a predicate
 * that names another builder or verifier than the trust root does for its signer.
 */
@NullMarked
package dev.selfsame.attest.claim;

import org.jspecify.annotations.NullMarked;
