package dev.selfsame.scenes;

import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.attest.claim.DeployClaim.Course;
import dev.selfsame.attest.claim.DeployClaim.HealthCheck;
import dev.selfsame.attest.claim.DeployClaim.Outcome;
import dev.selfsame.attest.claim.DeployClaim.Release;
import dev.selfsame.attest.claim.DeployClaim.Target;
import dev.selfsame.attest.claim.PromotionClaim.Verifier;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Channel;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a deployer says of a promotion, changed a field at a time. */
public final class Deploys {
  public Target target = new Target("docker", "host-1", "agent", "Docker 26.1.5");
  public Outcome outcome = Outcome.HEALTHY;
  public Optional<Digest> image = Optional.empty();
  public Optional<Digest> previous = Optional.empty();
  public Instant at;
  public String who = "dora";
  private final Channel.Promotion of;

  public Deploys(Channel.Promotion of, Instant at) {
    this.of = of;
    this.at = at;
  }

  public DeployClaim claim() {
    return new DeployClaim(
        new Release(
            of.claim().artifact(),
            of.claim().resource(),
            of.seq(),
            of.bundle(),
            image,
            of.claim().inputs()),
        target,
        new Course(
            at.minusSeconds(9),
            at,
            outcome,
            previous,
            Optional.of(Digest.sha256("settings".getBytes())),
            List.of(new HealthCheck("GET /health", "200", at.minusSeconds(1))),
            outcome == Outcome.HEALTHY ? Optional.empty() : Optional.of("it hangs")),
        new Verifier("https://selfsame.dev/operators/" + who, "0.1.0"));
  }
}
