package dev.selfsame.attest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.TrustedKey.Reason;
import dev.selfsame.attest.TrustedKey.Revocation;
import dev.selfsame.attest.VerificationKey.Scheme;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Identity, role and lifetime come from the trust root alone. */
class TrustRootTest {
  private static final Signer BUILDER = Vectors.ed25519();
  private static final Signer PROMOTER = Vectors.signer(Scheme.ECDSA_P256);
  private static final Signer STRANGER = Vectors.ed25519();
  private static final TrustedKey BUILDER_KEY =
      Vectors.trusted(BUILDER.key(), Role.BUILDER, "alice");
  private static final TrustRoot ROOT =
      Vectors.root(BUILDER_KEY, Vectors.trusted(PROMOTER.key(), Role.PROMOTER, "bob"));

  private static Bundle by(Signer signer) {
    return Bundle.attest(Vectors.statement(), signer);
  }

  private static String refusal(TrustRoot root, Bundle bundle, Role role, Instant at) {
    Failure e = assertThrows(Failure.class, () -> root.verify(bundle, role, at));
    assertEquals(ExitCode.BAD_EVIDENCE, e.code());
    return e.getMessage();
  }

  @Test
  void a_signer_is_who_the_root_says() {
    Attestation attestation = ROOT.verify(by(PROMOTER), Role.PROMOTER, Vectors.NOW);
    assertEquals("bob", attestation.signer().operator());
    assertEquals(1, attestation.trustRootVersion());
    assertEquals(Vectors.NOW, attestation.verifiedFor());
  }

  @Test
  void the_signers_are_keys_with_roles_and_operators_and_nothing_else() {
    Digest signers = ROOT.signers();
    assertEquals(signers, new TrustRoot(7, ROOT.keys().reversed()).signers());
    Revocation taken = new Revocation(Vectors.NOW, Reason.COMPROMISED);
    assertEquals(signers, ROOT.revoke(BUILDER.key().fingerprint(), taken).signers());
    TrustedKey more = Vectors.trusted(STRANGER.key(), Role.PROMOTER, "carol");
    TrustedKey otherRole = Vectors.trusted(STRANGER.key(), Role.POLICY, "carol");
    TrustedKey otherName = Vectors.trusted(STRANGER.key(), Role.PROMOTER, "cleo");
    assertEquals(
        4,
        List.of(ROOT, ROOT.with(more), ROOT.with(otherRole), ROOT.with(otherName)).stream()
            .map(TrustRoot::signers)
            .distinct()
            .count());
  }

  @Test
  void a_bare_envelope_is_verified_too() {
    Envelope envelope = Envelope.parse(Envelope.sign(Vectors.statement(), BUILDER).json());
    assertEquals("alice", ROOT.verify(envelope, Role.BUILDER, Vectors.NOW).signer().operator());
  }

  @Test
  void an_unknown_key_is_refused() {
    String why = refusal(ROOT, by(STRANGER), Role.BUILDER, Vectors.NOW);
    assertTrue(why.contains("unknown to the trust root"), why);
  }

  @Test
  void a_stranger_who_borrows_a_known_hint_stays_a_stranger() {
    String forged =
        new String(by(STRANGER).bytes(), UTF_8)
            .replace(STRANGER.key().hint(), BUILDER.key().hint());
    Bundle bundle = Bundle.parse(forged.getBytes(UTF_8), "forged");
    String why = refusal(ROOT, bundle, Role.BUILDER, Vectors.NOW);
    assertTrue(why.contains("does not hold"), why);
  }

