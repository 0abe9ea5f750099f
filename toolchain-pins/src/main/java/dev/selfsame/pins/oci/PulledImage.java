package dev.selfsame.pins.oci;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.nio.file.Path;
import java.util.List;

/**
 * An image whose manifest, configuration and layers are on the disk, each of the right digest.
 *
 * @param manifest digest of the platform's manifest
 * @param config digest of the configuration
 * @param layers from the lowest to the highest
 */
public record PulledImage(Digest manifest, Digest config, List<Layer> layers) {
  public PulledImage {
    requireNonNull(manifest);
    requireNonNull(config);
    layers = List.copyOf(layers);
  }

  /**
   * One layer.
   *
   * @param file the blob, compressed or not
   * @param diffId SHA-256 that its uncompressed tar must have
   */
  public record Layer(Path file, Digest diffId) {
    public Layer {
      requireNonNull(file);
      requireNonNull(diffId);
    }
  }
}
