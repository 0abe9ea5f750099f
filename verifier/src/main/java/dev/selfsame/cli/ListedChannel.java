package dev.selfsame.cli;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import dev.selfsame.promote.ChannelList;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel in one line of {@code list --json}.
 *
 * @param state {@code promoted}, {@code ended}, {@code empty} or {@code refused}
 * @param digest of the bytes that it holds or held last; null where that cannot be said
 * @param promotion their place in the channel, from 1
 * @param since when they were promoted
 * @param until when the promotion ends or has ended; null where it does not
 * @param frozen who stopped the channel, when and why; null where nobody did
 * @param reason why it is refused
 */
record ListedChannel(
    String name,
    String channel,
    String state,
    @Nullable Digest digest,
    @Nullable Long promotion,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable String frozen,
    @Nullable String reason) {

  static ListedChannel of(ChannelList.Line line) {
    String name = line.name().value();
    String channel = line.channel().value();
    return switch (line.holding()) {
      case ChannelList.Held held ->
          new ListedChannel(
              name,
              channel,
              held.current() ? "promoted" : "ended",
              held.artifact(),
              held.seq(),
              held.since(),
              held.until().orElse(null),
              held.frozen().orElse(null),
              null);
      case ChannelList.Nothing() ->
          new ListedChannel(name, channel, "empty", null, null, null, null, null, null);
      case ChannelList.Refused(String why) ->
          new ListedChannel(name, channel, "refused", null, null, null, null, null, why);
    };
  }

  /** What the table says after name and channel. */
  String said() {
    return switch (state) {
      case "empty" -> "nothing is promoted";
      case "refused" -> "refused: " + reason;
      default ->
          "%s  since %s  promotion %d%s%s"
              .formatted(
                  digest,
                  requireNonNull(since).truncatedTo(ChronoUnit.SECONDS),
                  promotion,
                  until == null ? "" : (state.equals("ended") ? ", ended " : ", until ") + until,
                  frozen == null ? "" : ", " + frozen);
    };
  }
}
