package dev.selfsame.promote;

import dev.selfsame.attest.Signer;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Brings back what a channel held before, by a new record. It rests on what the old promotion
 * rested on: each build, and the image, must be believed at this moment, and the bytes be there. It
 * ends when the old promotion ends.
 *
 * <p>It is planned on what one sees, and carried out only if that still stands: of two who roll
 * back at once, the second does not go a step further than anybody wanted.
 */
public final class Rollback {
  private final Desk desk;
  private final String version;

  /**
   * @param version the version of this program, which records carry
   */
  public Rollback(Desk desk, String version) {
    this.desk = desk;
    this.version = version;
  }

  /** To which promotion. */
  public sealed interface To {
    /** What the channel held before what it holds now, with other bytes. */
    record Before() implements To {}

    /** The promotion, or the rollback, in this place. */
    record Place(long seq) implements To {}

    /** The newest promotion of these bytes that is believed. */
    record Bytes(Digest artifact) implements To {}
  }

  /**
   * What is to be done.
   *
   * @param last the channel's last record, which the plan was made on
   * @param held what it holds now
   * @param restored the promotion that comes back; it may be the one that is held
   */
  public record Plan(
      ArtifactName name, ChannelName channel, Promotion last, Promotion held, Promotion restored) {}

  /** How it went. */
  public sealed interface Result {}

  /**
   * The channel holds these bytes from now on.
   *
   * @param record the new record
   * @param plan what was done
   */
  public record Done(Promotion record, Plan plan) implements Result {}

  /**
   * The channel holds what that promotion brought already; nothing was kept.
   *
   * @param held what stands
   */
  public record Stands(Promotion held) implements Result {}

  /**
   * Finds what would be done.
   *
   * @throws Failure exit 1 where the channel never held such bytes, or is frozen; exit 4 where it
   *     does not hold
   */
  public static Plan plan(
      Evidence evidence, ArtifactName name, ChannelName channel, To to, Instant now) {
    ChannelReader reader = new ChannelReader(evidence);
    Channel read = reader.read(name, channel, now);
    Promotion held =
        read.head()
            .orElseThrow(() ->
                Failure.no(
                    "nothing was ever promoted as %s into %s".formatted(name, channel),
                    "check the name and --channel"));
    NextRecord.requireOpen(read);
    Promotion found =
        switch (to) {
          case To.Before _ -> before(reader, read, held);
          case To.Place(long seq) -> at(read, seq);
          case To.Bytes(Digest artifact) -> ofBytes(reader, read, artifact, now);
        };
    return new Plan(name, channel, read.last().orElseThrow(), held, origin(read, found));
  }

  /** A rollback brought back what a promotion first brought. */
  private static Promotion origin(Channel channel, Promotion entered) {
    OptionalLong restores = entered.claim().link().restores();
    return restores.isPresent() ? channel.at(restores.getAsLong()).orElseThrow() : entered;
  }

  /**
   * Counted from where the held bytes first came in: a second rollback goes further back, and never
   * to what the first one left. What came in by a key that is not believed was never held rightly.
   */
  private static Promotion before(ChannelReader reader, Channel channel, Promotion held) {
    Promotion origin = origin(channel, held);
    return channel.promotions().reversed().stream()
        .filter(each -> each.seq() < origin.seq())
        .filter(each -> !each.artifact().equals(held.artifact()))
        .filter(each -> believes(reader, channel, each))
        .findFirst()
        .orElseThrow(() ->
            Failure.no(
                "%s held nothing else of %s before promotion %d, %s"
                    .formatted(channel.channel(), channel.name(), origin.seq(), held.artifact()),
                "name a promotion with --to, or promote other bytes"));
  }

  /** A rollback is worth as much as the promotion that it brought back. */
  private static boolean believes(ChannelReader reader, Channel channel, Promotion entered) {
    return reader.believes(entered) && reader.believes(origin(channel, entered));
  }

  private static Promotion at(Channel channel, long seq) {
    return channel
        .at(seq)
        .filter(each -> each.action().enters())
        .orElseThrow(() ->
            Failure.no(
                "%s of %s has no promotion %d".formatted(channel.channel(), channel.name(), seq),
                "it has " + list(channel)));
  }

