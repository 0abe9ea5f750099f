package dev.selfsame.promote;

import dev.selfsame.digest.Digest;

/** Which image a promotion shall carry beside the artifact. */
public sealed interface ImageWish {
  /** The one that is stated of the artifact; none where nobody states one. */
  record Stated() implements ImageWish {}

  /** None. */
  record None() implements ImageWish {}

  /**
   * This one of several.
   *
   * @param manifest SHA-256 of its manifest
   */
  record This(Digest manifest) implements ImageWish {}
}
