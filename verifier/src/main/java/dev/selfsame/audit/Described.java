package dev.selfsame.audit;

import dev.selfsame.attest.claim.BuildClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Build;
import dev.selfsame.promote.Channel;
import java.util.List;

/** Verified claims as an audit shows them. */
final class Described {
  private Described() {}

  static Audit.Promotion promotion(Channel channel, Channel.Promotion promotion) {
    var claim = promotion.claim();
    var restores = claim.link().restores();
    return new Audit.Promotion(
        claim.resource().name(),
        claim.resource().channel(),
        promotion.seq(),
        claim.timeVerified(),
        promotion.operator(),
        claim.policy(),
        claim.link().expires().orElse(null),
        promotion.bundle(),
        restores.isPresent() ? rollback(channel, promotion, restores.getAsLong()) : null,
        channel
            .frozen()
            .map(frozen ->
                new Audit.Frozen(frozen.by().at(), frozen.by().operator(), frozen.by().reason()))
            .orElse(null));
  }

  private static Audit.Rollback rollback(Channel channel, Channel.Promotion by, long to) {
    return new Audit.Rollback(to, channel.at(to).orElseThrow().at(), by.reason());
  }

  static List<Audit.Built> builds(List<Build> builds, Digest artifact) {
    return builds.stream().map(build -> built(build, artifact)).toList();
  }

  private static Audit.Built built(Build build, Digest artifact) {
    BuildClaim claim = build.claim();
    return new Audit.Built(
        build.operator(),
        claim.builderId(),
        claim.source().repository().orElse(null),
        claim.source().commit(),
        claim.source().dirty(),
        claim.rustc(),
        claim.pinId(),
        claim.rootDiffId(),
        build.output(artifact).map(BuildClaim.Output::stripState).orElse("unknown"),
        claim.reproducibility().controlsProven() && claim.reproducibility().variationProven(),
        claim.finishedOn(),
        build.bundle());
  }
}
