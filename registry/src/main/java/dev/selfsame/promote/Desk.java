package dev.selfsame.promote;

import dev.selfsame.store.Catalogue;
import dev.selfsame.store.Listing;

/**
 * Where one works at a registry, here or far away.
 *
 * @param evidence read and verified here, in either case
 * @param listing what it lists for people
 * @param intake what keeps new evidence
 */
public record Desk(Evidence evidence, Listing listing, Intake intake) {

  /** At a registry at hand. */
  public static Desk at(EvidenceAtHand evidence, Catalogue catalogue) {
    return new Desk(evidence, catalogue, new Archive(evidence.registry(), catalogue));
  }
}
