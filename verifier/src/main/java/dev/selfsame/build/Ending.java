package dev.selfsame.build;

import java.time.Duration;

/** How a sandboxed command ended. */
public sealed interface Ending {

  /** Wall time from start to end. */
  Duration wall();

  /**
   * The command ended by itself.
   *
   * @param status exit status, 0 to 255; 128 + n when a signal n ended it
   */
  record Exited(int status, Duration wall) implements Ending {}

  /** It ran longer than {@link Sandbox.Limits#wall} and was killed. */
  record TimedOut(Duration wall) implements Ending {}

  /**
   * It went over another limit and was killed.
   *
   * @param limit which one, in words: {@code memory}, {@code processes}, {@code disk}, {@code log}
   * @param detail the figure that was reached and the limit, one line
   */
  record OverLimit(String limit, String detail, Duration wall) implements Ending {}
}
