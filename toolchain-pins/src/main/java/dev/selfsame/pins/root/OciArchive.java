package dev.selfsame.pins.root;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.nio.file.Path;

/**
 * A root as a docker-archive file, for engines that take images alone.
 *
 * @param file the archive, such as {@code docker load} reads
 * @param name the name that the image gets when it is loaded
 * @param diffId the one layer's DiffID, equal to the root's
 * @param config digest of the configuration, by which Docker finds the image
 * @param manifest digest of the manifest that a registry would hold for it
 */
public record OciArchive(Path file, String name, Digest diffId, Digest config, Digest manifest) {
  public OciArchive {
    requireNonNull(file);
    requireNonNull(name);
    requireNonNull(diffId);
    requireNonNull(config);
    requireNonNull(manifest);
  }
}
