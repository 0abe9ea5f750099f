package dev.selfsame.compare.experiment;

import static java.util.Objects.requireNonNull;

import dev.selfsame.evidence.Recipe;

/**
 * One thing that decides the bytes, and the value that it is to have: a setting of the recipe, or
 * what is built by it.
 *
 * @param id stable word, such as {@code strip}
 * @param from its value now, as people read it
 * @param to its value then
 * @param edit makes it in a recipe
 * @param inputs makes it in what is built
 */
record Change(String id, String from, String to, Edit edit, Inputs inputs) {
  /** What stands for a value that a recipe leaves to the project or to the compiler. */
  static final String UNSET = "not set";

  Change {
    requireNonNull(id);
    requireNonNull(from);
    requireNonNull(to);
    requireNonNull(edit);
    requireNonNull(inputs);
  }

  /** A setting of the recipe. */
  Change(String id, String from, String to, Edit edit) {
    this(id, from, to, edit, now -> now);
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

  /** Makes one change in what is built: the source, or its Cargo.lock. */
  @FunctionalInterface
  interface Inputs {
    /**
     * Builds of what is other, or the same where nothing is.
     *
     * @throws dev.selfsame.outcome.Failure where what it needs cannot be had
     */
    Rungs of(Rungs now) throws InterruptedException;
  }

  /** The same change under another word. */
  Change named(String other) {
    return new Change(other, from, to, edit, inputs);
  }

  /** For people, such as {@code strip: symbols → none}. */
  String title() {
    return "%s: %s → %s".formatted(id, from, to);
  }
}