  /** The same bytes may have come in twice, once by a key that is not believed any more. */
  private static Promotion ofBytes(
      ChannelReader reader, Channel channel, Digest artifact, Instant now) {
    List<Promotion> found =
        channel.promotions().reversed().stream()
            .filter(each -> each.artifact().equals(artifact))
            .toList();
    if (found.isEmpty()) {
      throw Failure.no(
          "%s was never in %s of %s".formatted(artifact, channel.channel(), channel.name()),
          "a rollback brings back what was promoted before: " + list(channel));
    }
    List<Promotion> believed =
        found.stream().filter(each -> believes(reader, channel, each)).toList();
    if (believed.isEmpty()) {
      throw Failure.badEvidence(
          "%s was in %s of %s by promotions alone that are not believed now"
              .formatted(artifact, channel.channel(), channel.name()),
          "promote the bytes again, or name others with --to");
    }
    // One that has ended is refused in the end, with its reason.
    return believed.stream()
        .filter(each -> origin(channel, each).claim().currentAt(now))
        .findFirst()
        .orElse(believed.getFirst());
  }

  private static String list(Channel channel) {
    List<Promotion> all = channel.promotions();
    String some =
        String.join(
            ", ",
            all.reversed().stream()
                .limit(5)
                .map(each -> "%d (%s)".formatted(each.seq(), each.artifact().abbreviated()))
                .toList());
    return all.size() > 5 ? some + " and %d more".formatted(all.size() - 5) : some;
  }

  /**
   * Carries a plan out. The caller holds the write lock of a registry at hand.
   *
   * @param reason one line, 1 to 1000 characters
   * @throws Failure exit 1 where the old promotion has ended, or the channel is frozen; exit 3
   *     where another record came in since the plan was made; exit 4 where the key is no promoter's
   *     who is believed, what the old promotion rested on is not believed now, or its bytes are not
   *     there
   */
  public Result carryOut(Plan plan, String reason, Signer signer, Instant now) {
    Evidence evidence = desk.evidence();
    NextRecord.requireSigner(evidence, signer, Action.ROLLBACK, now);
    ChannelReader reader = new ChannelReader(evidence);
    Channel channel = reader.read(plan.name(), plan.channel(), now);
    reader.requireNothingTakenAway(channel, desk.listing());
    requireUnchanged(plan, channel);
    NextRecord.requireOpen(channel);
    Promotion restored = plan.restored();
    if (!restored.claim().currentAt(now)) {
      throw Failure.no(
          "promotion %d of %s into %s has ended, at %s"
              .formatted(
                  restored.seq(),
                  plan.name(),
                  plan.channel(),
                  restored.claim().link().expires().orElseThrow()),
          "promote the same bytes again, by a policy of today");
    }
    requireGrounds(reader, plan, now);
    if (plan.held().claim().holdsSameAs(restored.claim()) && channel.objection().isEmpty()) {
      return new Stands(plan.held());
    }
    Promotion record =
        new NextRecord(desk, version, channel, now)
            .put(
                new NextRecord.Doing(
                    Action.ROLLBACK, Optional.of(reason), OptionalLong.of(restored.seq())),
                NextRecord.Holding.of(restored.claim()),
                Optional.empty(),
                signer);
    return new Done(record, plan);
  }

  private static void requireUnchanged(Plan plan, Channel channel) {
    Promotion last = channel.last().orElseThrow();
    if (!last.bundle().equals(plan.last().bundle())) {
      throw Failure.undecided(
          "record %d, a %s by %s, came into %s of %s meanwhile; nothing was rolled back"
              .formatted(last.seq(), last.action(), last.operator(), plan.channel(), plan.name()),
          "see what the channel holds now, and whether you still want this");
    }
  }

  /** What the old promotion rested on is asked for as a new one's would be. */
  private void requireGrounds(ChannelReader reader, Plan plan, Instant now) {
    Evidence evidence = desk.evidence();
    Promotion restored = plan.restored();
    try {
      // Asked for what it brings along: a registry that is far away shows what its lists name.
      if (evidence.registry().index().staged(plan.name()).isEmpty()) {
        throw Failure.badEvidence("nothing is staged as " + plan.name(), "submit it again");
      }
      reader.requireSignerOf(restored);
      ChannelReader.Grounds grounds =
          reader.groundsAt(plan.name(), plan.channel(), restored.claim(), now);
      Promoter.requireBytes(evidence, restored.artifact());
      grounds.images().forEach(image -> ImageParts.require(evidence.registry().blobs(), image));
    } catch (Failure e) {
      throw new Failure(
          e.code(),
          "promotion %d cannot come back: %s".formatted(restored.seq(), e.getMessage()),
          "name another promotion with --to, or promote bytes that are proven today",
          e);
    }
  }
}
