package dev.selfsame.outcome;

/** The exit codes of every command. A caller must read an unknown code as a failure. */
public enum ExitCode {
  /** A proven yes, and nothing else. */
  YES(0),
  /** A proven no: differs, not promoted, unknown to the registry. */
  NO(1),
  /** The command line, a configuration file or a pin file is wrong. */
  USAGE(2),
  /** Could not tell: no engine, registry unreachable, build failed, time-out. */
  UNDECIDED(3),
  /** A signature, log proof or trust root does not hold. */
  BAD_EVIDENCE(4),
  /** A bug in Selfsame. */
  BUG(70);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** The process's exit status, 0 to 70. */
  public int status() {
    return status;
  }
}
