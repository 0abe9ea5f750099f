package dev.selfsame.promote;

import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.promote.Channel.Promotion;
import java.util.List;
import java.util.Optional;

/**
 * Which record may follow which in a channel: the one rule for whoever writes one, for a server
 * that takes one, and for whoever reads them.
 *
 * <pre>
 * PROMOTE    follows nothing, or anything but a FREEZE
 * ROLLBACK   the same, and names an earlier PROMOTE whose bytes, policy, inputs and end it has
 * FREEZE     follows anything but nothing and a FREEZE; holds what the record before it holds
 * UNFREEZE   follows a FREEZE alone; holds what that holds
 * </pre>
 */
final class Succession {
  private Succession() {}

  /**
   * What speaks against a record, one phrase that goes on a sentence about it.
   *
   * @param before every record before it, by sequence
   */
  static Optional<String> objection(List<Promotion> before, PromotionClaim next) {
    PromotionClaim last = before.isEmpty() ? null : before.getLast().claim();
    boolean frozen = last != null && last.link().action() == PromotionClaim.Action.FREEZE;
    if (last != null && next.timeVerified().isBefore(last.timeVerified())) {
      return Optional.of("is dated before the record that it follows, " + next.timeVerified());
    }
    return switch (next.link().action()) {
      case PROMOTE -> frozen ? frozen(before) : Optional.empty();
      case ROLLBACK -> frozen ? frozen(before) : restoring(before, next);
      case FREEZE -> {
        if (frozen) {
          yield Optional.of("is a FREEZE of a channel that is frozen already");
        }
        yield holding(last, next);
      }
      case UNFREEZE ->
          frozen
              ? holding(last, next)
              : Optional.of("is an UNFREEZE of a channel that is not frozen");
      case BREAK_GLASS -> Optional.of("is a BREAK_GLASS, which this version does not understand");
    };
  }

  private static Optional<String> frozen(List<Promotion> before) {
    Promotion by = before.getLast();
    return Optional.of(
        "enters a channel that %s froze by record %d: %s"
            .formatted(by.operator(), by.seq(), by.reason()));
  }

  private static Optional<String> holding(
      @org.jspecify.annotations.Nullable PromotionClaim last, PromotionClaim next) {
    if (last == null) {
      return Optional.of("is a %s of an empty channel".formatted(next.link().action()));
    }
    return next.holdsSameAs(last)
        ? Optional.empty()
        : Optional.of("is a %s that changes what is held".formatted(next.link().action()));
  }

  private static Optional<String> restoring(List<Promotion> before, PromotionClaim next) {
    long place = next.link().restores().orElse(0);
    if (place < 1 || place > before.size()) {
      return Optional.of("brings back promotion %d, which is not there".formatted(place));
    }
    Promotion restored = before.get((int) place - 1);
    return restored.action() == PromotionClaim.Action.PROMOTE && next.holdsSameAs(restored.claim())
        ? Optional.empty()
        : Optional.of("is not what promotion %d was".formatted(place));
  }
}
