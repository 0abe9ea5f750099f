package dev.selfsame.attest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles that cosign 3.1.1 made. */
class CosignVectorsTest {
  private static final TrustRoot ROOT =
      Vectors.root(
          Vectors.trusted(Vectors.publicKey("cosign-p256.pub"), Role.BUILDER, "cosign"),
          Vectors.trusted(Vectors.publicKey("imp-p256.pub"), Role.BUILDER, "imported"),
          Vectors.trusted(Vectors.publicKey("imp-ed25519.pub"), Role.BUILDER, "edwards"));

  @ParameterizedTest
  @CsvSource({
    "cosign-p256.stmt.bundle.json, cosign",
    "cosign-p256.att.bundle.json, cosign",
    "imp-p256.stmt.bundle.json, imported",
    "imp-p256.att.bundle.json, imported",
  })
  void genuine_statements_are_verified(String file, String operator) {
    Attestation attestation = ROOT.verify(Vectors.bundle(file), Role.BUILDER, Vectors.NOW);
    assertEquals(operator, attestation.signer().operator());
    assertTrue(attestation.statement().covers(Digest.sha256(Vectors.bytes("agent.bin"))));
    assertEquals("https://slsa.dev/provenance/v1", attestation.statement().predicateType());
    assertEquals(Digest.sha256(Vectors.bytes(file)), attestation.bundleDigest());
  }

  @Test
  void a_statement_keeps_the_bytes_that_were_signed() {
    Attestation attestation =
        ROOT.verify(Vectors.bundle("imp-p256.stmt.bundle.json"), Role.BUILDER, Vectors.NOW);
    assertArrayEquals(Vectors.bytes("statement.json"), attestation.statement().bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"imp-ed25519.stmt.bundle.json", "imp-ed25519.att.bundle.json"})
  void a_prehashed_ed25519_signature_is_refused(String file) {
    var e =
        assertThrows(
            Failure.class, () -> ROOT.verify(Vectors.bundle(file), Role.BUILDER, Vectors.NOW));
    assertEquals(ExitCode.BAD_EVIDENCE, e.code());
    assertTrue(e.getMessage().contains("does not hold"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "cosign-p256.blob.bundle.json, cosign",
    "cosign-p256.blob2.bundle.json, cosign",
    "imp-p256.blob.bundle.json, imported",
    "imp-p256.blob2.bundle.json, imported",
    "imp-ed25519.blob.bundle.json, edwards",
    "imp-ed25519.blob2.bundle.json, edwards",
  })
  void genuine_file_signatures_are_verified(String file, String operator) throws IOException {
    var agent = new ByteArrayInputStream(Vectors.bytes("agent.bin"));
    TrustedKey signer = ROOT.verifyFile(Vectors.bundle(file), agent, Role.BUILDER, Vectors.NOW);
    assertEquals(operator, signer.operator());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cosign-p256.blob.bundle.json", "imp-ed25519.blob.bundle.json"})
  void a_file_signature_does_not_fit_another_file(String file) {
    byte[] agent = Vectors.bytes("agent.bin");
    agent[agent.length / 2] ^= 1;
    var e =
        assertThrows(
            Failure.class,
            () ->
                ROOT.verifyFile(
                    Vectors.bundle(file),
                    new ByteArrayInputStream(agent),
                    Role.BUILDER,
                    Vectors.NOW));
    assertEquals(ExitCode.BAD_EVIDENCE, e.code());
  }

  @Test
  void a_file_signature_is_no_statement() {
    var e =
        assertThrows(
            Failure.class,
            () ->
                ROOT.verify(
                    Vectors.bundle("cosign-p256.blob.bundle.json"), Role.BUILDER, Vectors.NOW));
    assertTrue(e.getMessage().contains("no statement"), e.getMessage());
  }
}
