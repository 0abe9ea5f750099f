package dev.selfsame.attest.claim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.RawBundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.Signer;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.Vectors;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.attest.claim.PromotionClaim.Link;
import dev.selfsame.attest.claim.PromotionClaim.Verifier;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A promotion says exactly one thing about one binary, one name and one channel. */
class PromotionClaimTest {
  private static final Signer PROMOTER = Vectors.ed25519();
  private static final Signer POLICY = Vectors.ed25519();
  private static final Signer BUILDER = Vectors.ed25519();
  private static final TrustRoot ROOT =
      Vectors.root(
          Vectors.trusted(PROMOTER.key(), Role.PROMOTER, "bob"),
          Vectors.trusted(POLICY.key(), Role.POLICY, "bob"),
          Vectors.trusted(BUILDER.key(), Role.BUILDER, "alice"));
  private static final Digest BEFORE = Records.digest("before");

  private static PromotionClaim claim(Link link) {
    return new PromotionClaim(
        new Statement.Subject("agent", Records.digest("agent")),
        ChannelResource.parse("selfsame://registry.example.org:8443/team/agent?channel=production"),
        Records.digest("policy"),
        List.of(Records.digest("one"), Records.digest("two")),
        new Verifier("https://selfsame.dev/operators/bob", "0.1.0"),
        Vectors.NOW,
        link);
  }

  private static Link link(Action action) {
    return new Link(
        2,
        Optional.of(BEFORE),
        action,
        Optional.of(Instant.parse("2026-11-24T00:00:00Z")),
        Optional.of("the new one hangs"),
        action == Action.ROLLBACK ? OptionalLong.of(1) : OptionalLong.empty());
  }

  private static final PromotionClaim FIRST =
      claim(new Link(1, Optional.empty(), Action.PROMOTE, Optional.empty(), Optional.empty()));

  private static Attestation verified(Bundle bundle) {
    return ROOT.verify(bundle, Role.PROMOTER, Vectors.NOW);
  }

