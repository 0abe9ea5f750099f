package dev.selfsame.audit;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Build;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a channel of an artifact is worth now. */
sealed interface Standing {
  /** Nothing was ever promoted into it. */
  record Empty() implements Standing {}

  /**
   * Its chain and the promotion at its head hold.
   *
   * @param builds what the head rests on
   * @param current whether the head still counts
   */
  record Holds(Channel channel, Channel.Promotion head, List<Build> builds, boolean current)
      implements Standing {}

  /** Its evidence does not hold. */
  record Broken(String reason) implements Standing {}

  /** Reads a channel and holds its head against the present. */
  static Standing of(ChannelReader reader, ArtifactName name, ChannelName channel, Instant now) {
    try {
      Channel read = reader.read(name, channel, now);
      Optional<Channel.Promotion> head = read.head();
      if (head.isEmpty()) {
        return new Empty();
      }
      List<Build> builds = reader.requireBelieved(read, now);
      return new Holds(read, head.get(), builds, head.get().claim().currentAt(now));
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      return new Broken(String.valueOf(e.getMessage()));
    }
  }
}
