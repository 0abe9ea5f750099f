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
 * @param image SHA-256 of the manifest of the image that it was made of; empty where the target is
 *     no image's
 * @param settings the fingerprint it was deployed with; empty where nobody wrote one down
 * @param secrets the mark of its secrets then; empty likewise
 * @param well whether it answers as healthy and ready
 */
public record Standing(
    String described,
    Optional<Digest> runs,
    Optional<Digest> image,
    Optional<Digest> settings,
    Optional<Mark> secrets,
    boolean well) {
  public Standing {
    requireNonNull(described);
    requireNonNull(runs);
    requireNonNull(image);
    requireNonNull(settings);
    requireNonNull(secrets);
  }

  /** Of a target without an image. */
  public Standing(
      String described,
      Optional<Digest> runs,
      Optional<Digest> settings,
      Optional<Mark> secrets,
      boolean well) {
    this(described, runs, Optional.empty(), settings, secrets, well);
  }

  /** Whether this deployment would change nothing. */
  public boolean is(Deployment deployment) {
    return isWell(deployment.artifact())
        && (image.isEmpty() || image.get().equals(deployment.image()))
        && settings.filter(deployment.settings()::equals).isPresent()
        && secrets.filter(deployment.secrets()::equals).isPresent();
  }

  /** Whether these bytes run, and are well. */
  boolean isWell(Digest artifact) {
    return well && runs.filter(artifact::equals).isPresent();
  }
}
