package dev.selfsame.promote;

import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.claim.ChannelResource;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import dev.selfsame.store.Listing;
import dev.selfsame.store.Seen;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads channels and the promotions in them, believing signatures alone. */
public final class ChannelReader {
  private final Evidence evidence;
  private final Evidence history;

  public ChannelReader(Evidence evidence) {
    this.evidence = evidence;
    this.history = evidence.history();
  }

  /**
   * Reads a channel. Every record must be a promoter's promotion for this registry, name and
   * channel, in its own place, naming the record before it. Whether the promoter is believed now is
   * asked of the head alone: what it follows, it vouches for.
   *
   * @param newest how many records to read, from the head back, at least one
   * @throws Failure exit 4 where the chain does not hold, or lacks a promotion that this user saw
   *     there; a head whose signer is no longer believed is an objection, not a failure, since a
   *     new promotion may follow it
   */
  public Channel read(ArtifactName name, ChannelName channel, int newest, Instant now) {
    List<Entry> entries = evidence.registry().channels().entries(name, channel, newest);
    requireNothingForgotten(name, channel, entries);
    List<Promotion> promotions = new ArrayList<>();
    for (int i = Math.max(0, entries.size() - newest); i < entries.size() - 1; i++) {
      promotions.add(place(signedEver(entries.get(i)), name, channel, entries, i));
    }
    Optional<String> objection = Optional.empty();
    if (!entries.isEmpty()) {
      Attestation head;
      switch (evidence.read(entries.getLast().bundle(), Role.PROMOTER, now)) {
        case Evidence.Held held -> head = held.attestation();
        case Evidence.Refused refused -> {
          head = signedEver(entries.getLast());
          objection = Optional.of(refused.why());
        }
      }
      promotions.add(place(head, name, channel, entries, entries.size() - 1));
    }
    return new Channel(name, channel, entries, promotions, objection);
  }

  /**
   * Holds a channel of which nobody speaks against what this user saw of it.
   *
   * @throws Failure exit 4 where it lacks a promotion that was seen
   */
  public void requireAllSeen(ChannelName channel) {
    for (ArtifactName name : evidence.seen().names(evidence.registry().name(), channel)) {
      requireNothingForgotten(
          name, channel, evidence.registry().channels().entries(name, channel, 0));
    }
  }

  /** What was verified once stays: a channel only grows. */
  private void requireNothingForgotten(
      ArtifactName name, ChannelName channel, List<Entry> entries) {
    Seen seen = evidence.seen();
    String registry = evidence.registry().name();
    Entry before = seen.newest(registry, name, channel).orElse(null);
    if (before == null) {
      return;
    }
    boolean ends = entries.size() < before.seq();
    if (!ends && entries.get((int) before.seq() - 1).bundle().equals(before.bundle())) {
      return;
    }
    String now =
        ends
            ? "ends at promotion " + entries.size()
            : "has another record there, " + entries.get((int) before.seq() - 1).bundle();
    throw Failure.badEvidence(
        "promotion %d (%s) of %s into %s was seen in this registry, which now %s"
            .formatted(before.seq(), before.bundle(), name, channel, now),
        "an old copy is shown, or promotions were taken away; if that is meant, "
            + seen.forgetting(registry, name, channel));
  }

  private Attestation signedEver(Entry entry) {
    return history.require(entry.bundle(), Role.PROMOTER, Instant.EPOCH);
  }

  /**
   * Holds the head of a channel against the present: its signer, and the builds that it rests on.
   *
   * @param channel one that was read at this moment and is not empty
   * @return the builds, in the promotion's order
   * @throws Failure exit 4 where the signer's key is not believed now, or a build behind it was not
   *     believed at the time of the promotion, is of other bytes or of another name
   */
  public List<Build> requireBelieved(Channel channel, Instant now) {
    return requireGrounds(channel, now).builds();
  }

  /**
   * What a promotion rests on.
   *
   * @param builds at least one, in the promotion's order
   * @param images the statements of the image that goes with the artifact, all of one manifest;
   *     empty where none goes
   */
  public record Grounds(List<Build> builds, List<Image> images) {
    public Grounds {
      builds = List.copyOf(builds);
      images = List.copyOf(images);
    }
  }

  /** As {@link #requireBelieved}, with the image that the promotion carries. */
  public Grounds requireGrounds(Channel channel, Instant now) {
    Promotion head = channel.head().orElseThrow();
    if (channel.objection().isPresent()) {
      throw Failure.badEvidence(
          channel.objection().get(), "have the artifact promoted again by a key that is believed");
    }
    PromotionClaim claim = head.claim();
    if (claim.timeVerified().isAfter(now.plus(Decision.CLOCK_SKEW))) {
      throw bad(
          channel.name(),
          channel.channel(),
          head.seq(),
          "is dated in the future, " + claim.timeVerified());
    }
    Grounds grounds = grounds(channel.name(), channel.channel(), claim);
    remember(channel.name(), channel.channel(), head);
    return grounds;
  }

