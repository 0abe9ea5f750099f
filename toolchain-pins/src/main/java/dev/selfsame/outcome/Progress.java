package dev.selfsame.outcome;

/**
 * Where long work says how far it is. The console draws it on stderr: a moving line on a terminal,
 * plain lines elsewhere. Implementations are safe for use by many threads.
 */
public interface Progress {

  /** Draws nothing. */
  Progress SILENT =
      new Progress() {
        @Override
        public Step begin(String what, long total, Unit unit) {
          return new Step() {
            @Override
            public void advance(long amount) {}

            @Override
            public void now(String detail) {}

            @Override
            public void close() {}
          };
        }

        @Override
        public void note(String line) {}
      };

  /** What a step counts. */
  enum Unit {
    /** Nothing countable: only the elapsed time is shown. */
    NONE,
    /** Files, crates, builds. */
    ITEMS,
    /** Bytes. */
    BYTES
  }

  /**
   * Begins a step.
   *
   * @param what the step in a few words, such as {@code fetching 116 packages}
   * @param total how much there is to do in {@code unit}, or 0 where that is unknown
   */
  Step begin(String what, long total, Unit unit);

  /** Says one line that stays, such as which engine was chosen and why. */
  void note(String line);

  /** A step under way; closing it ends it. */
  interface Step extends AutoCloseable {
    /** Adds to what has been done, in the step's unit. */
    void advance(long amount);

    /** What is being worked on just now, such as a crate's name. */
    void now(String detail);

    @Override
    void close();
  }
}
