package dev.selfsame.audit;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.digest.Digest;
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

  private static final List<String> TOLD = List.of("format", "machine", "rustc", "strip");

  private final Path file;
  private final long size;

  Likeness(Path file, long size) {
    this.file = file;
    this.size = size;
  }

  /** Its facts by name, with how sure they are; empty where it is of no format that is read. */
  Map<String, String> facts() {
    Map<String, String> told = new LinkedHashMap<>();
    if (size > MOST_BYTES) {
      return told;
    }
    try {
      if (BinaryReader.reads(file)) {
        BinaryFacts facts = BinaryReader.read(file);
        for (String name : TOLD) {
          Fact fact = facts.fact(name);
          told.put(name, fact.value() + fact.doubt());
        }
      }
    } catch (Failure e) {
      // Empty, or not to be read: then it says nothing of itself.
      told.clear();
    }
    return told;
  }

  /** The head of the channels that is most like it. */
  Optional<Audit.Nearest> nearest(Collection<Standing.Holds> heads, ReadableBlobs blobs) {
    List<Standing.Holds> candidates =
        heads.stream()
            .filter(head -> distance(head, blobs) <= MOST_BYTES)
            .sorted(
                Comparator.comparingLong((Standing.Holds head) -> distance(head, blobs))
                    .thenComparing(head -> head.channel().name()))
            .limit(MOST_COMPARED)
            .toList();
    try (Scratch scratch = Scratch.create(MOST_COMPARED * 2 * MOST_BYTES)) {
      return candidates.stream()
          .flatMap(head -> compared(head, blobs, scratch).stream())
          .min(
              Comparator.comparingLong(Compared::unlike)
                  .thenComparingLong(each -> Math.abs(each.nearest().sizeDelta()))
                  .thenComparing(each -> each.nearest().name()))
          .map(Compared::nearest);
    }
  }

  private long distance(Standing.Holds head, ReadableBlobs blobs) {
    long other = blobs.size(head.head().artifact()).orElse(Long.MAX_VALUE);
    return other > MOST_BYTES ? Long.MAX_VALUE : Math.abs(size - other);
  }

  /**
   * @param unlike bytes of the sections that differ
   */
  private record Compared(Audit.Nearest nearest, long unlike) {}

  private Optional<Compared> compared(Standing.Holds head, ReadableBlobs blobs, Scratch scratch) {
    Digest digest = head.head().artifact();
    try {
      Path promoted = scratch.empty();
      try (OutputStream out = Files.newOutputStream(promoted)) {
        new SignedBlobs(blobs, head.builds()).copy(digest, out);
      }
      Comparison comparison = BinaryComparison.of(promoted, file);
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
                  digest,
                  comparison.sizeDelta(),
                  causes.isEmpty() ? "" : causes.getFirst().sentence()),
              unlike));
    } catch (IOException | Failure e) {
      return Optional.empty(); // Its bytes are gone or altered: there is nothing to compare with.
    }
  }
}
