package dev.selfsame.pins.root;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.nio.file.Path;
import java.util.List;

/**
 * An image as an OCI registry holds it, each part a file.
 *
 * @param manifest its manifest, of type {@code application/vnd.oci.image.manifest.v1+json}
 * @param parts the manifest, the configuration and the layers
 */
public record OciImage(Digest manifest, List<Part> parts) {
  public OciImage {
    requireNonNull(manifest);
    parts = List.copyOf(parts);
    if (parts.stream().noneMatch(part -> part.digest().equals(manifest))) {
      throw new IllegalArgumentException("the manifest is not among the parts");
    }
  }

  /**
   * A blob of the image.
   *
   * @param digest SHA-256 of the file
   * @param file where it stands
   */
  public record Part(Digest digest, Path file) {
    public Part {
      requireNonNull(digest);
      requireNonNull(file);
    }
  }
}
