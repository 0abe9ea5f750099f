package dev.selfsame.audit;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Finder;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.nio.file.Path;

/** Audits binaries wherever they are. */
public final class Survey {
  private final Auditor auditor;
  private final Finder finder;

  public Survey(Auditor auditor, Finder finder) {
    this.auditor = auditor;
    this.finder = finder;
  }

  /**
   * Audits what stands at a place.
   *
   * @throws Failure where that cannot be told
   */
  public Audit audit(Where where) throws InterruptedException {
    if (where instanceof Where.Local local) {
      return auditor.audit(local.path(), where.text());
    }
    try (Scratch scratch = Scratch.create(Scratch.USUAL)) {
      Path file = finder.file(where, scratch);
      return auditor.audit(file, where.text());
    }
  }

  /**
   * As {@link #audit}, with what cannot be told as a value: one of several places must not hide the
   * others.
   *
   * @throws Failure where the command line is wrong
   */
  public Checked check(Where where) throws InterruptedException {
    try {
      return new Checked.Told(where.text(), audit(where));
    } catch (Failure e) {
      if (e.code() == ExitCode.USAGE) {
        throw e;
      }
      return Checked.Untold.of(where.text(), e);
    }
  }
}
