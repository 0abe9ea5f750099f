package dev.selfsame.audit;

import dev.selfsame.audit.Audit.BadEvidence;
import dev.selfsame.audit.Audit.Difference;
import dev.selfsame.audit.Audit.NotPromoted;
import dev.selfsame.audit.Audit.Promoted;
import dev.selfsame.audit.Audit.Subject;
import dev.selfsame.audit.Audit.Unknown;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.SignedBlobs;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Audits files against a registry, all by what it held at one moment: an auditor remembers what it
 * read.
 */
public final class Auditor {
  /** With more names than this, none is read before the digest is known. */
  private static final int AHEAD = 4;

  /** Among how many names the nearest is looked for, where nobody has spoken of the bytes. */
  private static final int MOST_HEADS = 16;

  private final Supplier<Evidence> source;
  private final ChannelName channel;
  private final Optional<ArtifactName> name;
  private final Instant now;
  private final Map<ArtifactName, Standing> standings = new TreeMap<>();
  private @Nullable Evidence opened;

  /**
   * @param source opens the registry and the trust root; called once, while the first file is
   *     hashed
   * @param name the only name that may make it promoted, or empty for any
   */
  public Auditor(
      Supplier<Evidence> source, Optional<ArtifactName> name, ChannelName channel, Instant now) {
    this.source = source;
    this.name = name;
    this.channel = channel;
    this.now = now;
  }

  /**
   * Audits a file.
   *
   * @param shown how the answer names it
   * @throws Failure exit 3 where the file or the registry cannot be read
   */
  public Audit audit(Path path, String shown) {
    try (BinaryFile file = BinaryFile.open(path)) {
      return audit(file, () -> new Subject(shown, file.size(), file.digest()));
    }
  }

  /**
   * Audits an open file.
   *
   * @param hashing makes its subject, while the registry is read
   * @throws Failure as {@link #audit(Path, String)}
   */
  Audit audit(BinaryFile file, Callable<Subject> hashing) {
    FutureTask<Subject> hash = new FutureTask<>(hashing);
    Thread.ofPlatform().daemon().name("hash").start(hash);
    Evidence evidence = open();
    ChannelReader reader = new ChannelReader(evidence);
    readAhead(evidence, reader);
    Audit audit = audit(await(hash), file, evidence, reader);
    file.requireUnchanged();
    return audit;
  }

  /**
   * Opens the registry and the trust root, where that has not been done.
   *
   * @throws Failure where they cannot be had
   */
  public Evidence open() {
    Evidence evidence = opened == null ? source.get() : opened;
    opened = evidence;
    return evidence;
  }

  private Audit audit(Subject subject, BinaryFile file, Evidence evidence, ChannelReader reader) {
    try {
      for (Standing standing : standings.values()) {
        Optional<Audit> promoted = promoted(subject, standing, List.of());
        if (promoted.isPresent()) {
          return promoted.get();
        }
      }
      Known known = Known.of(evidence, reader, subject.digest(), now);
      return new Lookup(subject, file, evidence, reader, known).answer();
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      return new BadEvidence(subject, String.valueOf(e.getMessage()));
    }
  }

  /** What will most likely be asked for is verified while the file is hashed. */
  private void readAhead(Evidence evidence, ChannelReader reader) {
    List<ArtifactName> names =
        name.map(List::of).orElseGet(() -> evidence.registry().channels().names(AHEAD + 1));
    if (names.size() <= AHEAD) {
      names.forEach(each -> tryStanding(reader, each));
    }
  }

  /** What cannot be told of a channel matters only once it turns out to be the one asked for. */
  private void tryStanding(ChannelReader reader, ArtifactName of) {
    try {
      standing(reader, of);
    } catch (Failure e) {
      standings.remove(of);
    }
  }

  private Standing standing(ChannelReader reader, ArtifactName of) {
    return standings.computeIfAbsent(of, key -> Standing.of(reader, key, channel, now));
  }

  private static Optional<Audit> promoted(
      Subject subject, Standing standing, List<String> remarks) {
    return standing instanceof Standing.Holds holds
            && holds.current()
            && holds.head().artifact().equals(subject.digest())
        ? Optional.of(
            new Promoted(
                subject,
                Described.promotion(holds.channel(), holds.head()),
                Described.builds(holds.builds(), subject.digest()),
                remarks))
        : Optional.empty();
  }

  private static Subject await(FutureTask<Subject> hash) {
    try {
      return hash.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("interrupted", "run the command again", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      }
      throw new IllegalStateException("hashing failed", e);
    }
  }

  /** The longer way, for what is not at the head of a channel that was read ahead. */
  private final class Lookup {
    private final Subject subject;
    private final BinaryFile file;
    private final Evidence evidence;
    private final ChannelReader reader;
    private final Known known;

    Lookup(Subject subject, BinaryFile file, Evidence evidence, ChannelReader reader, Known known) {
      this.subject = subject;
      this.file = file;
      this.evidence = evidence;
      this.reader = reader;
      this.known = known;
    }

