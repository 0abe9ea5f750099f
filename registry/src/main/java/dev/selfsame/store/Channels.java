package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.util.List;
import java.util.Optional;

/** The order of a channel's records: promotions, rollbacks, freezes and their lifting. */
public interface Channels {

  /**
   * A place in a channel.
   *
   * @param seq 1 for the first, and one more for each that follows
   * @param bundle the signed record that stands there
   */
  record Entry(long seq, Digest bundle) {
    public Entry {
      if (seq < 1) {
        throw new IllegalArgumentException("a sequence number is 1 or more: " + seq);
      }
    }
  }

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

  /**
   * Puts a promotion in its place, if that is still free. Of several that ask for the same place
   * exactly one gets it.
   *
   * @return whether this one got it; asking again with the same bundle is a yes
   */
  boolean append(ArtifactName name, ChannelName channel, Entry entry);

  /** Every name that has a channel, sorted. */
  List<ArtifactName> names();

  /** The first of {@link #names()}, at most {@code most}. */
  default List<ArtifactName> names(int most) {
    List<ArtifactName> all = names();
    return all.subList(0, Math.min(most, all.size()));
  }

  /** The channels of a name, sorted. */
  List<ChannelName> channels(ArtifactName name);

  /** A look at the channels of a name, by which it is seen later whether they are as they were. */
  @FunctionalInterface
  interface Look {
    /**
     * Whether no record has come or gone since, and none was put in another's place. Costs less
     * than reading them. Where it cannot be told, the answer is no.
     */
    boolean isSame();
  }

  /**
   * Takes a look, to be had before the channels are read; empty where none can be had that costs
   * less than reading, or none that could be relied on.
   */
  default Optional<Look> look(ArtifactName name) {
    return Optional.empty();
  }
}
