package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.util.Optional;

/** The channels, to be read and added to. */
public interface Channels extends ReadableChannels {

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
   * Puts a promotion in its place, if that is still free. Of several that ask for the same place
   * exactly one gets it.
   *
   * @return whether this one got it; asking again with the same bundle is a yes
   */
  boolean append(ArtifactName name, ChannelName channel, Entry entry);

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
