package dev.selfsame.store.remote;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import dev.selfsame.store.ReadableChannels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A server's channels. Each question is asked anew. */
final class RemoteChannels implements ReadableChannels {
  private final Lists lists;

  RemoteChannels(Lists lists) {
    this.lists = lists;
  }

  @Override
  public List<Entry> entries(ArtifactName name, ChannelName channel) {
    return entries(name, channel, 0);
  }

  @Override
  public List<Entry> entries(ArtifactName name, ChannelName channel, int newest) {
    List<Digest> bundles =
        lists.bundles(
            Lists.ROOT + "channel/%s/%s?newest=%d".formatted(channel, name, newest),
            digest -> Lists.ROOT + "blob/deploy/%s/%s".formatted(digest, name));
    List<Entry> entries = new ArrayList<>(bundles.size());
    for (Digest bundle : bundles) {
      entries.add(new Entry(entries.size() + 1L, bundle));
    }
    return entries;
  }

  @Override
  public Optional<Digest> at(ArtifactName name, ChannelName channel, long seq) {
    return entries(name, channel).stream()
        .filter(entry -> entry.seq() == seq)
        .map(Entry::bundle)
        .findFirst();
  }

  @Override
  public List<ArtifactName> names() {
    return lists.all(Lists.ROOT + "names/promoted", ArtifactName::new);
  }

  @Override
  public List<ArtifactName> names(int most) {
    return lists.first(Lists.ROOT + "names/promoted", most, ArtifactName::new);
  }

  @Override
  public List<ChannelName> channels(ArtifactName name) {
    return lists.all(Lists.ROOT + "channels/" + name, ChannelName::new);
  }
}
