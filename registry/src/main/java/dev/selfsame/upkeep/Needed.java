package dev.selfsame.upkeep;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Blob;

/** Blobs that must stay though no repository links them. */
public interface Needed {

  /**
   * Takes in what has come since it was last called; what was needed then may stay so.
   *
   * @throws dev.selfsame.outcome.Failure where it cannot be told what is needed: then nothing may
   *     be removed
   */
  void refresh();

  /**
   * Looks into a blob that nobody is known to need: it may say itself that it is needed, and others
   * with it.
   */
  void look(Blob blob);

  /** Whether this one was needed when it was last looked. */
  boolean needs(Digest blob);
}
