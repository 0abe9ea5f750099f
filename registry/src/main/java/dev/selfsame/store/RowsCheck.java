package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Sets a database's rows against the log that they are a copy of, and changes neither. */
public interface RowsCheck {

  /**
   * What was found.
   *
   * @param unusable why the rows cannot be read at all; empty where they can, or there are none
   * @param beyond whether the rows go further than the log, or know another one: then the log was
   *     cut off or written anew
   * @param differing rows that the log does not lead to and rows that are not there, a line each
   * @param unmet what manifests need and is not in their repository, a line each
   */
  record Report(
      Optional<String> unusable, boolean beyond, List<String> differing, List<String> unmet) {
    public Report {
      differing = List.copyOf(differing);
      unmet = List.copyOf(unmet);
    }
  }

  /**
   * Looks.
   *
   * @param linked told of every blob that may be read somewhere, as the log has it
   * @throws dev.selfsame.outcome.Failure exit 4 where the log does not hold; exit 3 where it cannot
   *     be read
   */
  Report run(Consumer<Digest> linked);
}
