package dev.selfsame.pins.root;

import java.util.List;

/**
 * What of a pin stands in the cache, and whether it is still right.
 *
 * @param packagesPresent how many of its packages (or its image's blobs) are there
 * @param packages how many it has; 0 for an image that was never fetched
 * @param rootPresent whether its root is there
 * @param damage what is no longer what its digest says, one line each, sorted
 */
public record CacheCheck(
    int packagesPresent, int packages, boolean rootPresent, List<String> damage) {
  public CacheCheck {
    damage = damage.stream().sorted().toList();
  }
}
