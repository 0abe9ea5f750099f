package dev.selfsame.status;

import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.Deployments;
import dev.selfsame.promote.Deployments.Deployment;
import dev.selfsame.promote.Deployments.Known;
import dev.selfsame.promote.Evidence;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads what should run and what is recorded, and has somebody look at what runs. */
public final class StatusReader {
  private final Evidence evidence;
  private final Running running;
  private final Instant now;

  /**
   * @param running looks at targets; {@link Running#NOT_ASKED} for the registry alone
   */
  public StatusReader(Evidence evidence, Running running, Instant now) {
    this.evidence = evidence;
    this.running = running;
    this.now = now;
  }

  /**
   * Reads.
   *
   * @param asked the targets in question, as records name them; none for every one whose newest
   *     record does not say that it was removed
   * @throws Failure exit 4 where the channel, what it rests on, or a record's bytes do not hold;
   *     exit 3 where the registry cannot be read
   */
  public Status read(ArtifactName name, ChannelName channel, List<String> asked)
      throws InterruptedException {
    return read(name, channel, asked, Optional.empty());
  }

  /**
   * As the other.
   *
   * @param host the machine whose records count alone; empty for those of all
   */
  public Status read(
      ArtifactName name, ChannelName channel, List<String> asked, Optional<String> host)
      throws InterruptedException {
    ChannelReader reader = new ChannelReader(evidence);
    Channel read = reader.read(name, channel, now);
    Optional<Channel.Promotion> head = read.head();
    if (head.isPresent()) {
      reader.requireGrounds(read, now);
    }
    Known known = Deployments.read(evidence, name, now);
    List<Deployment> newest =
        known.newest(channel).values().stream()
            .filter(each -> host.isEmpty() || host.get().equals(each.claim().target().host()))
            .sorted(Comparator.comparing(each -> each.claim().target().place()))
            .toList();
    Optional<Channel.Promotion> current = head.filter(held -> held.claim().currentAt(now));
    return new Status(
        name.value(),
        channel.value(),
        current.map(StatusReader::should).orElse(null),
        current.isPresent() ? null : nothing(head),
        read.frozen().map(Channel.Frozen::describe).orElse(null),
        targets(known, newest, asked),
        known.refused().stream().map(Evidence.Refused::why).toList());
  }

  private static Status.Should should(Channel.Promotion head) {
    boolean back = head.claim().link().restores().isPresent();
    return new Status.Should(
        head.artifact(),
        head.seq(),
        head.at(),
        head.operator(),
        back ? head.claim().link().restores().getAsLong() : null,
        back ? head.reason() : null,
        head.claim().link().expires().orElse(null));
  }

  private static String nothing(Optional<Channel.Promotion> head) {
    return head.map(ended ->
            "promotion %d ended at %s"
                .formatted(ended.seq(), ended.claim().link().expires().orElseThrow()))
        .orElse("nothing was ever promoted");
  }

  private List<Status.Target> targets(Known known, List<Deployment> newest, List<String> asked)
      throws InterruptedException {
    List<Status.Target> targets = new ArrayList<>();
    if (asked.isEmpty()) {
      for (Deployment each : newest) {
        if (each.claim().course().outcome() != DeployClaim.Outcome.REMOVED) {
          targets.add(target(text(each.claim().target()), each, known));
        }
      }
      return targets;
    }
    for (String target : asked) {
      List<Deployment> there =
          newest.stream().filter(each -> text(each.claim().target()).equals(target)).toList();
      if (there.isEmpty()) {
        targets.add(target(target, null, known));
      }
      for (Deployment each : there) {
        targets.add(target(target, each, known));
      }
    }
    return targets;
  }

  /** As it was written when it was deployed. */
  private static String text(DeployClaim.Target target) {
    return target.kind() + ":" + target.name();
  }

  private Status.Target target(String target, @Nullable Deployment newest, Known known)
      throws InterruptedException {
    return new Status.Target(
        target,
        newest == null ? null : newest.claim().target().host(),
        newest == null ? null : recorded(newest, known),
        look(target, newest == null ? null : newest.claim().target().host()));
  }

  private Running.Look look(String target, @Nullable String host) throws InterruptedException {
    try {
      return running.at(target, host);
    } catch (Failure e) {
      return new Running.CouldNotTell(String.valueOf(e.getMessage()));
    }
  }

  private static Status.Recorded recorded(Deployment newest, Known known) {
    DeployClaim claim = newest.claim();
    DeployClaim.Course course = claim.course();
    @Nullable Digest runs =
        switch (course.outcome()) {
          case HEALTHY -> claim.release().artifact().digest();
          case ROLLED_BACK -> course.previous().orElse(null);
          case FAILED, REMOVED -> null;
        };
    return new Status.Recorded(
        course.outcome().word(),
        claim.release().seq(),
        runs,
        course.finishedOn(),
        newest.operator(),
        claim.target().engine(),
        claim.release().image().orElse(null),
        course.reason().orElse(null),
        settings(newest, known).orElse(null),
        newest.bundle());
  }

  /** After one that went back, those of the deployment that it went back to. */
  private static Optional<Digest> settings(Deployment newest, Known known) {
    DeployClaim claim = newest.claim();
    return switch (claim.course().outcome()) {
      case HEALTHY -> claim.course().configuration();
      case ROLLED_BACK ->
          known.believed().stream()
              .map(Deployment::claim)
              .filter(each -> each.target().place().equals(claim.target().place()))
              .filter(each -> each.release().resource().equals(claim.release().resource()))
              .filter(each -> each.course().outcome() == DeployClaim.Outcome.HEALTHY)
              .findFirst()
              .filter(each ->
                  claim.course().previous().equals(Optional.of(each.release().artifact().digest())))
              .flatMap(each -> each.course().configuration());
      case FAILED, REMOVED -> Optional.empty();
    };
  }
}