  @Test
  void a_first_promotion_reads_back() {
    Attestation attestation = verified(Bundle.attest(FIRST.statement(), PROMOTER));
    assertTrue(PromotionClaim.isIn(attestation));
    assertEquals(FIRST, PromotionClaim.of(attestation));
    assertTrue(FIRST.currentAt(Vectors.END));
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void every_action_reads_back_with_its_chain_end_and_reason(Action action) {
    PromotionClaim claim = claim(link(action));
    for (Role role : List.of(Role.PROMOTER, Role.POLICY)) {
      Signer signer = role == Role.POLICY ? POLICY : PROMOTER;
      Attestation attestation =
          ROOT.verify(Bundle.attest(claim.statement(), signer), role, Vectors.NOW);
      if (action.signers().contains(role)) {
        assertEquals(claim, PromotionClaim.of(attestation));
      } else {
        Failure e = assertThrows(Failure.class, () -> PromotionClaim.of(attestation));
        assertEquals(ExitCode.BAD_EVIDENCE, e.code());
        assertTrue(e.getMessage().contains("key may sign no " + action), e.getMessage());
      }
    }
    assertTrue(claim.currentAt(Vectors.NOW));
    assertFalse(claim.currentAt(Instant.parse("2026-11-24T00:00:00Z")));
  }

  @Test
  void a_builders_signature_on_a_promotion_is_refused() {
    Bundle bundle = Bundle.attest(FIRST.statement(), BUILDER);
    Failure e = assertThrows(Failure.class, () -> verified(bundle));
    assertEquals(ExitCode.BAD_EVIDENCE, e.code());
    assertTrue(e.getMessage().contains("where a promoter key is needed"), e.getMessage());
    Attestation asBuilder = ROOT.verify(bundle, Role.BUILDER, Vectors.NOW);
    Failure second = assertThrows(Failure.class, () -> PromotionClaim.of(asBuilder));
    assertTrue(second.getMessage().contains("by no promoter"), second.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"PASSED\" | \"FAILED\" | not PASSED",
        "\"PASSED\" | \"passed\" | not PASSED",
        "operators/bob | operators/eve | names the verifier",
        "verification_summary/v1 | verification_summary/v2 | predicate type is",
        "?channel=production | ?channel=production&x=1 | not of the form",
        "?channel=production | '' | not of the form",
        "selfsame://registry | https://registry | not of the form",
        "\"seq\":1 | \"seq\":0 | sequence counts from 1",
        "\"seq\":1 | \"seq\":2 | sequence counts from 1",
        "\"seq\":1 | \"seq\":1.0 | seq is not an integer",
        "\"seq\":1 | \"seq\":99999999999999999999 | seq is not an integer",
        "\"PROMOTE\" | \"DEMOTE\" | unknown action",
        "\"PROMOTE\" | \"FREEZE\" | FREEZE needs a reason",
        "\"slsaVersion\" | \"slsaVersions\" | unknown field predicate.slsaVersions",
        "\"policy\":{\"digest\" | \"policy\":{\"digests\" | predicate.policy.digest is missing",
      })
  void a_summary_of_another_form_is_bad_evidence(String from, String to, String reason) {
    String good = new String(FIRST.statement().bytes(), UTF_8);
    int at = good.indexOf(from);
    assertTrue(at >= 0, good);
    String bad = good.substring(0, at) + to + good.substring(at + from.length());
    Attestation attestation = verified(RawBundle.of(bad.getBytes(UTF_8), PROMOTER));
    Failure e = assertThrows(Failure.class, () -> PromotionClaim.of(attestation));
    assertEquals(ExitCode.BAD_EVIDENCE, e.code());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void two_subjects_or_no_evidence_are_refused() {
    String good = new String(FIRST.statement().bytes(), UTF_8);
    String subject = good.substring(good.indexOf("[{") + 1, good.indexOf("}}]") + 2);
    String inputs =
        good.substring(
            good.indexOf("\"inputAttestations\":"), good.indexOf(",\"verif" + "icationResult\""));
    for (String bad :
        List.of(
            good.replace(subject, subject + "," + subject),
            good.replace(inputs, "\"inputAttestations\":[]"))) {
      Attestation attestation = verified(RawBundle.of(bad.getBytes(UTF_8), PROMOTER));
      assertThrows(Failure.class, () -> PromotionClaim.of(attestation));
    }
  }

  @Test
  void a_resource_has_no_name_that_an_artifact_cannot_have() {
    String longest = "a.b/".repeat(31) + "a__b";
    for (String name : new String[] {longest, "a" + longest, "a-".repeat(63) + "aa", "a___b"}) {
      assertEquals(isName(name), isResource(name), name);
    }
    assertTrue(isResource(longest));
    // Nor one that the matcher would not come back from.
    assertFalse(isResource("a.".repeat(20_000) + "a"));
    assertThrows(
        IllegalArgumentException.class,
        () -> new ChannelResource("reg", "a/".repeat(20_000) + "a", "production"));
  }

  private static boolean isName(String name) {
    try {
      return new ArtifactName(name).value().equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isResource(String name) {
    try {
      String uri = "selfsame://reg/%s?channel=production".formatted(name);
      return ChannelResource.parse(uri).name().equals(name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "selfsame://reg/agent?channel=production",
        "selfsame://reg.example.org:443/team/agent_1.x?channel=a-b-1",
      })
  void a_resource_reads_back_as_it_was_written(String uri) {
    assertEquals(uri, ChannelResource.parse(uri).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "selfsame://reg/?channel=p",
        "selfsame://reg/a//b?channel=p",
        "selfsame://reg/../b?channel=p",
        "selfsame://reg/A?channel=p",
        "selfsame://reg/a?channel=",
        "selfsame://reg/a?channel=p\n",
        "selfsame://reg/a?channel=P",
        "selfsame://reg/a%2fb?channel=p",
        "selfsame://user@reg/a?channel=p",
        "selfsame://reg/a?channel=p#x",
      })
  void what_could_be_read_two_ways_is_no_resource(String uri) {
    assertThrows(IllegalArgumentException.class, () -> ChannelResource.parse(uri));
  }
}
