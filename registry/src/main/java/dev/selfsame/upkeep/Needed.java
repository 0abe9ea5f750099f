package dev.selfsame.upkeep;

import dev.selfsame.digest.Digest;

/** Blobs that must stay though no repository links them. */
public interface Needed {

  /**
   * Takes in what has come since it was last called; what was needed then may stay so.
   *
   * @throws dev.selfsame.outcome.Failure where it cannot be told what is needed: then nothing may
   *     be removed
   */
  void refresh();

  /** Whether this one was needed when it was last looked. */
  boolean needs(Digest blob);
}
