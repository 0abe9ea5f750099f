package dev.selfsame.promote;

import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.digest.Digest;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A channel as it was read: an unbroken chain of records that say what they must.
 *
 * @param name whose channel it is
 * @param channel which one
 * @param records what every record says, by sequence
 * @param objection why what the channel holds is not believed at the time of reading; empty where
 *     it is
 * @param frozen why nothing may enter; empty where something may
 */
public record Channel(
    ArtifactName name,
    ChannelName channel,
    List<Promotion> records,
    Optional<String> objection,
    Optional<Frozen> frozen) {

  public Channel {
    records = List.copyOf(records);
  }

  /**
   * A record in its place: a promotion, or another action.
   *
   * @param claim what was signed
   * @param operator who signed it, as the trust root has it
   * @param bundle SHA-256 of the bundle that carries it
   */
  public record Promotion(PromotionClaim claim, String operator, Digest bundle) {
    /** The bytes that the channel holds from then on. */
    public Digest artifact() {
      return claim.artifact().digest();
    }

    /** Its place in the channel, from 1. */
    public long seq() {
      return claim.link().sequence();
    }

    /** What it does. */
    public Action action() {
      return claim.link().action();
    }

    /** When it was decided. */
    public Instant at() {
      return claim.timeVerified();
    }

    /** Why; empty for a promotion, whose reason is its policy. */
    public String reason() {
      return claim.link().reason().orElse("");
    }
  }

  /**
   * Why nothing may enter.
   *
   * @param by the record that froze the channel
   * @param disputed why a later lifting does not count; empty where there is none
   */
  public record Frozen(Promotion by, Optional<String> disputed) {
    /** Who froze it, when and why, in one line. */
    public String describe() {
      return "frozen by %s at %s: %s%s"
          .formatted(
              by.operator(),
              by.at(),
              by.reason(),
              disputed.map(why -> "; its lifting does not count: " + why).orElse(""));
    }
  }

  /**
   * What the channel holds now: its newest promotion, or rollback. Empty where nothing was ever
   * promoted into it.
   */
  public Optional<Promotion> head() {
    return promotions().reversed().stream().findFirst();
  }

  /** The newest record, whatever it does: the one that the next follows. */
  public Optional<Promotion> last() {
    return records.isEmpty() ? Optional.empty() : Optional.of(records.getLast());
  }

  /** The records by which bytes came in: promotions and rollbacks, by sequence. */
  public List<Promotion> promotions() {
    return records.stream().filter(record -> record.action().enters()).toList();
  }

  /** The record in this place. */
  public Optional<Promotion> at(long seq) {
    return seq >= 1 && seq <= records.size()
        ? Optional.of(records.get((int) seq - 1))
        : Optional.empty();
  }

  /** The bundle that stands in this place. */
  public Optional<Digest> bundleAt(long seq) {
    return at(seq).map(Promotion::bundle);
  }

  /**
   * The next moment after this one at which a record ends, or is no longer dated in the future;
   * empty where there is none. What becomes of the signers' keys is the trust root's to tell.
   */
  public Optional<Instant> nextChange(Instant after) {
    return records.stream()
        .flatMap(record ->
            Stream.concat(
                Stream.of(record.at().minus(Decision.CLOCK_SKEW)),
                record.claim().link().expires().stream()))
        .filter(moment -> moment.isAfter(after))
        .min(Comparator.naturalOrder());
  }

  /** What stands in the channel, by sequence. */
  public List<Channels.Entry> entries() {
    return records.stream().map(each -> new Channels.Entry(each.seq(), each.bundle())).toList();
  }
}
