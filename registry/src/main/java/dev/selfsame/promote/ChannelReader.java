package dev.selfsame.promote;

import dev.selfsame.attest.Attestation;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.claim.ChannelResource;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Frozen;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import dev.selfsame.store.Listing;
import dev.selfsame.store.Seen.Remembered;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads channels and the promotions in them, believing signatures alone. */
public final class ChannelReader {
  /** Who may sign a record of some action; whether of this one, its claim tells. */
  private static final Set<Role> SIGNERS = Set.of(Role.PROMOTER, Role.POLICY);

  private final Evidence evidence;
  private final Evidence history;

  public ChannelReader(Evidence evidence) {
    this.evidence = evidence;
    this.history = evidence.history();
  }

  /**
   * Reads a channel, whole: whether anything entered while it was frozen, the newest records alone
   * do not tell. Every record must be signed by a key of the role that its action needs, for this
   * registry, name and channel, in its own place, naming the record before it, and be one that may
   * follow ({@link Succession}). Whether the signer is believed now is asked of what the channel
   * holds, and of the newest lifting of a freeze; what they follow, they vouch for. A freeze counts
   * whoever signed it once: to stop is the careful side.
   *
   * <p>Of records before one that this user verified earlier by the same signers, no signature is
   * checked again: that one was found to be signed, and names them by their digests.
   *
   * @throws Failure exit 4 where the chain does not hold, or lacks a record that this user saw
   *     there; a signer who is no longer believed is an objection, not a failure, since a new
   *     promotion may follow; exit 3 where a record is of an action that this version lacks
   */
  public Channel read(ArtifactName name, ChannelName channel, Instant now) {
    List<Entry> entries = evidence.registry().channels().entries(name, channel, Integer.MAX_VALUE);
    Optional<Remembered> seen = seen(name, channel);
    seen.ifPresent(before -> requireNothingForgotten(name, channel, before.entry(), entries));
    List<Promotion> records = new ArrayList<>(entries.size());
    Map<Digest, TrustedKey> signers = new HashMap<>();
    long verified =
        seen.filter(before -> before.by(evidence.root().signers()))
            .map(before -> before.entry().seq())
            .orElse(0L);
    for (Entry entry : entries) {
      Promotion record =
          entry.seq() < verified
              ? evidence.promotionSeenBefore(entry.bundle())
              : signed(entry.bundle(), signers);
      records.add(place(record, resource(name, channel), records, entry.seq()));
    }
    Optional<Frozen> frozen = frozen(records, signers, now);
    return new Channel(name, channel, records, objection(records, signers, frozen, now), frozen);
  }

  private Optional<Remembered> seen(ArtifactName name, ChannelName channel) {
    return evidence.seen().newest(evidence.registry().name(), name, channel);
  }

  private Promotion signed(Digest bundle, Map<Digest, TrustedKey> signers) {
    Attestation attestation = history.require(bundle, SIGNERS, Instant.EPOCH);
    signers.put(bundle, asTrusted(attestation.signer()));
    return promotion(attestation);
  }

  /** The key with its own lifetime, of which the history knows nothing. */
  private TrustedKey asTrusted(TrustedKey everlasting) {
    return evidence.root().keys().stream()
        .filter(key -> key.key().equals(everlasting.key()))
        .findFirst()
        .orElse(everlasting);
  }

  /** Why what is held is not believed now. */
  private Optional<String> objection(
      List<Promotion> records,
      Map<Digest, TrustedKey> signers,
      Optional<Frozen> frozen,
      Instant now) {
    Optional<Promotion> head =
        records.reversed().stream().filter(record -> record.action().enters()).findFirst();
    if (head.isPresent() && frozen.isPresent() && head.get().seq() > frozen.get().by().seq()) {
      return Optional.of(
          "promotion %d entered a channel that is %s"
              .formatted(head.get().seq(), frozen.get().describe()));
    }
    return head.flatMap(
        held -> doubt(held, signers, now).or(() -> originDoubt(held, records, signers)));
  }

  /** What a rollback brings back is no better than who first brought it. */
  private Optional<String> originDoubt(
      Promotion held, List<Promotion> records, Map<Digest, TrustedKey> signers) {
    OptionalLong restores = held.claim().link().restores();
    if (restores.isEmpty()) {
      return Optional.empty();
    }
    Promotion origin = records.get((int) restores.getAsLong() - 1);
    return doubt(origin, signers, origin.at())
        .map(why ->
            "promotion %d brings back promotion %d, whose %s"
                .formatted(held.seq(), origin.seq(), why));
  }

  /** What stops the channel: its last record, or a freeze whose lifting is not believed. */
  private Optional<Frozen> frozen(
      List<Promotion> records, Map<Digest, TrustedKey> signers, Instant now) {
    for (int i = records.size() - 1; i >= 0; i--) {
      Promotion record = records.get(i);
      if (record.action() == Action.FREEZE) {
        return Optional.of(new Frozen(record, Optional.empty()));
      }
      if (record.action() == Action.UNFREEZE) {
        // Whoever came next vouches that it stood by then; nobody for the moment it tells itself.
        Instant at = i + 1 < records.size() ? records.get(i + 1).at() : now;
        Promotion freeze = records.get(i - 1);
        return doubt(record, signers, at).map(why -> new Frozen(freeze, Optional.of(why)));
      }
    }
    return Optional.empty();
  }

