package dev.selfsame.promote;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Signer;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.attest.claim.PromotionClaim.Link;
import dev.selfsame.attest.claim.PromotionClaim.Verifier;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.store.Channels;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Signs the record that follows a channel's last, and puts it in its place. */
final class NextRecord {
  private final Desk desk;
  private final Evidence evidence;
  private final String version;
  private final Channel channel;
  private final Instant now;

  /**
   * @param channel as it was just read
   * @param version the version of this program, which records carry
   */
  NextRecord(Desk desk, String version, Channel channel, Instant now) {
    this.desk = desk;
    this.evidence = desk.evidence();
    this.version = version;
    this.channel = channel;
    this.now = now;
  }

  /**
   * What it says of what the channel holds from then on.
   *
   * @param artifact the bytes
   * @param policy SHA-256 of the policy
   * @param inputs the bundles that it rests on
   * @param expires when it stops counting
   */
  record Holding(Digest artifact, Digest policy, List<Digest> inputs, Optional<Instant> expires) {
    /** What an earlier record said. */
    static Holding of(PromotionClaim claim) {
      return new Holding(
          claim.artifact().digest(), claim.policy(), claim.inputs(), claim.link().expires());
    }
  }

  /**
   * What it does.
   *
   * @param reason empty for a promotion
   * @param restores the place of the promotion that a rollback brings back
   */
  record Doing(Action action, Optional<String> reason, OptionalLong restores) {}

  /**
   * Refuses a signer who may not do that, before anything else is looked at.
   *
   * @throws Failure exit 4 where the key is none of the trust root's, of another role, or not
   *     believed now
   */
  static TrustedKey requireSigner(Evidence evidence, Signer signer, Action action, Instant now) {
    TrustedKey key =
        evidence.root().keys().stream()
            .filter(known -> known.key().equals(signer.key()))
            .findFirst()
            .orElseThrow(() ->
                Failure.badEvidence(
                    "the key %s is unknown to the trust root"
                        .formatted(signer.key().fingerprint().abbreviated()),
                    "use a key that the trust root names, or have this one added to it"));
    if (!action.signers().contains(key.role())) {
      throw Failure.badEvidence(
          "%s may not %s".formatted(key.describe(), verb(action)),
          "use a key of the role " + roles(action));
    }
    key.objection(now)
        .ifPresent(objection -> {
          throw Failure.badEvidence(
              "%s %s".formatted(key.describe(), objection), "use another key of that role");
        });
    return key;
  }

  private static String verb(Action action) {
    return switch (action) {
      case PROMOTE -> "promote";
      case ROLLBACK -> "roll back";
      case FREEZE -> "freeze";
      case UNFREEZE -> "lift a freeze";
      case BREAK_GLASS -> "break the glass";
    };
  }

  private static String roles(Action action) {
    return String.join(
        " or ", action.signers().stream().sorted().map(role -> role.word()).toList());
  }

  /**
   * Refuses what would enter a frozen channel.
   *
   * @throws Failure exit 1 where it is frozen
   */
  static void requireOpen(Channel channel) {
    if (channel.frozen().isPresent()) {
      throw Failure.no(
          "%s of %s is %s"
              .formatted(channel.channel(), channel.name(), channel.frozen().get().describe()),
          channel.frozen().get().disputed().isPresent()
              ? "freeze it again and have that lifted by a policy key that is believed"
              : "nothing may enter until a policy key lifts it: selfsame unfreeze");
    }
  }

  /**
   * Signs it and puts it there.
   *
   * @param policy the text of a policy that comes with it
   * @throws Failure exit 3 where another took the place, or the clock is behind the channel by more
   *     than a little; exit 4 where the registry does not show it afterwards
   */
  Promotion put(Doing doing, Holding holding, Optional<String> policy, Signer signer) {
    TrustedKey key = requireSigner(evidence, signer, doing.action(), now);
    Instant at = date();
    long last = channel.records().size();
    PromotionClaim claim =
        new PromotionClaim(
            new Statement.Subject(channel.name().value(), holding.artifact()),
            new ChannelReader(evidence).resource(channel.name(), channel.channel()),
            holding.policy(),
            holding.inputs(),
            new Verifier(key.verifierId(), version),
            at,
            new Link(
                last + 1,
                channel.bundleAt(last),
                doing.action(),
                holding.expires(),
                doing.reason(),
                doing.restores()));
    Bundle bundle = Bundle.attest(claim.statement(), signer);
    Promotion signed =
        ChannelReader.promotion(evidence.root().verify(bundle, doing.action().signers(), now));
    keep(signed, bundle, policy);
    return signed;
  }

  /** Now, or when the record before it was made by a clock that runs ahead by a little. */
  private Instant date() {
    Instant last = channel.last().map(Promotion::at).orElse(Instant.EPOCH);
    if (last.isAfter(now.plus(Decision.CLOCK_SKEW))) {
      throw Failure.undecided(
          "the clock (%s) is behind the channel's last record (%s)".formatted(now, last),
          "set this clock right, if it is wrong; else that of whoever signed the record was ahead,"
              + " and nothing can follow it before that time");
    }
    return last.isAfter(now) ? last : now;
  }

  private void keep(Promotion signed, Bundle bundle, Optional<String> policy) {
    ChannelReader channels = new ChannelReader(evidence);
    boolean got =
        desk.intake()
            .promote(
                new Intake.Promotion(
                    channel.name(),
                    channel.channel(),
                    new Channels.Entry(signed.seq(), bundle.digest()),
                    signed.artifact(),
                    bundle,
                    policy.map(text -> text.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                    signed.at()));
    if (!got) {
      throw Failure.undecided(
          "another record took place %d of %s into %s"
              .formatted(signed.seq(), channel.name(), channel.channel()),
          "see what it is, then run the command again to decide anew");
    }
    Channel after = channels.read(channel.name(), channel.channel(), now);
    if (!after.bundleAt(signed.seq()).equals(Optional.of(bundle.digest()))) {
      throw Failure.badEvidence(
          "the registry has taken promotion %d of %s into %s and does not show it"
              .formatted(signed.seq(), channel.name(), channel.channel()),
          "see what stands there, and whether the registry is the right one");
    }
    channels.remember(channel.name(), channel.channel(), signed);
  }
}
