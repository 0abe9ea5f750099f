package dev.selfsame.promote;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
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
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Moves an artifact into a channel, where the policy lets it. */
public final class Promoter {
  private final Evidence evidence;
  private final ChannelReader channels;
  private final Desk desk;
  private final String version;

  /**
   * @param version the version of this program, which promotions carry
   */
  public Promoter(Desk desk, String version) {
    this.desk = desk;
    this.evidence = desk.evidence();
    this.channels = new ChannelReader(evidence);
    this.version = version;
  }

  /** At a registry at hand. */
  public Promoter(Evidence evidence, Catalogue catalogue, String version) {
    this(Desk.at(evidence, catalogue), version);
  }

  /**
   * What is asked.
   *
   * @param name under which name
   * @param channel into which channel
   * @param artifact which bytes
   * @param policy by which policy
   * @param policyText the policy's own text, which is kept
   * @param image which image goes with them
   */
  public record Request(
      ArtifactName name,
      ChannelName channel,
      Digest artifact,
      Policy policy,
      String policyText,
      ImageWish image) {
    /** With the image that is stated of these bytes, if one is. */
    public Request(
        ArtifactName name, ChannelName channel, Digest artifact, Policy policy, String policyText) {
      this(name, channel, artifact, policy, policyText, new ImageWish.Stated());
    }

    public Request {
      if (!Digest.sha256(policyText.getBytes(StandardCharsets.UTF_8)).equals(policy.digest())) {
        throw new IllegalArgumentException("the text is not the policy's");
      }
    }
  }

  /** How it went. */
  public sealed interface Result {
    /** The checks that were made. */
    Decision decision();
  }

  /** A condition was not met; nothing was kept. */
  public record NotMet(Decision decision) implements Result {}

  /**
   * The channel holds these bytes by this policy already; nothing was kept.
   *
   * @param head the promotion that stands
   */
  public record Stands(Decision decision, Promotion head) implements Result {}

  /**
   * The channel holds these bytes from now on.
   *
   * @param promotion the new head
   * @param replaced the head until now
   */
  public record Done(Decision decision, Promotion promotion, Optional<Promotion> replaced)
      implements Result {}

  /**
   * Decides, signs and extends the channel. The caller holds the write lock of a registry at hand.
   *
   * @throws Failure exit 4 where the signer is no promoter of the trust root, the channel does not
   *     hold, or evidence was altered; exit 3 where the clock is behind the channel
   */
  public Result promote(Request request, Signer signer, Instant now) {
    TrustedKey promoter = requirePromoter(signer, now);
    Channel channel = channels.read(request.name(), request.channel(), Integer.MAX_VALUE, now);
    channels.requireNothingTakenAway(channel, desk.listing());
    Staging.Staged staged = Staging.read(evidence, request.name(), now);
    Decision builds = Decision.of(request.policy(), request.artifact(), staged.builds(), now);
    ImageChoice image =
        ImageChoice.of(
            request.image(),
            request.artifact(),
            staged.images(),
            builds.inputs(),
            request.policy().minimumOperators());
    Decision decision = builds.with(image.check());
    if (!decision.passed()) {
      return new NotMet(decision);
    }
    requireBytes(request.artifact());
    image.images().forEach(one -> ImageParts.require(evidence.registry().blobs(), one));
    Optional<Promotion> head = channel.head();
    if (head.isPresent() && stands(channel, head.get(), request, image, now)) {
      return new Stands(decision, head.get());
    }
    if (head.isPresent() && head.get().claim().timeVerified().isAfter(now)) {
      throw Failure.undecided(
          "the clock (%s) is behind the channel's last promotion (%s)"
              .formatted(now, head.get().claim().timeVerified()),
          "set the clock right");
    }
    Bundle bundle = sign(request, inputs(decision, image), channel, signer, promoter, now);
    return new Done(decision, keep(request, channel, bundle, now), head);
  }

