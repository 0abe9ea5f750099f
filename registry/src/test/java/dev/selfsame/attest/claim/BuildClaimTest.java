package dev.selfsame.attest.claim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.RawBundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.Signer;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.Vectors;
import dev.selfsame.evidence.BuildRecord;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a builder claims survives the way through signature and back, and nothing else does. */
class BuildClaimTest {
  private static final Signer BUILDER = Vectors.ed25519();
  private static final TrustRoot ROOT =
      Vectors.root(Vectors.trusted(BUILDER.key(), Role.BUILDER, "alice"));
  private static final String ID = "https://selfsame.dev/builders/alice";

  private static Statement statement(BuildRecord record) {
    return Provenance.of(record, Records.digest("record"), ID);
  }

  private static BuildClaim claim(BuildRecord record) {
    return BuildClaim.of(verified(Bundle.attest(statement(record), BUILDER)));
  }

  private static Attestation verified(Bundle bundle) {
    return ROOT.verify(bundle, Role.BUILDER, Vectors.NOW);
  }

  @Test
  void a_build_record_reads_back_as_the_claim_that_policies_ask() {
    BuildClaim claim = claim(Records.good());
    assertEquals("alice", claim.operator());
    assertEquals(ID, claim.builderId());
    assertEquals(Optional.of("https://example.org/agent.git"), claim.source().repository());
    assertEquals("a".repeat(40), claim.source().commit());
    assertEquals(Records.digest("package"), claim.source().packageDigest());
    assertFalse(claim.source().dirty());
    assertEquals("trixie-rust-1.85.1", claim.pinId());
    assertEquals(Records.digest("root"), claim.rootDiffId());
    assertTrue(claim.reproducibility().controlsProven());
    assertTrue(claim.reproducibility().variationProven());
    assertEquals("rustc 1.85.1 (4eb161250 2025-03-15)", claim.rustc());
    assertEquals("1.85.1", claim.rustcVersion());
    assertEquals(Records.digest("Cargo.lock"), claim.cargoLock());
    assertEquals(Records.digest("record"), claim.buildRecord());
    assertEquals(Records.STARTED, claim.startedOn());
    assertEquals(Records.FINISHED, claim.finishedOn());
    assertEquals(
        Optional.of("stripped"),
        claim.output(Records.digest("agent")).map(BuildClaim.Output::stripState));
    assertEquals(Optional.empty(), claim.output(Records.digest("other")));
  }

  @Test
  void every_crate_and_log_is_listed() {
    String text = new String(statement(Records.good()).bytes(), UTF_8);
    for (String part :
        List.of(
            "\"buildType\":\"https://selfsame.dev/rust-container/v1\"",
            "\"uri\":\"pkg:cargo/serde@1.0.228\",\"digest\":{\"sha256\":\""
                + Records.digest("serde").hex(),
            "\"name\":\"root-image\"",
            "\"name\":\"log/prepare\",\"digest\":{\"sha256\":\"" + Records.digest("prepare").hex(),
            "\"name\":\"log/2\"",
            "\"profileOverrides\":{\"strip\":\"symbols\"}")) {
      assertTrue(text.contains(part), part + " in " + text);
    }
  }

  @Test
  void a_record_from_before_the_preparations_log_was_kept_is_read_and_attested() {
    ObjectNode older = (ObjectNode) Json.tree(Json.write(Records.good()));
    assertNotNull(older.remove("prepareLogDigest"));
    String text = new String(statement(Json.convert(older, BuildRecord.class)).bytes(), UTF_8);

    assertFalse(text.contains("log/prepare"), text);
    assertTrue(text.contains("\"name\":\"log/0\""), text);
  }

  @Test
  void equal_records_give_equal_bytes() {
    assertArrayEquals(statement(Records.good()).bytes(), statement(Records.good()).bytes());
  }

  @Test
  void a_dirty_local_tree_that_did_not_repeat_says_so() {
    BuildClaim claim = claim(Records.record(null, true, List.of("path")));
    assertEquals(Optional.empty(), claim.source().repository());
    assertTrue(claim.source().dirty());
    assertTrue(claim.reproducibility().controlsProven());
    assertFalse(claim.reproducibility().variationProven());
  }

  @Test
  void too_few_builds_prove_nothing() {
    assertFalse(new BuildClaim.Repeats(1, 0, true, true).controlsProven());
    assertFalse(new BuildClaim.Repeats(2, 0, true, true).variationProven());
  }

  @Test
  void a_build_without_outputs_is_not_attested() {
    BuildRecord good = Records.good();
    BuildRecord none =
        new BuildRecord(
            good.schema(),
            good.name(),
            good.source(),
            good.recipe(),
            good.toolchain(),
            good.environmentPin(),
            good.crates(),
            good.cargoLockDigest(),
            good.engine(),
            good.runs(),
            good.prepareLogDigest(),
            good.reproducibility(),
            List.of(),
            good.image(),
            good.startedAt(),
            good.finishedAt());
    assertThrows(IllegalArgumentException.class, () -> statement(none));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "builders/alice | builders/bob | names the builder",
        "provenance/v1 | provenance/v0.2 | predicate type is",
        "rust-container/v1 | rust-container/v2 | buildType is not",
        "\"controls\":2 | \"controls\":\"2\" | controls is not an integer",
        "\"controlsIdentical\":true | \"controlsIdentical\":1 | controlsIdentical is not true",
        "\"variedIdentical\":true | \"other\":true | variedIdentical is missing",
        "\"dirty\":false | \"clean\":true | dirty is missing",
        "\"name\":\"root\" | \"name\":\"ruut\" | lists 0 resources named root",
        "\"name\":\"source-package\" | \"name\":\"root\" | resources named",
        "\"stripState\":\"full\" | \"strip\":\"full\" | stripState is missing",
        "\"name\":\"agentctl\",\"digest\" | \"name\":\"agentctx\",\"digest\" | outputs are not",
      })
  void a_predicate_of_another_form_is_bad_evidence(String from, String to, String reason) {
    String good = new String(statement(Records.good()).bytes(), UTF_8);
    int at = good.indexOf(from);
    assertTrue(at >= 0, good);
    String bad = good.substring(0, at) + to + good.substring(at + from.length());
    Attestation attestation = verified(RawBundle.of(bad.getBytes(UTF_8), BUILDER));
    Failure e = assertThrows(Failure.class, () -> BuildClaim.of(attestation));
    assertEquals(ExitCode.BAD_EVIDENCE, e.code());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void a_source_asked_for_must_be_the_source_resolved() {
    String good = new String(statement(Records.good()).bytes(), UTF_8);
    int at = good.lastIndexOf("a".repeat(40));
    String bad = good.substring(0, at) + "c".repeat(40) + good.substring(at + 40);
    Attestation attestation = verified(RawBundle.of(bad.getBytes(UTF_8), BUILDER));
    Failure e = assertThrows(Failure.class, () -> BuildClaim.of(attestation));
    assertTrue(e.getMessage().contains("not the source resolved"), e.getMessage());
  }

  @Test
  void provenance_by_a_promoter_is_no_claim() {
    Signer promoter = Vectors.ed25519();
    TrustRoot root = Vectors.root(Vectors.trusted(promoter.key(), Role.PROMOTER, "alice"));
    Bundle bundle = Bundle.attest(statement(Records.good()), promoter);
    Attestation attestation = root.verify(bundle, Role.PROMOTER, Vectors.NOW);
    Failure e = assertThrows(Failure.class, () -> BuildClaim.of(attestation));
    assertTrue(e.getMessage().contains("by no builder"), e.getMessage());
  }
}
