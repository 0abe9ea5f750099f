package dev.selfsame.pins.root;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.nio.file.Path;

/**
 * A layer as it goes into an image.
 *
 * @param file the tar in {@link StoredGzip}'s form
 * @param diffId SHA-256 of the tar itself
 */
record ImageLayer(Path file, Digest diffId) {
  ImageLayer {
    requireNonNull(file);
    requireNonNull(diffId);
  }
}