    Audit answer() {
      if (known.isEmpty() && !known.refused().isEmpty()) {
        return new BadEvidence(subject, known.refused().getFirst());
      }
      if (known.isEmpty()) {
        return unknown();
      }
      List<String> reasons = new ArrayList<>();
      for (ArtifactName each : name.map(List::of).orElseGet(() -> List.copyOf(known.names()))) {
        Standing standing = standing(reader, each);
        Optional<Audit> promoted = promoted(subject, standing, known.refused());
        if (promoted.isPresent()) {
          return promoted.get();
        }
        switch (standing) {
          case Standing.Broken broken -> {
            return new BadEvidence(subject, broken.reason());
          }
          case Standing.Empty _ -> reasons.add(againstEmpty(each));
          case Standing.Holds holds -> reasons.add(against(each, holds));
        }
      }
      return new NotPromoted(
          subject,
          reasons.getFirst(),
          Described.builds(known.builds(), subject.digest()),
          known.refused());
    }

    private String against(ArtifactName each, Standing.Holds holds) {
      Promotion head = holds.head();
      if (head.artifact().equals(subject.digest())) {
        return "its promotion %d of %s into %s ended at %s"
            .formatted(head.seq(), each, channel, head.claim().link().expires().orElseThrow());
      }
      for (Promotion before : known.promotions().reversed()) {
        if (before.action().enters()
            && before.claim().resource().equals(reader.resource(each, channel))) {
          requireStillThere(before, each, holds.channel().bundleAt(before.seq()));
          return "it was promotion %d of %s into %s and %s"
              .formatted(before.seq(), each, channel, ended(before, holds));
        }
      }
      return never(each);
    }

    /** How a promotion ended: by the next, or by a rollback to an earlier one. */
    private static String ended(Promotion before, Standing.Holds holds) {
      Promotion head = holds.head();
      Promotion next =
          holds.channel().promotions().stream()
              .filter(after -> after.seq() > before.seq())
              .findFirst()
              .orElse(head);
      OptionalLong to = next.claim().link().restores();
      if (to.isEmpty()) {
        return "is replaced by promotion %d, %s".formatted(head.seq(), head.artifact());
      }
      return "was rolled back by %s to promotion %d, %s: %s"
              .formatted(next.operator(), to.getAsLong(), next.artifact(), next.reason())
          + (next.seq() == head.seq()
              ? ""
              : "; promotion %d, %s, stands now".formatted(head.seq(), head.artifact()));
    }

    private String againstEmpty(ArtifactName each) {
      for (Promotion before : known.promotions()) {
        if (before.claim().resource().equals(reader.resource(each, channel))) {
          requireStillThere(before, each, Optional.empty());
        }
      }
      return never(each);
    }

    private String never(ArtifactName each) {
      return known.names().contains(each)
          ? "it was submitted as %s and never promoted into %s".formatted(each, channel)
          : "it is known as %s, not as %s".formatted(known.names().first(), each);
    }

    /** A signed promotion that the channel lacks was taken out of it. */
    private void requireStillThere(Promotion before, ArtifactName each, Optional<Digest> there) {
      if (!there.equals(Optional.of(before.bundle()))) {
        throw Failure.badEvidence(
            "promotion %d of %s into %s was signed, but the channel does not hold it"
                .formatted(before.seq(), each, channel),
            "restore the registry's channels from a copy, after seeing who changed them");
      }
    }

    private Audit unknown() {
      if (name.isPresent() && standing(reader, name.get()) instanceof Standing.Broken broken) {
        return new BadEvidence(subject, broken.reason());
      }
      // A registry that hides everything must not pass for one that knows nothing.
      reader.requireAllSeen(channel);
      List<Standing.Holds> promoted =
          standings.values().stream()
              .filter(Standing.Holds.class::isInstance)
              .map(Standing.Holds.class::cast)
              .toList();
      Likeness likeness = new Likeness(file.path(), file.size());
      Map<String, String> facts = new LinkedHashMap<>();
      Map<String, String> doubts = new LinkedHashMap<>();
      likeness
          .facts()
          .forEach((name, fact) -> {
            facts.put(name, fact.value());
            doubts.put(name, fact.doubt());
          });
      return new Unknown(
          subject,
          promoted.size() == 1 ? difference(promoted.getFirst()) : null,
          facts,
          doubts,
          facts.isEmpty()
              ? null
              : likeness.nearest(heads(), evidence.registry().blobs()).orElse(null));
    }

    /** Of the names that count, what stands at the head of the channel. */
    private List<Standing.Holds> heads() {
      List<Standing.Holds> heads = new ArrayList<>();
      for (ArtifactName each :
          name.map(List::of).orElseGet(() -> evidence.registry().channels().names(MOST_HEADS))) {
        tryStanding(reader, each);
        if (standings.get(each) instanceof Standing.Holds holds) {
          heads.add(holds);
        }
      }
      return heads;
    }

    /** Only told, never believed: the blob's bytes may be gone or altered. */
    private @Nullable Difference difference(Standing.Holds holds) {
      try {
        Comparing comparing = new Comparing(file.fromStart());
        Digest head = holds.head().artifact();
        long size =
            new SignedBlobs(evidence.registry().blobs(), holds.builds()).copy(head, comparing);
        return new Difference(
            holds.channel().name().value(),
            head,
            size,
            subject.size() - size,
            comparing.firstDifference(),
            comparing.differing());
      } catch (IOException | Failure e) {
        return null;
      }
    }
  }
}