  /**
   * What a promotion rests on, whose signature has just held.
   *
   * @throws Failure exit 4 where a part of it was not believed then, or is of something else
   */
  Grounds grounds(ArtifactName name, ChannelName channel, PromotionClaim claim) {
    List<Build> builds = new ArrayList<>();
    List<Image> images = new ArrayList<>();
    for (Digest input : claim.inputs()) {
      // The promoter vouches for the moment.
      Attestation of = evidence.require(input, Role.BUILDER, claim.timeVerified());
      if (ImageClaim.isIn(of)) {
        images.add(Image.of(of));
        continue;
      }
      Build build = Build.of(of);
      if (build.output(claim.artifact().digest()).isEmpty() || !build.name().equals(name)) {
        throw bad(
            name, channel, claim.link().sequence(), "rests on a build of something else, " + input);
      }
      builds.add(build);
    }
    long seq = claim.link().sequence();
    if (builds.isEmpty() && !claim.inputs().isEmpty()) {
      throw bad(name, channel, seq, "rests on no build");
    }
    for (Image image : images) {
      if (!image.recipe().artifact().equals(claim.artifact().digest())
          || builds.stream().noneMatch(image::isOf)) {
        throw bad(name, channel, seq, "rests on an image of something else, " + image.bundle());
      }
      if (!image.manifest().equals(images.getFirst().manifest())) {
        throw bad(name, channel, seq, "rests on two images, and names neither");
      }
    }
    return new Grounds(builds, images);
  }

  /** From now on a registry that does not show this promotion is found out. */
  void remember(ArtifactName name, ChannelName channel, Promotion verified) {
    evidence
        .seen()
        .note(
            evidence.registry().name(),
            name,
            channel,
            new Entry(verified.seq(), verified.bundle()));
  }

  /**
   * Holds a channel against a list of its promotions, which is not believed; but a signed promotion
   * that it points to is.
   *
   * @throws Failure exit 4 where the channel lacks one beyond its end
   */
  void requireNothingTakenAway(Channel channel, Listing listing) {
    int end = channel.entries().size();
    for (Catalogue.Promoted row : listing.promotions(channel.name(), channel.channel())) {
      if (row.seq() > end && wasPromoted(channel, row.bundle(), end)) {
        throw Failure.badEvidence(
            "promotion %d of %s into %s was signed, but the channel ends at %d"
                .formatted(row.seq(), channel.name(), channel.channel(), end),
            "restore the registry's channels from a copy, after seeing who changed them");
      }
    }
  }

  private boolean wasPromoted(Channel channel, Digest bundle, int end) {
    try {
      return promotion(bundle)
          .filter(lost -> lost.seq() > end)
          .filter(
              lost -> lost.claim().resource().equals(resource(channel.name(), channel.channel())))
          .isPresent();
    } catch (Failure e) {
      return false; // The row points at nothing that anybody signed.
    }
  }

  /** What a bundle says, where it is a promotion that was signed by a promoter at any time. */
  public Optional<Promotion> promotion(Digest bundle) {
    return switch (history.read(bundle, Role.PROMOTER, Instant.EPOCH)) {
      case Evidence.Held held when PromotionClaim.isIn(held.attestation()) ->
          Optional.of(promotion(held.attestation()));
      case Evidence.Held _, Evidence.Refused _ -> Optional.empty();
    };
  }

  /** The place that a promotion into this channel must name. */
  public ChannelResource resource(ArtifactName name, ChannelName channel) {
    return new ChannelResource(evidence.registry().name(), name.value(), channel.value());
  }

  static Promotion promotion(Attestation attestation) {
    return new Promotion(
        PromotionClaim.of(attestation),
        attestation.signer().operator(),
        attestation.bundleDigest());
  }

  private Promotion place(
      Attestation attestation, ArtifactName name, ChannelName channel, List<Entry> entries, int i) {
    Promotion promotion = promotion(attestation);
    Channel partial = new Channel(name, channel, entries, List.of(), Optional.empty());
    PromotionClaim claim = promotion.claim();
    long seq = i + 1L;
    ChannelResource wanted = resource(name, channel);
    if (!claim.resource().equals(wanted)) {
      throw bad(
          name, channel, seq, "was made for %s, not for %s".formatted(claim.resource(), wanted));
    }
    if (promotion.seq() != seq) {
      throw bad(name, channel, seq, "was made for place " + promotion.seq());
    }
    if (!claim.link().previous().equals(partial.bundleAt(seq - 1))) {
      throw bad(name, channel, seq, "does not follow the record before it");
    }
    if (claim.link().action() != PromotionClaim.Action.PROMOTE) {
      throw Failure.undecided(
          "promotion %d of %s into %s is a %s, which this version does not understand"
              .formatted(seq, name, channel, claim.link().action()),
          "use the version of Selfsame that made it");
    }
    return promotion;
  }

  static Failure bad(ArtifactName name, ChannelName channel, long seq, String why) {
    return Failure.badEvidence(
        "promotion %d of %s into %s %s".formatted(seq, name, channel, why),
        "restore the registry's channels from a copy, after seeing who changed them");
  }
}
