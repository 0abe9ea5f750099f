package dev.selfsame.promote;

import dev.selfsame.attest.TrustRoot;
import dev.selfsame.store.Catalogue;

/** How a registry at hand is written to. */
public interface Writing {

  /** What is done meanwhile. */
  interface Work<T> {
    T with(EvidenceAtHand evidence, Catalogue catalogue);
  }

  /**
   * Does some work while nobody else writes, other processes included, and the catalogue is in step
   * with the evidence.
   *
   * @throws dev.selfsame.outcome.Failure as the work does; exit 3 where others write for too long,
   *     or the registry cannot be written
   */
  <T> T exclusively(TrustRoot root, Work<T> work);
}
