package dev.selfsame.promote;

import dev.selfsame.attest.claim.ChannelResource;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import dev.selfsame.store.Registry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Puts channels' records back into their places.
 *
 * <p>A signed record alone is no more than a blob: its promoter may have been told that it failed,
 * or somebody may have pushed it past {@link Acceptance}. So a record comes back only where
 * something says that it stood in its channel once: it stands there, the index has it, which learns
 * of a record after its channel did, or one of those names it as the record before it. Nothing is
 * ever put behind the end of a channel on the word of a signature.
 *
 * <p>Where the index is gone and of a channel nothing is left, signatures are all there is. Then it
 * becomes the likeliest chain that they tell of, whatever has become of their keys since: to leave
 * out its last record would bring back what that took out of the channel, or lift a freeze.
 */
final class ChannelRestoration {
  private final Registry registry;
  private final ChannelReader reader;
  private final Progress progress;
  private final boolean indexLost;

  /**
   * @param evidence with the trust root of now, which decides between two chains
   * @param indexLost whether the index had nothing at all when the restoration began
   */
  ChannelRestoration(EvidenceAtHand evidence, Progress progress, boolean indexLost) {
    this.registry = evidence.registry();
    this.reader = new ChannelReader(evidence);
    this.progress = progress;
    this.indexLost = indexLost;
  }

  /**
   * Restores what is missing.
   *
   * @param signed every record whose signature was found to hold
   * @return those that stand in their channels now
   */
  List<Promotion> run(List<Promotion> signed) {
    Map<String, List<Promotion>> channels =
        signed.stream()
            .collect(
                Collectors.groupingBy(
                    record -> record.claim().resource().toString(),
                    TreeMap::new,
                    Collectors.toList()));
    List<Promotion> standing = new ArrayList<>();
    channels.values().forEach(records -> standing.addAll(channel(records)));
    return standing;
  }

  private List<Promotion> channel(List<Promotion> signed) {
    ChannelResource resource = signed.getFirst().claim().resource();
    if (!resource.registry().equals(registry.name())) {
      signed.forEach(_ -> progress.note("left out: a promotion for " + resource));
      return List.of();
    }
    ArtifactName name = new ArtifactName(resource.name());
    ChannelName channel = new ChannelName(resource.channel());
    List<Promotion> records =
        signed.stream()
            .sorted(Comparator.comparingLong(Promotion::seq).thenComparing(Promotion::bundle))
            .toList();
    if (indexLost && !registry.channels().channels(name).contains(channel)) {
      begin(name, channel, records);
    }
    return place(name, channel, records);
  }

  /** Its last record goes in first: it names all others, should this process end before them. */
  private void begin(ArtifactName name, ChannelName channel, List<Promotion> records) {
    List<Promotion> likeliest = new Lineage(records).likeliest();
    if (likeliest.isEmpty()) {
      return;
    }
    Promotion last = likeliest.getLast();
    registry.channels().append(name, channel, new Entry(last.seq(), last.bundle()));
    progress.note(
        "%s of %s is made again from signatures alone; it ends at promotion %d by %s, %s"
            .formatted(channel, name, last.seq(), last.operator(), last.at()));
  }

  private List<Promotion> place(ArtifactName name, ChannelName channel, List<Promotion> records) {
    Set<Digest> stood = stood(name, channel, records);
    List<Promotion> chain = new ArrayList<>();
    for (Promotion record : records) {
      if (stood.contains(record.bundle()) && isPut(name, channel, chain, record)) {
        chain.add(record);
      } else {
        progress.note(
            "left out: a promotion %d of %s into %s that is not in the channel, %s by %s"
                .formatted(record.seq(), name, channel, record.bundle(), record.operator()));
      }
    }
    return chain;
  }

  /** The records that something but their own signatures speaks of. */
  private Set<Digest> stood(ArtifactName name, ChannelName channel, List<Promotion> records) {
    Set<Digest> stood = new HashSet<>();
    for (Promotion record : records.reversed()) {
      if (stood.contains(record.bundle())
          || stands(name, channel, record)
          || registry.index().about(record.artifact()).contains(record.bundle())) {
        stood.add(record.bundle());
        record.claim().link().previous().ifPresent(stood::add);
      }
    }
    return stood;
  }

  private boolean stands(ArtifactName name, ChannelName channel, Promotion record) {
    return registry.channels().at(name, channel, record.seq()).equals(Optional.of(record.bundle()));
  }

  /** Into its place, where that is free or has it, and its predecessor stands before it. */
  private boolean isPut(
      ArtifactName name, ChannelName channel, List<Promotion> chain, Promotion record) {
    return record
            .claim()
            .link()
            .previous()
            .equals(registry.channels().at(name, channel, record.seq() - 1))
        && Succession.objection(chain, record.claim()).isEmpty()
        && registry.channels().append(name, channel, new Entry(record.seq(), record.bundle()));
  }

  /** Which of several chains a channel had, as far as signatures tell. */
  private final class Lineage {
    private final Map<Optional<Digest>, List<Promotion>> after;
    private final Map<Digest, Weight> weights = new HashMap<>();

    /**
     * @param records sorted by their places
     */
    Lineage(List<Promotion> records) {
      this.after =
          records.stream().collect(Collectors.groupingBy(r -> r.claim().link().previous()));
      for (Promotion record : records.reversed()) {
        Weight best =
            after.getOrDefault(Optional.of(record.bundle()), List.of()).stream()
                .map(next -> weights.getOrDefault(next.bundle(), Weight.NONE))
                .max(Comparator.naturalOrder())
                .orElse(Weight.NONE);
        weights.put(record.bundle(), best.and(reader.believes(record)));
      }
    }

    /**
     * The chain with the most records whose signers are believed: whoever signed one has seen all
     * before it stand. Of several equal ones the longest, then the one that was signed last: a
     * record that failed was followed by another for its place.
     */
    List<Promotion> likeliest() {
      List<Promotion> chain = new ArrayList<>();
      Optional<Promotion> next = next(chain, Optional.empty());
      while (next.isPresent()) {
        chain.add(next.get());
        next = next(chain, Optional.of(next.get().bundle()));
      }
      return chain;
    }

    private Optional<Promotion> next(List<Promotion> chain, Optional<Digest> end) {
      return after.getOrDefault(end, List.of()).stream()
          .filter(record -> record.seq() == chain.size() + 1L)
          .filter(record -> Succession.objection(chain, record.claim()).isEmpty())
          .max(
              Comparator.comparing(this::weight)
                  .thenComparing(Promotion::at)
                  .thenComparing(Promotion::bundle));
    }

    private Weight weight(Promotion record) {
      return weights.getOrDefault(record.bundle(), Weight.NONE);
    }
  }

  /**
   * What speaks for a chain.
   *
   * @param believed how many of its records are signed by somebody who is believed
   * @param length how many records it has
   */
  private record Weight(long believed, long length) implements Comparable<Weight> {
    static final Weight NONE = new Weight(0, 0);

    Weight and(boolean isBelieved) {
      return new Weight(believed + (isBelieved ? 1 : 0), length + 1);
    }

    @Override
    public int compareTo(Weight other) {
      return Comparator.comparingLong(Weight::believed)
          .thenComparingLong(Weight::length)
          .compare(this, other);
    }
  }
}
