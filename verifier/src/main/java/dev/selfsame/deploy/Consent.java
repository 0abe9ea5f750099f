package dev.selfsame.deploy;

import dev.selfsame.outcome.Failure;
import java.util.Optional;

/**
 * What was asked for that is refused otherwise.
 *
 * @param replace that what is there may be somebody else's, or another artifact
 * @param unwell that what runs there need not be well, where nothing else shows that the way to ask
 *     it is the right one
 * @param unseen that a process which cannot be seen from here is taken to run its file
 */
public record Consent(boolean replace, boolean unwell, boolean unseen) {
  /** To nothing. */
  public static final Consent NONE = new Consent(false, false, false);

  /**
   * Refuses to put a release in the place of another artifact.
   *
   * @param target as it was written
   * @param there the artifact that is there; empty where nothing is, or nobody knows
   * @throws Failure (usage) where it is another one, and that was not asked for
   */
  public void requireSame(String target, Optional<String> there, Release release) {
    if (!replace && there.isPresent() && !there.get().equals(release.name().value())) {
      throw Failure.usage(
          "%s is the place of another artifact: %s, and not %s"
              .formatted(target, there.get(), release.name()),
          "check the name and the target; say --replace to put the release in its place");
    }
  }
}
