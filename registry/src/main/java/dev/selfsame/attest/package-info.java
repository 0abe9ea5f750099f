/**
 * Signed evidence: keys, in-toto statements in DSSE envelopes and Sigstore bundles, and the trust
 * root from which alone identity comes. An {@code Envelope} is bytes; an {@code Attestation} is an
 * envelope whose signature and signer were verified.
 */
@NullMarked
package dev.selfsame.attest;

import org.jspecify.annotations.NullMarked;
