package dev.selfsame.store.file;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ChangeLog.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the log of changes says of the audit log: {@code "audit": {"seq": N, "chain": "HEX"}} in a
 * line is the last line of the audit log that was on the disk then. A log that ends with a line is
 * whole by itself; by these it is found out that it went on, or was another.
 */
final class AuditMarks {
  private static final String FIELD = "audit";

  /**
   * A line of the audit log.
   *
   * @param chain the first 64 bits of its SHA-256: there may be a million marks
   */
  private record Mark(long seq, long chain) {
    static Mark of(long seq, String chain) {
      return new Mark(seq, Long.parseUnsignedLong(chain.substring(0, 16), 16));
    }
  }

  private final List<Mark> marks = new ArrayList<>();
  private int met;

  private AuditMarks() {}

  static AuditMarks none() {
    return new AuditMarks();
  }

  static void write(ObjectNode line, Place audit) {
    line.putObject(FIELD).put("seq", audit.seq()).put("chain", audit.chain());
  }

  /**
   * Reads those of a log of changes; none where it does not hold, which is told of it elsewhere.
   *
   * @throws Failure exit 3 where it cannot be read
   */
  static AuditMarks in(Path log) {
    AuditMarks read = new AuditMarks();
    try {
      ChainedFile.check(log, (_, line) -> read.add(line.path(FIELD)));
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
    }
    return read;
  }

  private void add(JsonNode mark) {
    String chain = mark.path("chain").asText();
    if (chain.length() == 64) {
      marks.add(Mark.of(mark.path("seq").asLong(), chain));
    }
  }

  boolean isEmpty() {
    return marks.isEmpty();
  }

  /**
   * Holds the next line of the audit log against them.
   *
   * @throws Failure exit 4 where another line stood there
   */
  void meet(Place line, Path audit) {
    while (met < marks.size() && marks.get(met).seq() <= line.seq()) {
      if (!marks.get(met).equals(Mark.of(line.seq(), line.chain()))) {
        throw ChainedFile.altered(
            audit, marks.get(met).seq(), "the log of changes knows another line there");
      }
      met++;
    }
  }

  /**
   * Sees that none is left.
   *
   * @param last the last line of the audit log
   * @throws Failure exit 4 where the audit log went on
   */
  void requireAllMet(Place last, Path audit) {
    if (met < marks.size()) {
      throw Failure.badEvidence(
          "%s ends at line %d, and the log of changes knows its line %d: it was cut off"
              .formatted(audit, last.seq(), marks.getLast().seq()),
          "restore the file from a copy of the registry, after seeing who changed it");
    }
  }
}