  private TrustedKey requirePromoter(Signer signer, Instant now) {
    TrustedKey key =
        evidence.root().keys().stream()
            .filter(known -> known.key().equals(signer.key()))
            .findFirst()
            .orElseThrow(() ->
                Failure.badEvidence(
                    "the key %s is unknown to the trust root"
                        .formatted(signer.key().fingerprint().abbreviated()),
                    "use a promoter's key, or have this one added to the trust root"));
    if (key.role() != Role.PROMOTER) {
      throw Failure.badEvidence(
          "%s may not promote".formatted(key.describe()), "use a promoter's key");
    }
    key.objection(now)
        .ifPresent(objection -> {
          throw Failure.badEvidence(
              "%s %s".formatted(key.describe(), objection), "use another promoter's key");
        });
    return key;
  }

  private static List<Digest> inputs(Decision decision, ImageChoice image) {
    return Stream.concat(
            decision.inputs().stream().map(Build::bundle),
            image.images().stream().map(Image::bundle))
        .toList();
  }

  private boolean stands(
      Channel channel, Promotion head, Request request, ImageChoice image, Instant now) {
    if (!head.artifact().equals(request.artifact())
        || !head.claim().policy().equals(request.policy().digest())
        || !head.claim().currentAt(now)) {
      return false;
    }
    try {
      return manifest(channels.requireGrounds(channel, now).images())
          .equals(manifest(image.images()));
    } catch (Failure e) {
      return false; // A new promotion takes the place of one that is no longer believed.
    }
  }

  private static Optional<Digest> manifest(List<Image> images) {
    return images.stream().findFirst().map(Image::manifest);
  }

  private void requireBytes(Digest artifact) {
    if (evidence.registry().blobs().size(artifact).isEmpty()) {
      throw Failure.badEvidence(
          "the registry has evidence of %s, but not its bytes".formatted(artifact),
          "submit the binary with its evidence");
    }
    evidence.registry().blobs().copy(artifact, java.io.OutputStream.nullOutputStream());
  }

  private Bundle sign(
      Request request,
      List<Digest> inputs,
      Channel channel,
      Signer signer,
      TrustedKey promoter,
      Instant now) {
    long last = channel.entries().size();
    Optional<Instant> expires = Optional.ofNullable(request.policy().lifetime()).map(now::plus);
    PromotionClaim claim =
        new PromotionClaim(
            new Statement.Subject(request.name().value(), request.artifact()),
            channels.resource(request.name(), request.channel()),
            request.policy().digest(),
            inputs,
            new Verifier(promoter.verifierId(), version),
            now,
            new Link(last + 1, channel.bundleAt(last), Action.PROMOTE, expires, Optional.empty()));
    Bundle bundle = Bundle.attest(claim.statement(), signer);
    evidence.root().verify(bundle, Role.PROMOTER, now);
    return bundle;
  }

  private Promotion keep(Request request, Channel channel, Bundle bundle, Instant now) {
    Channels.Entry entry = new Channels.Entry(channel.entries().size() + 1L, bundle.digest());
    byte[] policy = request.policyText().getBytes(StandardCharsets.UTF_8);
    boolean got =
        desk.intake()
            .promote(
                new Intake.Promotion(
                    request.name(),
                    request.channel(),
                    entry,
                    request.artifact(),
                    bundle,
                    policy,
                    now));
    if (!got) {
      throw Failure.undecided(
          "another promotion took place %d of %s into %s"
              .formatted(entry.seq(), request.name(), request.channel()),
          "run the command again to decide anew");
    }
    Channel after = channels.read(request.name(), request.channel(), 1, now);
    if (!after.bundleAt(entry.seq()).equals(Optional.of(bundle.digest()))) {
      throw Failure.badEvidence(
          "the registry has taken promotion %d of %s into %s and does not show it"
              .formatted(entry.seq(), request.name(), request.channel()),
          "see what stands there, and whether the registry is the right one");
    }
    Promotion promotion =
        ChannelReader.promotion(evidence.root().verify(bundle, Role.PROMOTER, now));
    channels.remember(request.name(), request.channel(), promotion);
    return promotion;
  }
}
