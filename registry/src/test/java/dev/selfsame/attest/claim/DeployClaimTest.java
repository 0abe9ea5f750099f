package dev.selfsame.attest.claim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.selfsame.attest.claim.DeployClaim.Course;
import dev.selfsame.attest.claim.DeployClaim.HealthCheck;
import dev.selfsame.attest.claim.DeployClaim.Outcome;
import dev.selfsame.attest.claim.DeployClaim.Release;
import dev.selfsame.attest.claim.DeployClaim.Target;
import dev.selfsame.attest.claim.PromotionClaim.Verifier;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A deployer says of one attempt what was to run, where, and how it went. */
class DeployClaimTest {
  private static final Signer DEPLOYER = Vectors.ed25519();
  private static final Signer PROMOTER = Vectors.ed25519();
  private static final TrustRoot ROOT =
      Vectors.root(
          Vectors.trusted(DEPLOYER.key(), Role.DEPLOYER, "bob"),
          Vectors.trusted(PROMOTER.key(), Role.PROMOTER, "bob"));

  private static DeployClaim claim(Outcome outcome, Optional<String> reason) {
    return new DeployClaim(
        new Release(
            new Statement.Subject("team/agent", Records.digest("agent")),
            ChannelResource.parse("selfsame://registry.example.org/team/agent?channel=production"),
            3,
            Records.digest("promotion"),
            Optional.of(Records.digest("image")),
            List.of(Records.digest("one"))),
        new Target("docker", "host-1", "agent", "Docker 26.1.5"),
        new Course(
            Vectors.NOW.minusSeconds(9),
            Vectors.NOW,
            outcome,
            Optional.of(Records.digest("previous")),
            Optional.of(Records.digest("settings")),
            List.of(new HealthCheck("GET /health", "200", Vectors.NOW)),
            reason),
        new Verifier("https://selfsame.dev/operators/bob", "0.1.0"));
  }

  private static final DeployClaim GOOD = claim(Outcome.HEALTHY, Optional.empty());

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void every_outcome_reads_back(Outcome outcome) {
    DeployClaim claim = claim(outcome, Optional.of("it hangs"));
    Attestation attestation =
        ROOT.verify(Bundle.attest(claim.statement(), DEPLOYER), Role.DEPLOYER, Vectors.NOW);
    assertTrue(DeployClaim.isIn(attestation));
    assertEquals(claim, DeployClaim.of(attestation));
  }

  @Test
  void a_promoter_records_no_deployment() {
    Bundle bundle = Bundle.attest(GOOD.statement(), PROMOTER);
    assertThrows(Failure.class, () -> ROOT.verify(bundle, Role.DEPLOYER, Vectors.NOW));
    Attestation asPromoter = ROOT.verify(bundle, Role.PROMOTER, Vectors.NOW);
    Failure e = assertThrows(Failure.class, () -> DeployClaim.of(asPromoter));
    assertTrue(e.getMessage().contains("by no deployer"), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deployment/v1 | deployment/v2 | predicate type is",
        "operators/bob | operators/eve | names the deployer",
        "?channel=production | ?channel=P | not of the form",
        "org/team/agent? | org/team/other? | not of the resource's name",
        "\"seq\":3 | \"seq\":0 | 1 or more",
        "\"healthy\" | \"well\" | unknown outcome well",
        "\"healthy\" | \"failed\" | failed needs a reason",
        "\"kind\":\"docker\" | \"kind\":\"\" | kind is not text",
        "host-1 | host\\n1 | not one line",
        "\"engine\" | \"engines\" | unknown field",
        "\"what\" | \"which\" | unknown field",
        "\"startedOn\":\"2 | \"startedOn\":\"9 | it ended before it began",
        "\"startedOn\" | \"secret\":\"x\",\"startedOn\" | unknown field",
      })
  void a_record_of_another_form_is_bad_evidence(String from, String to, String reason) {
    String good = new String(GOOD.statement().bytes(), UTF_8);
    int at = good.indexOf(from);
    assertTrue(at >= 0, good);
    String bad = good.substring(0, at) + to + good.substring(at + from.length());
    Attestation attestation =
        ROOT.verify(RawBundle.of(bad.getBytes(UTF_8), DEPLOYER), Role.DEPLOYER, Vectors.NOW);
    Failure e = assertThrows(Failure.class, () -> DeployClaim.of(attestation));
    assertEquals(ExitCode.BAD_EVIDENCE, e.code());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void lines_lists_and_reasons_have_their_bounds() {
    HealthCheck check = new HealthCheck("a", "b", Vectors.NOW);
    assertThrows(
        IllegalArgumentException.class, () -> new HealthCheck("a".repeat(301), "b", Vectors.NOW));
    assertThrows(IllegalArgumentException.class, () -> new HealthCheck("", "b", Vectors.NOW));
    assertThrows(
        IllegalArgumentException.class, () -> new HealthCheck("a\u001b[2J", "b", Vectors.NOW));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Course(
                Vectors.NOW,
                Vectors.NOW,
                Outcome.HEALTHY,
                Optional.empty(),
                Optional.empty(),
                java.util.Collections.nCopies(1001, check),
                Optional.empty()));
  }
}
