package dev.selfsame.store;

/** A log of {@link ChainedLine}s, as a check sees it. */
public interface ChainCheck {

  /**
   * What was found.
   *
   * @param last the last line that has its end: whoever has noted its place can tell whether the
   *     log was cut off since, which the log alone does not show
   * @param torn whether something follows it that has no end
   */
  record Report(ChangeLog.Place last, boolean torn) {}

  /**
   * Reads the whole log, and changes nothing of it.
   *
   * @throws dev.selfsame.outcome.Failure exit 4 where a line was altered, left out or put in; exit
   *     3 where it cannot be read
   */
  Report run();

  /** Takes away what has no end. */
  void cutOff();
}
