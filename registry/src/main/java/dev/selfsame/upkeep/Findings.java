package dev.selfsame.upkeep;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.store.ChangeLog;
import java.util.List;
import java.util.Optional;

/**
 * What a check of a registry found.
 *
 * @param findings in the order in which they were found
 * @param blobs how many blobs were read
 * @param bytes how many bytes they have
 * @param changes how many changes the log has
 * @param bundles how many signed bundles were looked at
 * @param audit where the audit log ends, which was read whole; empty where there is none, or it was
 *     altered
 */
public record Findings(
    List<Finding> findings,
    long blobs,
    long bytes,
    long changes,
    long bundles,
    Optional<ChangeLog.Place> audit) {
  public Findings {
    findings = List.copyOf(findings);
  }

  /** 0 where nothing is wrong, 4 where something touches what is believed, 1 otherwise. */
  public ExitCode code() {
    if (findings.stream().anyMatch(finding -> finding.kind().touchesTrust())) {
      return ExitCode.BAD_EVIDENCE;
    }
    return findings.isEmpty() ? ExitCode.YES : ExitCode.NO;
  }
}
