package dev.selfsame.pins.root;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.nio.file.Path;

/**
 * A root filesystem on the disk, whole and checked. It belongs to the cache: mount it read-only.
 *
 * @param directory the folder that becomes {@code /}
 * @param diffId SHA-256 of the root as an uncompressed layer tar
 */
public record Root(Path directory, Digest diffId) {
  public Root {
    requireNonNull(directory);
    requireNonNull(diffId);
  }
}
