package dev.selfsame.pins;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A root that is a published image. At least one of index and manifest is known, and decides; the
 * tag in the reference is for people alone.
 *
 * @param reference such as {@code docker.io/library/rust:1.97.1-slim-bookworm}
 * @param index digest of the image index
 * @param manifest digest of the platform's manifest
 * @param config digest of the image's configuration, which Docker calls the image ID
 */
public record ImageRoot(
    String reference, @Nullable Digest index, @Nullable Digest manifest, @Nullable Digest config)
    implements PinRoot {
  public ImageRoot {
    requireNonNull(reference);
    if (index == null && manifest == null) {
      throw new IllegalArgumentException("an image needs an index or a manifest digest");
    }
  }
}
