package dev.selfsame.promote;

import dev.selfsame.attest.Signer;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Stops a channel, and lets it go on. What it holds is served as before: frozen means no change.
 * Whether what it holds is still believed does not matter here: to stop is what one does when it is
 * not.
 */
public final class Freezing {
  private final Desk desk;
  private final String version;

  /**
   * @param version the version of this program, which records carry
   */
  public Freezing(Desk desk, String version) {
    this.desk = desk;
    this.version = version;
  }

  /** How it went. */
  public sealed interface Result {}

  /**
   * It stands from now on.
   *
   * @param record the new record
   * @param held what the channel holds, before and after
   */
  public record Done(Promotion record, Promotion held) implements Result {}

  /**
   * It is so already; nothing was kept.
   *
   * @param channel as it stands
   */
  public record Stands(Channel channel) implements Result {}

  /**
   * Freezes a channel. The caller holds the write lock of a registry at hand.
   *
   * @param reason one line, 1 to 1000 characters
   * @throws Failure exit 1 where the channel is empty: there is nothing to hold; exit 4 where the
   *     key is neither a promoter's nor a policy key that is believed, or the channel does not
   *     hold; exit 3 where another record took the place
   */
  public Result freeze(
      ArtifactName name, ChannelName channel, String reason, Signer signer, Instant now) {
    NextRecord.requireSigner(desk.evidence(), signer, Action.FREEZE, now);
    Channel read = read(name, channel, now);
    return read.frozen().filter(frozen -> frozen.disputed().isEmpty()).isPresent()
        ? new Stands(read)
        : put(read, Action.FREEZE, reason, signer, now);
  }

  /**
   * Lifts a freeze.
   *
   * @throws Failure as {@link #freeze}, and exit 4 where the key is no policy key
   */
  public Result unfreeze(
      ArtifactName name, ChannelName channel, String reason, Signer signer, Instant now) {
    NextRecord.requireSigner(desk.evidence(), signer, Action.UNFREEZE, now);
    Channel read = read(name, channel, now);
    if (read.frozen().isEmpty()) {
      return new Stands(read);
    }
    if (read.frozen().get().disputed().isPresent()) {
      throw Failure.no(
          "%s of %s is %s".formatted(channel, name, read.frozen().get().describe()),
          "freeze it again first, then have that freeze lifted");
    }
    return put(read, Action.UNFREEZE, reason, signer, now);
  }

  private Channel read(ArtifactName name, ChannelName channel, Instant now) {
    ChannelReader reader = new ChannelReader(desk.evidence());
    Channel read = reader.read(name, channel, now);
    reader.requireNothingTakenAway(read, desk.listing());
    if (read.last().isEmpty()) {
      throw Failure.no(
          "nothing was ever promoted as %s into %s, so there is nothing to hold"
              .formatted(name, channel),
          "check the name and --channel; to keep a channel empty, promote nothing into it");
    }
    return read;
  }

  private Done put(Channel read, Action action, String reason, Signer signer, Instant now) {
    Promotion record =
        new NextRecord(desk, version, read, now)
            .put(
                new NextRecord.Doing(action, Optional.of(reason), OptionalLong.empty()),
                NextRecord.Holding.of(read.last().orElseThrow().claim()),
                Optional.empty(),
                signer);
    return new Done(record, read.head().orElseThrow());
  }
}
