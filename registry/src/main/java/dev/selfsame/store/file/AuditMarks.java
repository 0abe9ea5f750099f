package dev.selfsame.store.file;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditMark;
import dev.selfsame.store.ChangeLog.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the log of changes says of an audit log: its {@link AuditMark}s, against which the audit log
 * is held line by line.
 */
final class AuditMarks {
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

  /**
   * Reads those.
   *
   * @throws Failure exit 3 where they cannot be read
   */
  static AuditMarks of(AuditMark.Marks marks) {
    AuditMarks read = new AuditMarks();
    marks.each(read::add);
    return read;
  }

  /**
   * Reads those of a log of changes; none where it does not hold, which is told of it elsewhere.
   *
   * @throws Failure exit 3 where it cannot be read
   */
  static AuditMarks in(Path log) {
    AuditMarks read = new AuditMarks();
    try {
      ChainedFile.check(log, (_, line) -> AuditMark.read(line).ifPresent(read::add));
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
    }
    return read;
  }

  private void add(AuditMark mark) {
    marks.add(Mark.of(mark.seq(), mark.chain()));
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
