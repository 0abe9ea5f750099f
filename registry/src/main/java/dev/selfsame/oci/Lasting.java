package dev.selfsame.oci;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel;
import java.time.Instant;
import java.util.Optional;

/** How long what is found of channels at a moment stays so, if nobody changes anything. */
final class Lasting {
  private final Instant from;
  private Instant end;
  private boolean certain = true;

  /**
   * @param root who is believed
   * @param from the moment
   */
  Lasting(TrustRoot root, Instant from) {
    this.from = from;
    this.end = root.nextChange(from).orElse(Instant.MAX);
  }

  /** The moment for which it is found. */
  Instant from() {
    return from;
  }

  /** Takes account of what a channel's records say of their own ends. */
  void until(Channel channel) {
    channel
        .nextChange(from)
        .filter(moment -> moment.isBefore(end))
        .ifPresent(moment -> end = moment);
  }

  /** Takes account of a refusal: that something could not be told just now, may be past at once. */
  void doubt(Failure refusal) {
    certain &= refusal.code() != ExitCode.UNDECIDED;
  }

  /** The first moment at which something else may be found; empty where it may be at any. */
  Optional<Instant> end() {
    return certain ? Optional.of(end) : Optional.empty();
  }
}