  private Optional<String> doubt(Promotion record, Map<Digest, TrustedKey> signers, Instant at) {
    if (!signers.containsKey(record.bundle())) {
      signed(record.bundle(), signers);
    }
    TrustedKey key = Objects.requireNonNull(signers.get(record.bundle()));
    return key.objection(at)
        .map(why ->
            "evidence %s is signed with %s, which %s"
                .formatted(record.bundle().abbreviated(), key.describe(), why));
  }

  /**
   * Holds the promotion that a rollback brings back against the present: a key that was retired
   * since is believed of what it signed before, one that is known to others of nothing.
   *
   * @throws Failure exit 4 where its signer is not believed
   */
  void requireSignerOf(Promotion restored) {
    evidence.require(restored.bundle(), Action.PROMOTE.signers(), restored.at());
  }

  /** Whether a record's signer is believed of what it signed then. */
  boolean believes(Promotion record) {
    return evidence.read(record.bundle(), SIGNERS, record.at()) instanceof Evidence.Held;
  }

  /**
   * Holds a channel of which nobody speaks against what this user saw of it.
   *
   * @throws Failure exit 4 where it lacks a promotion that was seen
   */
  public void requireAllSeen(ChannelName channel) {
    for (ArtifactName name : evidence.seen().names(evidence.registry().name(), channel)) {
      seen(name, channel)
          .ifPresent(before ->
              requireNothingForgotten(
                  name,
                  channel,
                  before.entry(),
                  evidence.registry().channels().entries(name, channel, 0)));
    }
  }

  /** What was verified once stays: a channel only grows. */
  private void requireNothingForgotten(
      ArtifactName name, ChannelName channel, Entry before, List<Entry> entries) {
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
            + evidence.seen().forgetting(evidence.registry().name(), name, channel));
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
    remember(channel.name(), channel.channel(), channel.last().orElseThrow());
    return grounds;
  }

  /**
   * What a promotion rests on, whose signature has just held.
   *
   * @throws Failure exit 4 where a part of it was not believed then, or is of something else
   */
  Grounds grounds(ArtifactName name, ChannelName channel, PromotionClaim claim) {
    return groundsAt(name, channel, claim, claim.timeVerified());
  }

  /** As {@link #grounds}, with the builders judged for another moment. */
  Grounds groundsAt(ArtifactName name, ChannelName channel, PromotionClaim claim, Instant at) {
    List<Build> builds = new ArrayList<>();
    List<Image> images = new ArrayList<>();
    for (Digest input : claim.inputs()) {
      // The promoter vouches for the moment.
      Attestation of = evidence.require(input, Role.BUILDER, at);
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
            new Entry(verified.seq(), verified.bundle()),
            evidence.root().signers());
  }

  /**
   * Holds a channel against a list of its promotions, which is not believed; but a signed promotion
   * that it points to is.
   *
   * @throws Failure exit 4 where the channel lacks one beyond its end
   */
  void requireNothingTakenAway(Channel channel, Listing listing) {
    int end = channel.records().size();
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

  /** What a bundle says, where it is a channel's record that was signed at any time. */
  public Optional<Promotion> promotion(Digest bundle) {
    return switch (history.read(bundle, SIGNERS, Instant.EPOCH)) {
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
      Promotion promotion, ChannelResource wanted, List<Promotion> before, long seq) {
    PromotionClaim claim = promotion.claim();
    ArtifactName name = new ArtifactName(wanted.name());
    ChannelName channel = new ChannelName(wanted.channel());
    if (!claim.resource().equals(wanted)) {
      throw bad(
          name, channel, seq, "was made for %s, not for %s".formatted(claim.resource(), wanted));
    }
    if (promotion.seq() != seq) {
      throw bad(name, channel, seq, "was made for place " + promotion.seq());
    }
    Optional<Digest> last =
        before.isEmpty() ? Optional.empty() : Optional.of(before.getLast().bundle());
    if (!claim.link().previous().equals(last)) {
      throw bad(name, channel, seq, "does not follow the record before it");
    }
    if (promotion.action() == Action.BREAK_GLASS) {
      throw Failure.undecided(
          "promotion %d of %s into %s is a %s, which this version does not understand"
              .formatted(seq, name, channel, promotion.action()),
          "use the version of Selfsame that made it");
    }
    Succession.objection(before, claim)
        .ifPresent(why -> {
          throw bad(name, channel, seq, why);
        });
    return promotion;
  }

  static Failure bad(ArtifactName name, ChannelName channel, long seq, String why) {
    return Failure.badEvidence(
        "promotion %d of %s into %s %s".formatted(seq, name, channel, why),
        "restore the registry's channels from a copy, after seeing who changed them");
  }
}
