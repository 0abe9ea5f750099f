package dev.selfsame.audit.gate;

import static java.util.Objects.requireNonNull;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a gate asks. What is null or empty asks nothing; that a binary is promoted is always asked.
 *
 * @param name the only name that may make a binary promoted, or null for any
 * @param channel the channel
 * @param minimumOperators how many operators must each have a build that counts, 1 or more
 * @param maximumAge how long ago the promotion may have been decided, by the promoter's clock
 * @param pins environments; a build in another one does not count
 * @param reproducible whether only builds count that were repeated, with and without variation, to
 *     the same bytes
 */
public record GatePolicy(
    @Nullable ArtifactName name,
    ChannelName channel,
    int minimumOperators,
    @Nullable Duration maximumAge,
    List<AllowedPin> pins,
    boolean reproducible) {

  public GatePolicy {
    requireNonNull(channel);
    if (minimumOperators < 1) {
      throw new IllegalArgumentException("no operator at all cannot be enough");
    }
    if (maximumAge != null && !maximumAge.isPositive()) {
      throw new IllegalArgumentException("nothing can be that young: " + maximumAge);
    }
    pins = List.copyOf(pins);
  }

  /** Asks nothing but that it is promoted into the channel. */
  public static GatePolicy of(ChannelName channel) {
    return new GatePolicy(null, channel, 1, null, List.of(), false);
  }
}
