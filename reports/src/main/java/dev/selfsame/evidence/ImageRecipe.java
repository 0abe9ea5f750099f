package dev.selfsame.evidence;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that decides the bytes of a runtime image: equal recipes give the same manifest on every
 * machine.
 *
 * @param artifact SHA-256 of the program
 * @param baseFile SHA-256 of the base's pin file
 * @param baseDiffId DiffID of the base's root, the image's first layer
 * @param settings what the project asks for
 * @param repository where the source is, or null where the build record names none
 * @param revision the source's commit, with {@code -dirty} after it where the work tree differed
 */
public record ImageRecipe(
    Digest artifact,
    Digest baseFile,
    Digest baseDiffId,
    ImageSettings settings,
    @Nullable String repository,
    String revision) {
  public ImageRecipe {
    requireNonNull(artifact);
    requireNonNull(baseFile);
    requireNonNull(baseDiffId);
    requireNonNull(settings);
    requireNonNull(revision);
  }

  /** Every label of the image, sorted: the project's, those of the OCI specification, our own. */
  public Map<String, String> labels() {
    Map<String, String> all = new TreeMap<>(settings.labels());
    if (repository != null) {
      all.put("org.opencontainers.image.source", repository);
    }
    all.put("org.opencontainers.image.revision", revision);
    all.put("dev.selfsame.artifact", artifact.toString());
    all.put("dev.selfsame.base", settings.base());
    all.put("dev.selfsame.base.diff-id", baseDiffId.toString());
    if (settings.config() != null) {
      all.put("dev.selfsame.config", settings.config());
    }
    return all;
  }
}
