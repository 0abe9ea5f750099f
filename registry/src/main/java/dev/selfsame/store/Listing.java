package dev.selfsame.store;

import java.util.List;

/** What a registry lists for people. No decision rests on it. */
public interface Listing {

  /** What was submitted under a name, newest first. */
  List<Catalogue.Staged> staged(ArtifactName name);

  /** The promotions of a name into a channel, newest first. */
  List<Catalogue.Promoted> promotions(ArtifactName name, ChannelName channel);

  /** The names that have {@code text} in them, sorted. */
  List<ArtifactName> names(String text);
}
