package dev.selfsame.pins.root;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import dev.selfsame.pins.ImageRoot;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which root an image's layers gave, and what was seen of the image then. A pin that says anything
 * else of it is held against the registry's documents anew, and contradicts them then too.
 *
 * @param root DiffID of all layers flattened
 * @param manifest digest of the platform's manifest
 * @param config digest of the configuration that the manifest names
 * @param index digest of the index that was asked whether it names the manifest, null where none
 *     was
 */
record ImagePointer(Digest root, Digest manifest, Digest config, @Nullable Digest index) {
  private static final String NONE = "-";

  ImagePointer {
    requireNonNull(root);
    requireNonNull(manifest);
    requireNonNull(config);
  }

  /** Whether all that a pin says of its image was seen. */
  boolean fits(ImageRoot image) {
    return fits(image.manifest(), manifest)
        && fits(image.config(), config)
        && fits(image.index(), index);
  }

  private static boolean fits(@Nullable Digest said, @Nullable Digest seen) {
    return said == null || said.equals(seen);
  }

  /** Four lines; {@link #parse} reads them. */
  String text() {
    return "%s\n%s\n%s\n%s\n".formatted(root, manifest, config, index == null ? NONE : index);
  }

  /** Empty for any other text, such as that of older versions: the image is then pulled again. */
  static Optional<ImagePointer> parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() != 4) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ImagePointer(
              Digest.parse(lines.get(0)),
              Digest.parse(lines.get(1)),
              Digest.parse(lines.get(2)),
              lines.get(3).equals(NONE) ? null : Digest.parse(lines.get(3))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
