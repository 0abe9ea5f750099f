package dev.selfsame.upkeep;

import dev.selfsame.outcome.ExitCode;
import java.util.List;

/**
 * What a check of a registry found.
 *
 * @param findings in the order in which they were found
 * @param blobs how many blobs were read
 * @param bytes how many bytes they have
 * @param changes how many changes the log has
 * @param bundles how many signed bundles were looked at
 */
public record Findings(List<Finding> findings, long blobs, long bytes, long changes, long bundles) {
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
