package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.util.Optional;

/**
 * What stands at a target.
 *
 * @param described one line for people
 * @param runs SHA-256 of the bytes that run now, read from where they run; empty where nothing
 *     runs, or it cannot be told
 * @param settings the fingerprint it was deployed with; empty where nobody wrote one down
 * @param well whether it answers as healthy and ready
 */
public record Standing(
    String described, Optional<Digest> runs, Optional<Digest> settings, boolean well) {
  public Standing {
    requireNonNull(described);
    requireNonNull(runs);
    requireNonNull(settings);
  }

  /** Whether a deployment of these bytes with these settings would change nothing. */
  public boolean is(Digest artifact, Digest fingerprint) {
    return well
        && runs.filter(artifact::equals).isPresent()
        && settings.filter(fingerprint::equals).isPresent();
  }
}
