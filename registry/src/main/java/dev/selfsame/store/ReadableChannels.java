package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Channels.Entry;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The order of a channel's records: promotions, rollbacks, freezes and their lifting. */
public interface ReadableChannels {

  /**
   * What stands in a channel, by sequence; empty where nothing was ever promoted into it.
   *
   * @throws dev.selfsame.outcome.Failure exit 4 where the numbers leave a gap or a record is
   *     malformed
   */
  List<Entry> entries(ArtifactName name, ChannelName channel);

  /**
   * As {@link #entries(ArtifactName, ChannelName)}.
   *
   * @param newest how many of the newest will be read next, with what they rest on: a registry that
   *     is far away may bring them along
   */
  default List<Entry> entries(ArtifactName name, ChannelName channel, int newest) {
    return entries(name, channel);
  }

  /**
   * What stands in one place of a channel, whatever stands in the others; empty where nothing does.
   *
   * @throws dev.selfsame.outcome.Failure exit 4 where the record is malformed
   */
  Optional<Digest> at(ArtifactName name, ChannelName channel, long seq);

  /** Every name that has a channel, sorted. */
  List<ArtifactName> names();

  /** The first of {@link #names()}, at most {@code most}. */
  default List<ArtifactName> names(int most) {
    List<ArtifactName> all = names();
    return all.subList(0, Math.min(most, all.size()));
  }

  /**
   * Those of {@link #names()} that come after {@code after}, at most {@code most}.
   *
   * @param after any text; null to begin with the first
   */
  default List<ArtifactName> names(@Nullable String after, int most) {
    return names().stream()
        .filter(name -> after == null || name.value().compareTo(after) > 0)
        .limit(most)
        .toList();
  }

  /** The channels of a name, sorted. */
  List<ChannelName> channels(ArtifactName name);
}
