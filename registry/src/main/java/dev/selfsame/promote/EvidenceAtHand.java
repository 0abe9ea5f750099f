package dev.selfsame.promote;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.store.Registry;
import dev.selfsame.store.Seen;

/** Evidence in a registry that this process may work at, and not only ask. */
public final class EvidenceAtHand extends Evidence {
  private final Registry registry;

  /** See {@link Evidence}. */
  public EvidenceAtHand(Registry registry, TrustRoot root, Seen seen) {
    super(registry, root, seen);
    this.registry = registry;
  }

  /** Of a registry of which nothing is remembered. */
  public EvidenceAtHand(Registry registry, TrustRoot root) {
    this(registry, root, Seen.NOTHING);
  }

  @Override
  public Registry registry() {
    return registry;
  }
}