  @Test
  void a_wrong_or_absent_hint_changes_nothing() {
    String text = new String(by(BUILDER).bytes(), UTF_8);
    for (String hint : List.of(PROMOTER.key().hint(), "", "nonsense")) {
      Bundle bundle =
          Bundle.parse(text.replace(BUILDER.key().hint(), hint).getBytes(UTF_8), "hinted");
      assertEquals("alice", ROOT.verify(bundle, Role.BUILDER, Vectors.NOW).signer().operator());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Role.class,
      names = {"PROMOTER", "POLICY", "LOG", "WITNESS"})
  void a_builders_key_is_refused_in_every_other_role(Role role) {
    String why = refusal(ROOT, by(BUILDER), role, Vectors.NOW);
    assertTrue(why.contains("where a " + role.word() + " key is needed"), why);
  }

  @ParameterizedTest
  @CsvSource({
    "2025-12-31T23:59:59.999Z, valid only from",
    "2028-01-01T00:00:00Z, expired at",
    "2040-01-01T00:00:00Z, expired at",
  })
  void outside_its_lifetime_a_key_is_refused(Instant at, String reason) {
    String why = refusal(ROOT, by(BUILDER), Role.BUILDER, at);
    assertTrue(why.contains(reason), why);
  }

  @ParameterizedTest
  @CsvSource({"2026-01-01T00:00:00Z", "2027-12-31T23:59:59.999Z"})
  void a_lifetime_holds_its_first_moment_and_not_its_last(Instant at) {
    assertEquals("alice", ROOT.verify(by(BUILDER), Role.BUILDER, at).signer().operator());
  }

  @Test
  void a_retired_key_counts_before_its_end_alone() {
    TrustRoot retired =
        ROOT.revoke(BUILDER.key().fingerprint(), new Revocation(Vectors.NOW, Reason.RETIRED));
    assertEquals(2, retired.version());
    Instant before = Vectors.NOW.minusMillis(1);
    assertEquals("alice", retired.verify(by(BUILDER), Role.BUILDER, before).signer().operator());
    String why = refusal(retired, by(BUILDER), Role.BUILDER, Vectors.NOW);
    assertTrue(why.contains("was retired at"), why);
  }

  @Test
  void a_compromised_key_counts_at_no_time() {
    TrustRoot broken =
        ROOT.revoke(BUILDER.key().fingerprint(), new Revocation(Vectors.NOW, Reason.COMPROMISED));
    String why = refusal(broken, by(BUILDER), Role.BUILDER, Vectors.START);
    assertTrue(why.contains("revoked as compromised"), why);
  }

  @Test
  void a_signed_payload_that_is_no_statement_is_refused() {
    String statement = new String(Vectors.statement().bytes(), UTF_8);
    String upper = statement.replace("accb85c42287d5a8", "ACCB85C42287D5A8");
    for (String payload :
        List.of(
            "{}",
            "[]",
            "null",
            statement + "{}",
            upper,
            statement.replace("\"subject\":", "\"subject\":[],\"subject\":"),
            statement.replace("Statement/v1", "Statement/v2"),
            statement.replace("\"sha256\":", "\"sha512\":"))) {
      byte[] bytes = payload.getBytes(UTF_8);
      String why = refusal(ROOT, RawBundle.of(bytes, BUILDER), Role.BUILDER, Vectors.NOW);
      assertTrue(why.contains("holds no valid statement"), why);
    }
  }

  @Test
  void a_root_reads_back_as_it_was_written() {
    TrustRoot root =
        ROOT.with(Vectors.trusted(STRANGER.key(), Role.LOG, "carol"))
            .revoke(STRANGER.key().fingerprint(), new Revocation(Vectors.NOW, Reason.COMPROMISED));
    assertEquals(3, root.version());
    assertEquals(root, TrustRoot.parse(root.json(), "root"));
  }

  @Test
  void a_key_as_pem_is_read_too() {
    String pem = BUILDER.key().pem().replace("\n", "\\n");
    String base64 = java.util.Base64.getEncoder().encodeToString(BUILDER.key().spki());
    String text = new String(ROOT.json(), UTF_8).replace(base64, pem);
    assertEquals(ROOT, TrustRoot.parse(text.getBytes(UTF_8), "root"));
  }

  @Test
  void one_key_cannot_stand_twice_not_even_in_two_roles() {
    for (Role role : Role.values()) {
      TrustedKey again = Vectors.trusted(BUILDER.key(), role, "mallory");
      assertThrows(IllegalArgumentException.class, () -> ROOT.with(again));
    }
  }

  @Test
  void a_builder_id_belongs_to_one_operator() {
    TrustedKey other =
        new TrustedKey(
            STRANGER.key(),
            Role.BUILDER,
            "mallory",
            BUILDER_KEY.builderId(),
            Vectors.START,
            Vectors.END,
            null);
    assertThrows(IllegalArgumentException.class, () -> ROOT.with(other));
  }

  @Test
  void an_unknown_fingerprint_cannot_be_revoked() {
    assertThrows(
        IllegalArgumentException.class,
        () -> ROOT.revoke(Digest.sha256(new byte[0]), new Revocation(Vectors.NOW, Reason.RETIRED)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"schema\": \"selfsame.trust-root/1\" | \"schema\": \"other/1\" | schema is not",
        "\"version\": 1 | \"version\": 0 | version is not",
        "\"version\": 1 | \"version\": \"1\" | version is not an integer",
        "\"version\": 1 | \"version\": 1, \"version\": 2 | Duplicate field",
        "\"version\": 1 | \"version\": 1, \"x\": 2 | unknown field x",
        "\"role\": \"builder\" | \"role\": \"Builder\" | keys[0].role is no role",
        "\"role\": \"builder\" | \"role\": \"promoter\" | keys[0]: a builder id belongs",
        "\"operator\": \"alice\" | \"operator\": \"\" | keys[0].operator is not text",
        "\"operator\": \"alice\" | \"operator\": \"a b\" | keys[0]: operator is not",
        "\"validFrom\": \"2026-01-01T00:00:00Z\" | \"validFrom\": \"soon\" | keys[0].validFrom",
        "\"validFrom\": \"2026-01-01T00:00:00Z\" | \"validFrom\": \"2030-01-01T00:00:00Z\" | after",
        "\"spki\": \"MCow | \"spki\": \"MCox | keys[0]: not an Ed25519 or P-256 public key",
      })
  void a_malformed_root_is_bad_evidence(String from, String to, String reason) {
    String text = new String(ROOT.json(), UTF_8).replace("\" : ", "\": ");
    int at = text.indexOf(from);
    assertTrue(at >= 0, text);
    String bad = text.substring(0, at) + to + text.substring(at + from.length());
    Failure e = assertThrows(Failure.class, () -> TrustRoot.parse(bad.getBytes(UTF_8), "root"));
    assertEquals(ExitCode.BAD_EVIDENCE, e.code());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }
}
