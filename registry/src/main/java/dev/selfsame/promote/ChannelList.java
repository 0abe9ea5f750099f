package dev.selfsame.promote;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the channels of a registry hold, each proven as for a pull. A channel that this user saw
 * before is listed also where the registry no longer tells of it: then it is found to be cut.
 */
public final class ChannelList {
  private final Evidence evidence;
  private final ChannelReader reader;
  private final Instant now;

  public ChannelList(Evidence evidence, Instant now) {
    this.evidence = evidence;
    this.reader = new ChannelReader(evidence);
    this.now = now;
  }

  /** A channel, and what it holds. */
  public record Line(ArtifactName name, ChannelName channel, Holding holding) {}

  /** What a channel holds. */
  public sealed interface Holding {}

  /**
   * A promotion or rollback that holds.
   *
   * @param artifact its bytes
   * @param seq its place in the channel, from 1
   * @param since when it was decided
   * @param until when it ends or has ended; empty where it does not
   * @param current whether it has not ended yet
   * @param frozen why nothing may follow; empty where something may
   */
  public record Held(
      Digest artifact,
      long seq,
      Instant since,
      Optional<Instant> until,
      boolean current,
      Optional<String> frozen)
      implements Holding {}

  /** It has records, and none of them brought anything in. */
  public record Nothing() implements Holding {}

  /**
   * Its evidence does not hold.
   *
   * @param why one line
   */
  public record Refused(String why) implements Holding {}

  /** Every channel of every name, sorted. */
  public List<Line> all() {
    return lines(evidence.registry().channels().names(), true);
  }

  /** The channels of a name, sorted; empty where nothing was ever promoted under it. */
  public List<Line> of(ArtifactName name) {
    return lines(List.of(name), false);
  }

  private List<Line> lines(List<ArtifactName> names, boolean all) {
    Map<ArtifactName, Set<ChannelName>> places = new TreeMap<>();
    Set<ChannelName> channels = new HashSet<>(Set.of(ChannelName.PRODUCTION));
    for (ArtifactName name : names) {
      List<ChannelName> told = evidence.registry().channels().channels(name);
      places.put(name, new TreeSet<>(told));
      channels.addAll(told);
    }
    for (ChannelName channel : channels) {
      for (ArtifactName name : evidence.seen().names(evidence.registry().name(), channel)) {
        if (all || names.contains(name)) {
          places.computeIfAbsent(name, _ -> new TreeSet<>()).add(channel);
        }
      }
    }
    List<Line> lines = new ArrayList<>();
    places.forEach((name, of) ->
        of.forEach(channel -> lines.add(new Line(name, channel, held(name, channel)))));
    return lines;
  }

  private Holding held(ArtifactName name, ChannelName channel) {
    try {
      Channel read = reader.read(name, channel, now);
      Optional<Channel.Promotion> head = read.head();
      if (head.isEmpty()) {
        return new Nothing();
      }
      reader.requireBelieved(read, now);
      return new Held(
          head.get().artifact(),
          head.get().seq(),
          head.get().at(),
          head.get().claim().link().expires(),
          head.get().claim().currentAt(now),
          read.frozen().map(Channel.Frozen::describe));
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      return new Refused(String.valueOf(e.getMessage()));
    }
  }
}
