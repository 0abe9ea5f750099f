package dev.selfsame.outcome;

import org.jspecify.annotations.Nullable;

/**
 * The one exception that users see: what failed and on which input, the next step, and the exit
 * code. Printed as {@code error: …} and {@code hint: …}, each on one line.
 */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode code;
  private final String hint;

  /**
   * @param code any code but {@link ExitCode#YES}
   * @param what what failed and on which input, one line without a full stop
   * @param hint the next step, one line
   * @param cause shown with {@code --debug} only
   */
  public Failure(ExitCode code, String what, String hint, @Nullable Throwable cause) {
    super(oneLine(what), cause);
    if (code == ExitCode.YES) {
      throw new IllegalArgumentException("a failure cannot be a yes");
    }
    this.code = code;
    this.hint = oneLine(hint);
  }

  public Failure(ExitCode code, String what, String hint) {
    this(code, what, hint, null);
  }

  /** A wrong command line, configuration or pin file (exit 2). */
  public static Failure usage(String what, String hint) {
    return new Failure(ExitCode.USAGE, what, hint);
  }

  /** The question could not be answered (exit 3). */
  public static Failure undecided(String what, String hint) {
    return new Failure(ExitCode.UNDECIDED, what, hint);
  }

  /** The question could not be answered (exit 3). */
  public static Failure undecided(String what, String hint, Throwable cause) {
    return new Failure(ExitCode.UNDECIDED, what, hint, cause);
  }

  /** A signature, proof or trust root does not hold (exit 4). */
  public static Failure badEvidence(String what, String hint) {
    return new Failure(ExitCode.BAD_EVIDENCE, what, hint);
  }

  /** A proven no that ends the command (exit 1). */
  public static Failure no(String what, String hint) {
    return new Failure(ExitCode.NO, what, hint);
  }

  public ExitCode code() {
    return code;
  }

  public String hint() {
    return hint;
  }

  /**
   * A text of somebody else as one line: its control characters must not forge a second line or
   * move the cursor.
   */
  public static String oneLine(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .forEach(out::appendCodePoint);
    return out.toString().strip();
  }
}
