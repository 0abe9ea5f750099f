package dev.selfsame.upkeep;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.promote.Restoration;
import dev.selfsame.store.BlobsCheck;
import dev.selfsame.store.ChainCheck;
import dev.selfsame.store.ChangeLog;
import dev.selfsame.store.Registry;
import dev.selfsame.store.RowsCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads everything that a registry holds, and says what is not as it should be.
 *
 * <p>Repair makes again what can be made again (rows from the log, the index from signed bundles),
 * and moves what is wrong to where nothing reads it. It deletes nothing, and what it cannot mend it
 * leaves.
 */
public final class Fsck {
  private final Examined parts;
  private final Optional<TrustRoot> root;
  private final Progress progress;

  private final List<Finding> findings = new ArrayList<>();
  private boolean repair;
  private long changes;
  private long bundles;
  private Optional<ChangeLog.Place> audit = Optional.empty();

  /**
   * @param root by which signatures are checked; empty for none
   */
  public Fsck(Examined parts, Optional<TrustRoot> root, Progress progress) {
    this.parts = parts;
    this.root = root;
    this.progress = progress;
  }

  /**
   * Looks at everything, and changes nothing.
   *
   * @throws Failure exit 3 where something cannot be read
   */
  public Findings check() {
    return run(false);
  }

  /**
   * Looks at everything and mends what can be mended. Done again, it changes nothing more.
   *
   * @throws Failure exit 3 where something cannot be read or written, or others write for too long
   */
  public Findings repair() {
    return run(true);
  }

  private Findings run(boolean mending) {
    repair = mending;
    findings.clear();
    strays();
    BlobReading blobs = new BlobReading(parts, progress);
    for (Finding altered : blobs.run(repair)) {
      findings.add(altered);
    }
    audit();
    log();
    evidence();
    return new Findings(findings, blobs.number(), blobs.bytes(), changes, bundles, audit);
  }

  private void strays() {
    for (BlobsCheck.Stray stray : parts.blobs().strays()) {
      Finding finding = Finding.of(Finding.Kind.STRAY, stray.what());
      findings.add(repair ? finding.repaired("moved to " + stray.aside().get()) : finding);
    }
  }

  private void audit() {
    if (parts.audit().isEmpty()) {
      return;
    }
    ChainCheck log = parts.audit().get();
    try {
      ChainCheck.Report report = log.run();
      audit = Optional.of(report.last());
      if (report.torn()) {
        Finding finding =
            Finding.of(Finding.Kind.HALF_A_LINE, "the audit log's last line has no end");
        if (repair) {
          log.cutOff();
        }
        findings.add(repair ? finding.repaired("cut off") : finding);
      }
    } catch (Failure e) {
      requireBad(e);
      findings.add(Finding.of(Finding.Kind.AUDIT, String.valueOf(e.getMessage())));
    }
  }

  private void log() {
    Set<Digest> linked = new TreeSet<>();
    RowsCheck.Report report;
    try {
      report = parts.rows().run(linked::add);
    } catch (Failure e) {
      requireBad(e);
      findings.add(Finding.of(Finding.Kind.LOG, String.valueOf(e.getMessage())));
      return;
    }
    changes = report.changes();
    report.unmet().forEach(line -> findings.add(Finding.of(Finding.Kind.UNMET, line)));
    List<Finding> wrong = rows(report);
    Optional<Finding> torn =
        report.torn()
            ? Optional.of(
                Finding.of(Finding.Kind.HALF_A_LINE, "the last line of the log has no end"))
            : Optional.empty();
    if (repair && !(wrong.isEmpty() && torn.isEmpty())) {
      String how =
          "made again from the log"
              + parts
                  .rows()
                  .rebuild(!wrong.isEmpty())
                  .map(where -> "; the old ones moved to " + where)
                  .orElse("");
      torn.ifPresent(finding -> findings.add(finding.repaired("cut off")));
      wrong.forEach(finding -> findings.add(finding.repaired(how)));
    } else {
      torn.ifPresent(findings::add);
      findings.addAll(wrong);
    }
    linked.stream().filter(this::isMissing).forEach(this::missing);
  }

  private static List<Finding> rows(RowsCheck.Report report) {
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
    return wrong;
  }

  /** It may have been taken out since, and then its bytes may be gone by right. */
  private boolean isMissing(Digest blob) {
    return parts.registry().blobs().size(blob).isEmpty() && parts.rows().isLinked(blob);
  }

  private void missing(Digest blob) {
    findings.add(
        Finding.of(Finding.Kind.MISSING_BLOB, blob + " is missing, readable in a repository"));
  }

  private void evidence() {
    List<Finding> found = look(parts.registry());
    if (!found.isEmpty() && repair) {
      parts.alone().during(registry -> restore(registry, found));
    } else if (!found.isEmpty()) {
      // What somebody was just about to write is there at the second look.
      found.retainAll(look(parts.registry()));
    }
    findings.addAll(found);
  }

  private List<Finding> look(Registry registry) {
    List<Finding> found = new ArrayList<>();
    EvidenceCheck check =
        new EvidenceCheck(registry, root.map(it -> new Evidence(registry, it)), found::add);
    try {
      check.run();
    } catch (Failure e) {
      requireBad(e);
      found.add(unread(e));
    }
    bundles = check.bundles();
    return found;
  }

  /** A place that cannot be read as the registry's is a finding; the rest is looked at. */
  private Finding unread(Failure e) {
    boolean inTheWay =
        findings.stream()
            .anyMatch(finding -> finding.kind() == Finding.Kind.STRAY && finding.done().isEmpty());
    return inTheWay
        ? Finding.of(
            Finding.Kind.STRAY, "the index cannot be looked at to its end: " + e.getMessage())
        : Finding.of(Finding.Kind.EVIDENCE, "the index: " + e.getMessage());
  }

  /** What the index lacks is in the signed bundles. */
  private void restore(Registry registry, List<Finding> found) {
    found.clear();
    found.addAll(look(registry));
    if (root.isEmpty() || found.stream().noneMatch(Fsck::isOfIndex)) {
      return;
    }
    new Restoration(new EvidenceAtHand(registry, root.get()), progress).rows();
    found.replaceAll(finding ->
        isOfIndex(finding) ? finding.repaired("what the bundles say is noted again") : finding);
  }

  private static boolean isOfIndex(Finding finding) {
    return finding.kind() == Finding.Kind.INDEX;
  }

  /** What cannot be read is another answer than what does not hold. */
  static void requireBad(Failure e) {
    if (e.code() != ExitCode.BAD_EVIDENCE) {
      throw e;
    }
  }
}
