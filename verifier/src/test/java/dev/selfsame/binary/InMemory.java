package dev.selfsame.binary;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import java.util.List;
import java.util.Map;

/**
 * Reads bytes as {@link BinaryReader} reads a file, but for the digest, which is that of nothing.
 */
public final class InMemory {
  private static final Digest NOTHING = Digest.sha256(new byte[0]);

  private InMemory() {}

  /** What is read of these bytes. */
  public static BinaryFacts read(byte[] bytes) {
    FactSheet sheet = new FactSheet();
    ByteView view = ByteView.of(bytes);
    List<Range> ranges = Readers.ranges(view, sheet, 0);
    return new BinaryFacts(
        BinaryFacts.SCHEMA,
        "in memory",
        bytes.length,
        NOTHING,
        ranges,
        Nested.categories(ranges),
        sheet.facts(),
        sheet.parts(),
        BinaryReader.owners(view, Map.of(), ranges, sheet).composition(),
        sheet.problems());
  }
}
