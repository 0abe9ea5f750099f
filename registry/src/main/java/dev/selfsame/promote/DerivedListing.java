package dev.selfsame.promote;

import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Listing;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A listing that is derived from the evidence each time, for a registry without rows at hand. */
public final class DerivedListing implements Listing {
  private final Evidence evidence;
  private final Instant now;

  public DerivedListing(Evidence evidence, Instant now) {
    this.evidence = evidence;
    this.now = now;
  }

  @Override
  public List<Catalogue.Staged> staged(ArtifactName name) {
    return Staging.read(evidence, name, now).builds().stream()
        .flatMap(build ->
            build.claim().outputs().stream()
                .filter(output -> evidence.registry().blobs().size(output.digest()).isPresent())
                .map(output -> Staging.row(build, output.digest()))
                .flatMap(Optional::stream))
        .sorted(
            Comparator.comparing(Catalogue.Staged::at)
                .reversed()
                .thenComparing(Catalogue.Staged::bundle))
        .toList();
  }

  /** None: whoever keeps rows holds them against the channel before it takes another promotion. */
  @Override
  public List<Catalogue.Promoted> promotions(ArtifactName name, ChannelName channel) {
    return List.of();
  }

  @Override
  public List<ArtifactName> names(String text) {
    TreeSet<ArtifactName> names = new TreeSet<>(evidence.registry().index().names());
    names.addAll(evidence.registry().channels().names());
    return names.stream().filter(name -> name.value().contains(text)).toList();
  }
}
