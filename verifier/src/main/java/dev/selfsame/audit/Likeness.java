package dev.selfsame.audit;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.binary.bytes.Deadline;
import dev.selfsame.binary.bytes.OverdueException;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Fact;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.SignedBlobs;
import dev.selfsame.store.ReadableBlobs;
import dev.selfsame.where.Scratch;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a binary of which nobody has spoken says of itself, and which promoted one is most like it.
 * Told to who looks for the reason, and never believed: a file may say of itself what it likes.
 */
final class Likeness {
  /** A file that is larger is not read in parts here, in bytes. */
  private static final long MOST_BYTES = 256L << 20;

  /** How many promoted binaries are compared in full: those that are nearest in size. */
  private static final int MOST_COMPARED = 4;

  /**
   * How long its facts may take, and then the comparisons: the answer is known, and waits for them.
   * A file can be made to be read for very long.
   */
  private static final Duration MOST_TIME = Duration.ofSeconds(10);

  private static final List<String> TOLD = List.of("format", "machine", "rustc", "strip");

  private final Path file;
  private final long size;
  private final InstantSource watch;

  Likeness(Path file, long size) {
    this(file, size, Deadline.steady());
  }

  /**
   * One that is timed.
   *
   * @param watch tells how long it takes
   */
  Likeness(Path file, long size, InstantSource watch) {
    this.file = file;
    this.size = size;
    this.watch = watch;
  }

  /** Its facts by name; empty where it is of no format that is read, or takes too long. */
  Map<String, Fact> facts() {
    if (size > MOST_BYTES) {
      return Map.of();
    }
    try {
      return Deadline.in(MOST_TIME, watch).during(this::read);
    } catch (Failure | OverdueException e) {
      // Empty, not to be read, or not in time: then it says nothing of itself.
      return Map.of();
    }
  }

  private Map<String, Fact> read() {
    Map<String, Fact> told = new LinkedHashMap<>();
    if (BinaryReader.reads(file)) {
      BinaryFacts facts = BinaryReader.read(file);
      for (String name : TOLD) {
        told.put(name, facts.fact(name));
      }
    }
    return told;
  }

  /** The head of the channels that is most like it; empty where there is none, or not in time. */
  Optional<Audit.Nearest> nearest(Collection<Standing.Holds> heads, ReadableBlobs blobs) {
    try (Scratch scratch = Scratch.create(MOST_COMPARED * 2 * MOST_BYTES)) {
      // Fetched beforehand: what a slow registry takes is not the files' fault.
      List<Fetched> fetched =
          nearestInSize(heads, blobs).stream()
              .flatMap(head -> fetch(head, blobs, scratch).stream())
              .toList();
      return Deadline.in(MOST_TIME, watch).during(() -> compare(fetched));
    } catch (OverdueException e) {
      // The nearest of those that were reached would be another one on another machine.
      return Optional.empty();
    }
  }

  private List<Standing.Holds> nearestInSize(
      Collection<Standing.Holds> heads, ReadableBlobs blobs) {
    return heads.stream()
        .filter(head -> distance(head, blobs) <= MOST_BYTES)
        .sorted(
            Comparator.comparingLong((Standing.Holds head) -> distance(head, blobs))
                .thenComparing(head -> head.channel().name()))
        .limit(MOST_COMPARED)
        .toList();
  }

  private long distance(Standing.Holds head, ReadableBlobs blobs) {
    long other = blobs.size(head.head().artifact()).orElse(Long.MAX_VALUE);
    return other > MOST_BYTES ? Long.MAX_VALUE : Math.abs(size - other);
  }

  /**
   * A promoted binary on this machine.
   *
   * @param file its bytes
   */
  private record Fetched(Standing.Holds head, Path file) {}

  private static Optional<Fetched> fetch(
      Standing.Holds head, ReadableBlobs blobs, Scratch scratch) {
    try {
      Path promoted = scratch.empty();
      try (OutputStream out = Files.newOutputStream(promoted)) {
        new SignedBlobs(blobs, head.builds()).copy(head.head().artifact(), out);
      }
      return Optional.of(new Fetched(head, promoted));
    } catch (IOException | Failure e) {
      return Optional.empty(); // Its bytes are gone or altered: there is nothing to compare with.
    }
  }

  /**
   * @param unlike bytes of the sections that differ
   */
  private record Compared(Audit.Nearest nearest, long unlike) {}

  private Optional<Audit.Nearest> compare(List<Fetched> candidates) {
    return candidates.stream()
        .flatMap(candidate -> compared(candidate).stream())
        .min(
            Comparator.comparingLong(Compared::unlike)
                .thenComparingLong(each -> Math.abs(each.nearest().sizeDelta()))
                .thenComparing(each -> each.nearest().name()))
        .map(Compared::nearest);
  }

  private Optional<Compared> compared(Fetched candidate) {
    Standing.Holds head = candidate.head();
    try {
      Comparison comparison = BinaryComparison.of(candidate.file(), file);
      long unlike =
          comparison.sections().stream()
              .filter(section -> !section.sameBytes())
              .mapToLong(section -> Math.max(section.sizeA(), section.sizeB()))
              .sum();
      List<Comparison.Cause> causes = comparison.causes();
      return Optional.of(
          new Compared(
              new Audit.Nearest(
                  head.channel().name().value(),
                  head.head().seq(),
                  head.head().artifact(),
                  comparison.sizeDelta(),
                  causes.isEmpty() ? "" : causes.getFirst().sentence()),
              unlike));
    } catch (Failure e) {
      return Optional.empty(); // One of the two cannot be read.
    }
  }
}
