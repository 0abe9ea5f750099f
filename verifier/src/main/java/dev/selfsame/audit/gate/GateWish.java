package dev.selfsame.audit.gate;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one place, the command line or a file, says of a gate. What is null or empty it leaves to
 * the other.
 *
 * @param binaries places or patterns of paths, as they were written
 * @param minimumOperators from 1
 * @param maximumAge more than nothing
 * @param pins environments whose builds count
 * @param reproducible whether builds must have been repeated
 */
public record GateWish(
    List<String> binaries,
    @Nullable ArtifactName name,
    @Nullable ChannelName channel,
    @Nullable Integer minimumOperators,
    @Nullable Duration maximumAge,
    List<AllowedPin> pins,
    @Nullable Boolean reproducible) {

  public GateWish {
    binaries = List.copyOf(binaries);
    pins = List.copyOf(pins);
  }

  /**
   * Both together.
   *
   * @throws Failure (usage) where both say the same thing: which one counts must not be a guess
   */
  public GateWish and(GateWish other) {
    return new GateWish(
        list("binary", binaries, other.binaries),
        either("name", name, other.name),
        either("channel", channel, other.channel),
        either("minimum-operators", minimumOperators, other.minimumOperators),
        either("maximum-age", maximumAge, other.maximumAge),
        list("allow-pin", pins, other.pins),
        either("require-reproducible", reproducible, other.reproducible));
  }

  /** The policy, with what nobody said as usual: channel production, one operator. */
  public GatePolicy policy() {
    return new GatePolicy(
        name,
        channel == null ? ChannelName.PRODUCTION : channel,
        minimumOperators == null ? 1 : minimumOperators,
        maximumAge,
        pins,
        reproducible != null && reproducible);
  }

  private static <T> List<T> list(String key, List<T> one, List<T> other) {
    if (!one.isEmpty() && !other.isEmpty()) {
      throw twice(key);
    }
    return one.isEmpty() ? other : one;
  }

  private static <T> @Nullable T either(String key, @Nullable T one, @Nullable T other) {
    if (one != null && other != null) {
      throw twice(key);
    }
    return one == null ? other : one;
  }

  private static Failure twice(String key) {
    return Failure.usage(
        "%s is given on the command line and in the policy file".formatted(key),
        "leave one of the two out");
  }
}
