package dev.selfsame.audit;

import dev.selfsame.outcome.ExitCode;
import java.util.Collection;
import java.util.List;

/**
 * Which of several exit codes speaks for all. Bad evidence comes before what could not be told,
 * since somebody may be attacking; what could not be told before a no, since behind it may be
 * anything. A wrong command line and a bug leave nothing answered and come before all.
 */
public final class Badness {
  private static final List<ExitCode> WORST_FIRST =
      List.of(
          ExitCode.BUG,
          ExitCode.USAGE,
          ExitCode.BAD_EVIDENCE,
          ExitCode.UNDECIDED,
          ExitCode.NO,
          ExitCode.YES);

  private Badness() {}

  /** The worst of them; of none, that nothing could be told: no answer is no yes. */
  public static ExitCode worst(Collection<ExitCode> codes) {
    for (ExitCode code : WORST_FIRST) {
      if (codes.contains(code)) {
        return code;
      }
    }
    return ExitCode.UNDECIDED;
  }
}
