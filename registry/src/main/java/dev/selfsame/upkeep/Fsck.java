package dev.selfsame.upkeep;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.Restoration;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Changes;
import dev.selfsame.store.Registry;
import dev.selfsame.store.RowsCheck;
import dev.selfsame.store.file.FolderCheck;
import dev.selfsame.store.file.FolderCheck.LogFile;
import dev.selfsame.store.file.RegistryFolder;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Reads everything that a registry's folder holds, and says what is not as it should be. No server
 * has it open, and nobody writes to it meanwhile.
 *
 * <p>Repair makes again what can be made again (rows from the log, the index from signed bundles),
 * and moves what is wrong into {@code quarantine/}. It deletes nothing, and what it cannot mend it
 * leaves.
 */
public final class Fsck {
  private static final int THREADS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RegistryFolder folder;
  private final FolderCheck files;
  private final Optional<Evidence> evidence;
  private final Database database;
  private final Progress progress;

  private final List<Finding> findings = new ArrayList<>();
  private boolean repair;
  private long blobs;
  private long bytes;
  private long changes;
  private long bundles;

  /** The rows' database. */
  public interface Database {
    /** What sets the rows against this log. */
    RowsCheck check(Changes log);

    /** Makes the rows again from the log. */
    void rebuild();
  }

  /**
   * @param evidence the folder's, with the trust root to check signatures by; empty for none
   */
  public Fsck(
      RegistryFolder folder, Optional<Evidence> evidence, Database database, Progress progress) {
    this.folder = folder;
    this.files = new FolderCheck(folder);
    this.evidence = evidence;
    this.database = database;
    this.progress = progress;
  }

  /**
   * Looks at everything.
   *
   * @throws Failure exit 3 where something cannot be read, or somebody writes
   */
  public Findings check() {
    repair = false;
    return run();
  }

  /** Looks at everything and mends what can be mended. Done again, it changes nothing more. */
  public Findings repair() {
    repair = true;
    try (var _ = folder.write(PATIENCE, progress)) {
      return run();
    }
  }

  private Findings run() {
    strays();
    Registry registry = folder.registry();
    blobs(registry);
    log(registry);
    EvidenceCheck check = new EvidenceCheck(registry, evidence, findings::add);
    int before = findings.size();
    whole("the index", check::run);
    bundles = check.bundles();
    restoreIndex(before);
    return new Findings(findings, blobs, bytes, changes, bundles);
  }

  /** A folder that cannot be read as the registry's is a finding; the rest is looked at. */
  private void whole(String what, Runnable work) {
    try {
      work.run();
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      boolean inTheWay =
          findings.stream()
              .anyMatch(
                  finding -> finding.kind() == Finding.Kind.STRAY && finding.done().isEmpty());
      findings.add(
          inTheWay
              ? Finding.of(
                  Finding.Kind.STRAY,
                  "%s cannot be looked at to its end: %s".formatted(what, e.getMessage()))
              : Finding.of(Finding.Kind.EVIDENCE, what + ": " + e.getMessage()));
    }
  }

  private void strays() {
    for (Path stray : files.strays()) {
      Finding finding = Finding.of(Finding.Kind.STRAY, stray.toString());
      findings.add(repair ? finding.repaired(aside(stray)) : finding);
    }
  }

  private String aside(Path file) {
    return "moved to " + files.quarantine(file);
  }

  private void blobs(Registry registry) {
    List<Blob> all = files.blobs();
    bytes = all.stream().mapToLong(Blob::size).sum();
    blobs = all.size();
    ConcurrentLinkedQueue<Blob> open = new ConcurrentLinkedQueue<>(all);
    ConcurrentLinkedQueue<Finding> bad = new ConcurrentLinkedQueue<>();
    try (Progress.Step step =
            progress.begin("reading %d blobs".formatted(blobs), bytes, Progress.Unit.BYTES);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        readers.add(
            pool.submit(() -> {
              for (Blob blob = open.poll(); blob != null; blob = open.poll()) {
                read(registry, blob).ifPresent(bad::add);
                step.advance(blob.size());
              }
            }));
      }
      readers.forEach(Fsck::await);
    }
    bad.stream().sorted(java.util.Comparator.comparing(Finding::what)).forEach(findings::add);
  }

  private static void await(Future<?> reader) {
    try {
      reader.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Failure failure ? failure : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("interrupted", "run the command again", e);
    }
  }

  private Optional<Finding> read(Registry registry, Blob blob) {
    try {
      registry.blobs().copy(blob.digest(), OutputStream.nullOutputStream());
      return Optional.empty();
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      Finding finding = Finding.of(Finding.Kind.ALTERED_BLOB, String.valueOf(e.getMessage()));
      return Optional.of(repair ? finding.repaired(aside(files.blob(blob.digest()))) : finding);
    }
  }

  private void log(Registry registry) {
    Optional<LogFile> log = files.log();
    if (log.isEmpty()) {
      return;
    }
    try {
      changes = log.get().last().seq();
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      findings.add(Finding.of(Finding.Kind.LOG, String.valueOf(e.getMessage())));
      return;
    }
    boolean half = log.get().hasHalfALine();
    if (half) {
      Finding finding =
          Finding.of(
              Finding.Kind.HALF_A_LINE, "the log's last line has no end: " + log.get().file());
      findings.add(repair ? finding.repaired("cut off") : finding);
    }
    Set<Digest> linked = new TreeSet<>();
    RowsCheck.Report report = database.check(log.get()).run(linked::add);
    boolean wrong = rows(report);
    if (repair && wrong) {
      database.rebuild();
    } else if (repair && half) {
      database.rebuild();
    }
    for (Digest blob : linked) {
      if (registry.blobs().size(blob).isEmpty()) {
        findings.add(
            Finding.of(Finding.Kind.MISSING_BLOB, blob + " is missing, readable in a repository"));
      }
    }
  }

  /** Whether the rows have to be made again. */
  private boolean rows(RowsCheck.Report report) {
    List<Finding> wrong = new ArrayList<>();
    report
        .unusable()
        .ifPresent(
            why -> wrong.add(Finding.of(Finding.Kind.ROWS, "the rows cannot be read: " + why)));
    if (report.beyond()) {
      wrong.add(
          Finding.of(
              Finding.Kind.LOG_CUT,
              "the rows know a change that the log does not have: it was cut off or written anew"));
    }
    report.differing().forEach(line -> wrong.add(Finding.of(Finding.Kind.ROWS, line)));
    report.unmet().forEach(line -> findings.add(Finding.of(Finding.Kind.UNMET, line)));
    if (repair && !wrong.isEmpty()) {
      // They may be the only witness of what the log has lost.
      String kept = "made again from the log; the old ones " + aside(files.rows());
      Function<Finding, Finding> mended = finding -> finding.repaired(kept);
      wrong.stream().map(mended).forEach(findings::add);
      return true;
    }
    findings.addAll(wrong);
    return !wrong.isEmpty();
  }

  /** What the index lacks is in the signed bundles. */
  private void restoreIndex(int from) {
    boolean lacks =
        findings.stream().skip(from).anyMatch(finding -> finding.kind() == Finding.Kind.INDEX);
    if (!repair || evidence.isEmpty() || !lacks) {
      return;
    }
    new Restoration(evidence.get(), progress).rows();
    for (int i = from; i < findings.size(); i++) {
      if (findings.get(i).kind() == Finding.Kind.INDEX) {
        findings.set(i, findings.get(i).repaired("what the bundles say is noted again"));
      }
    }
  }
}
