package dev.selfsame.promote;

import static java.util.Objects.requireNonNull;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.digest.Digest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a channel asks of an artifact. An empty list asks nothing.
 *
 * @param digest SHA-256 of the policy file's bytes, which promotions carry
 * @param minimumOperators how many operators must each have a build that meets everything, 1 or
 *     more
 * @param builders builder ids that count
 * @param pins environments whose builds count
 * @param controlsIdentical whether at least two control builds must have given the same bytes
 * @param variedIdentical whether a varied build must have given the same bytes
 * @param stripStates strip states that count: {@code full}, {@code debug-stripped}, {@code
 *     stripped}
 * @param sources repositories that count, as the build record writes them
 * @param cleanSource whether the work tree must have been equal to its commit
 * @param maxEvidenceAge how long ago a build may have ended, by the builder's clock; null asks
 *     nothing
 * @param lifetime how long a promotion counts; null means without end
 */
public record Policy(
    Digest digest,
    int minimumOperators,
    List<String> builders,
    List<AllowedPin> pins,
    boolean controlsIdentical,
    boolean variedIdentical,
    List<String> stripStates,
    List<String> sources,
    boolean cleanSource,
    @Nullable Duration maxEvidenceAge,
    @Nullable Duration lifetime) {

  public Policy {
    requireNonNull(digest);
    if (minimumOperators < 1) {
      throw new IllegalArgumentException("no operator at all cannot be enough");
    }
    builders = List.copyOf(builders);
    pins = List.copyOf(pins);
    stripStates = List.copyOf(stripStates);
    sources = List.copyOf(sources);
  }
}
