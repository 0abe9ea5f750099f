package dev.selfsame.audit;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Finder;
import dev.selfsame.where.LiveProcess;
import dev.selfsame.where.OpenContainer;
import dev.selfsame.where.Scratch;
import dev.selfsame.where.Where;
import java.util.Optional;

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
    try (Scratch scratch = Scratch.create(Scratch.USUAL)) {
      return switch (where) {
        case Where.Local local -> auditor.audit(local.path(), local.text());
        case Where.Container container -> container(container, scratch);
        case Where.Pid process ->
            new LiveAudit(auditor, process.text(), null)
                .process(LiveProcess.of(finder.proc(), process.pid()), scratch, Optional.empty());
        case Where.Oci oci -> pulled(oci, finder.pull(oci, scratch));
        case Where.Input input -> auditor.audit(finder.file(input, scratch), input.text());
      };
    }
  }

  private Audit container(Where.Container place, Scratch scratch) throws InterruptedException {
    try (OpenContainer container = finder.containers().open(place)) {
      return new ContainerAudit(auditor, finder.proc(), place, container).audit(scratch);
    }
  }

  private Audit pulled(Where.Oci oci, Finder.Pulled pulled) {
    Audit.Pulled image = new Audit.Pulled(oci.reference(), pulled.manifest());
    try (BinaryFile file = BinaryFile.open(pulled.file())) {
      return auditor.audit(
          file, () -> new Audit.Subject(oci.text(), file.size(), file.digest(), image, null, null));
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
