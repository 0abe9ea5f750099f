package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a file into ranges that hold every byte once. Where structures overlap, the one that claims
 * first keeps the bytes, and the overlap is reported; what nobody claims is padding, unclaimed or
 * trailer.
 */
final class Claims {
  private final ByteView bytes;
  private final FactSheet sheet;
  private final RangeMap claimed = new RangeMap();

  /** For all of {@code bytes}; offsets of claims count from its beginning. */
  Claims(ByteView bytes, FactSheet sheet) {
    this.bytes = bytes;
    this.sheet = sheet;
  }

  /** Claims bytes; what others have already, or what the file does not hold, is a problem. */
  void claim(String name, Category category, long offset, long size) {
    long there = inFile(name, offset, size);
    long kept = claimed.claim(name, category, offset, there);
    if (kept < there) {
      sheet.problem(
          "offset %d: %s overlaps other structures by %d bytes"
              .formatted(bytes.start() + offset, name, there - kept));
    }
  }

  /** Claims what is left of these bytes: they may hold other structures. */
  void claimRest(String name, Category category, long offset, long size) {
    claimed.claim(name, category, offset, inFile(name, offset, size));
  }

  /** How many of these bytes the file holds; that some are missing is a problem. */
  long inFile(String name, long offset, long size) {
    long there = bytes.available(offset, size);
    if (there != size) {
      sheet.problem(
          "offset %s: %s runs past the end of the file: %d of %s bytes are there"
              .formatted(
                  Long.toUnsignedString(bytes.start() + offset),
                  name,
                  there,
                  Long.toUnsignedString(size)));
    }
    return there;
  }

  /** Every byte once; what follows the last claim is a trailer. */
  List<Range> ranges() {
    return ranges(0);
  }

  /**
   * Every byte once.
   *
   * @param end where the file's own structures end, in bytes: only what follows both it and the
   *     last claim is a trailer
   */
  List<Range> ranges(long end) {
    List<Range> all = new ArrayList<>();
    long next = 0;
    for (Range range : claimed.ranges()) {
      if (range.offset() > next) {
        all.add(gap(next, range.offset() - next));
      }
      all.add(range);
      next = range.offset() + range.size();
    }
    long inside = Math.clamp(end, next, bytes.size());
    if (next < inside) {
      all.add(gap(next, inside - next));
    }
    if (inside < bytes.size()) {
      all.add(new Range("trailer", Category.TRAILER, inside, bytes.size() - inside));
    }
    return all;
  }

  private Range gap(long offset, long size) {
    if (bytes.slice(offset, size).zero()) {
      return new Range("padding", Category.PADDING, offset, size);
    }
    sheet.problem(
        "offset %d: %d %s".formatted(bytes.start() + offset, size, BinaryFacts.UNCLAIMED));
    return new Range("unclaimed", Category.UNCLAIMED, offset, size);
  }
}
