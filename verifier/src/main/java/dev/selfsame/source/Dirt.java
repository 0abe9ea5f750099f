package dev.selfsame.source;

/** What happens to a work tree that differs from its commit. */
public enum Dirt {
  /** It is refused. */
  REFUSED,
  /** The work tree is packaged as it stands, and the source is marked dirty where it differs. */
  ALLOWED
}
