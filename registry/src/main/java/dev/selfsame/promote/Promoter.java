package dev.selfsame.promote;

import dev.selfsame.attest.Signer;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Moves an artifact into a channel, where the policy lets it. */
public final class Promoter {
  /** What stands by a key that ends within this time is signed anew by one that does not. */
  private static final Duration SOON = Duration.ofDays(30);

  private static final NextRecord.Doing PROMOTING =
      new NextRecord.Doing(Action.PROMOTE, Optional.empty(), OptionalLong.empty());

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
  public Promoter(EvidenceAtHand evidence, Catalogue catalogue, String version) {
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
   * The channel holds these bytes by this policy already, for at least half of the time that the
   * policy gives, and by a key that does not end soon; nothing was kept.
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
   *     hold, or evidence was altered; exit 1 where the channel is frozen; exit 3 where the clock
   *     is behind the channel
   */
  public Result promote(Request request, Signer signer, Instant now) {
    TrustedKey key = NextRecord.requireSigner(evidence, signer, Action.PROMOTE, now);
    Channel channel = channels.read(request.name(), request.channel(), now);
    channels.requireNothingTakenAway(channel, desk.listing());
    NextRecord.requireOpen(channel);
    Staging.Staged staged = Staging.read(evidence, request.name(), now);
    Decision builds =
        Decision.of(request.policy(), request.artifact(), staged.builds(), staged.witnesses(), now);
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
    requireBytes(evidence, request.artifact());
    image.images().forEach(one -> ImageParts.require(evidence.registry().blobs(), one));
    Optional<Promotion> head = channel.head();
    if (head.isPresent()
        && stands(channel, head.get(), request, image, now)
        && !isToBeHandedOver(head.get(), key, now)) {
      return new Stands(decision, head.get());
    }
    NextRecord.Holding holding =
        new NextRecord.Holding(
            request.artifact(),
            request.policy().digest(),
            inputs(decision, image),
            Optional.ofNullable(request.policy().lifetime()).map(now::plus));
    Promotion promotion =
        new NextRecord(desk, version, channel, now)
            .put(PROMOTING, holding, Optional.of(request.policyText()), signer);
    return new Done(decision, promotion, head);
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
        || !head.claim().currentAt(now)
        || isToBeRenewed(head, request.policy(), now)) {
      return false;
    }
    try {
      return manifest(channels.requireGrounds(channel, now).images())
          .equals(manifest(image.images()));
    } catch (Failure e) {
      return false; // A new promotion takes the place of one that is no longer believed.
    }
  }

  /**
   * Renewed before it ends, so that nothing stands still, and not by every command of a pipeline.
   */
  private static boolean isToBeRenewed(Promotion head, Policy policy, Instant now) {
    Duration lifetime = policy.lifetime();
    return lifetime != null
        && head.claim()
            .link()
            .expires()
            .map(end -> end.isBefore(now.plus(lifetime.dividedBy(2))))
            .orElse(false);
  }

  /** Or a channel would stand still from the end of its promoter's key. */
  private boolean isToBeHandedOver(Promotion head, TrustedKey to, Instant now) {
    Instant soon = now.plus(SOON);
    return to.objection(soon).isEmpty()
        && evidence.read(head.bundle(), Action.PROMOTE.signers(), soon) instanceof Evidence.Refused;
  }

  private static Optional<Digest> manifest(List<Image> images) {
    return images.stream().findFirst().map(Image::manifest);
  }

  /** Refuses evidence of bytes that are not there, or no longer right. */
  static void requireBytes(Evidence evidence, Digest artifact) {
    if (evidence.registry().blobs().size(artifact).isEmpty()) {
      throw Failure.badEvidence(
          "the registry has evidence of %s, but not its bytes".formatted(artifact),
          "submit the binary with its evidence");
    }
    evidence.registry().blobs().copy(artifact, java.io.OutputStream.nullOutputStream());
  }
}
