package dev.selfsame.promote;

import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import java.util.List;
import java.util.Optional;

/**
 * A channel as it was read: an unbroken chain of records, of which the newest say what they must.
 *
 * @param name whose channel it is
 * @param channel which one
 * @param entries every record, by sequence
 * @param promotions what the newest of them say, by sequence; the last is the channel's head
 * @param objection why the head's signer is not believed at the time of reading; empty where they
 *     are
 */
public record Channel(
    ArtifactName name,
    ChannelName channel,
    List<Channels.Entry> entries,
    List<Promotion> promotions,
    Optional<String> objection) {

  public Channel {
    entries = List.copyOf(entries);
    promotions = List.copyOf(promotions);
  }

  /**
   * A promotion in its place.
   *
   * @param claim what was signed
   * @param operator who signed it, as the trust root has it
   * @param bundle SHA-256 of the bundle that carries it
   */
  public record Promotion(PromotionClaim claim, String operator, Digest bundle) {
    /** The promoted bytes. */
    public Digest artifact() {
      return claim.artifact().digest();
    }

    /** Its place in the channel, from 1. */
    public long seq() {
      return claim.link().sequence();
    }
  }

  /** What the channel holds now; empty where nothing was ever promoted into it. */
  public Optional<Promotion> head() {
    return promotions.isEmpty() ? Optional.empty() : Optional.of(promotions.getLast());
  }

  /** The bundle that stands in this place. */
  public Optional<Digest> bundleAt(long seq) {
    return seq >= 1 && seq <= entries.size()
        ? Optional.of(entries.get((int) seq - 1).bundle())
        : Optional.empty();
  }
}
