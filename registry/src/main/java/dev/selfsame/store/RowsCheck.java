package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The rows of the server's repositories, and the log that they are a copy of. */
public interface RowsCheck {

  /**
   * What was found.
   *
   * @param changes how many changes the log has
   * @param torn whether something follows the log's last change that has no end
   * @param unusable why the rows cannot be read at all; empty where they can, or there are none
   * @param beyond whether the rows go further than the log, or know another one: then the log was
   *     cut off or written anew
   * @param differing rows that the log does not lead to and rows that are not there, a line each
   * @param unmet what manifests need and is not in their repository, a line each
   */
  record Report(
      long changes,
      boolean torn,
      Optional<String> unusable,
      boolean beyond,
      List<String> differing,
      List<String> unmet) {
    /** Neither rows nor a log, and so nothing wrong with them. */
    public static final Report NOTHING =
        new Report(0, false, Optional.empty(), false, List.of(), List.of());

    public Report {
      differing = List.copyOf(differing);
      unmet = List.copyOf(unmet);
    }
  }

  /**
   * Sets the rows against the log from its first change, and changes neither.
   *
   * @param linked told of every blob that may be read somewhere, as the log has it
   * @throws dev.selfsame.outcome.Failure exit 4 where the log does not hold; exit 3 where it cannot
   *     be read
   */
  Report run(Consumer<Digest> linked);

  /** Whether a blob may be read somewhere now, which it may have been only while all was read. */
  boolean isLinked(Digest blob);

  /**
   * Makes the rows again from the log, and takes away what has no end there.
   *
   * @param keeping whether the old rows are kept where nothing reads them: they may be the only
   *     witness of what the log has lost
   * @return where they are kept, for people; empty where they are not
   */
  Optional<String> rebuild(boolean keeping);
}
