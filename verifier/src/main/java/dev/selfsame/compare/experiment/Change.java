package dev.selfsame.compare.experiment;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.Recipe;

/**
 * One setting and the value that it is to have.
 *
 * @param id stable word, such as {@code strip}
 * @param from its value now, as people read it
 * @param to its value then
 * @param edit makes it in a recipe
 */
record Change(String id, String from, String to, Edit edit) {
  /** What stands for a value that a recipe leaves to the project or to the compiler. */
  static final String UNSET = "not set";

  Change {
    requireNonNull(id);
    requireNonNull(from);
    requireNonNull(to);
    requireNonNull(edit);
  }

  /** Makes one change in a recipe. */
  @FunctionalInterface
  interface Edit {
    /**
     * The recipe with the change.
     *
     * @throws dev.selfsame.outcome.Failure where what it needs cannot be had
     */
    Recipe of(Recipe recipe) throws InterruptedException;
  }

  /** For people, such as {@code strip: symbols → none}. */
  String title() {
    return "%s: %s → %s".formatted(id, from, to);
  }
}
