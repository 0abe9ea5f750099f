package dev.selfsame.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.Set;

/**
 * What a manifest needs in its own repository. A subject is none of it: it may come later, or
 * never.
 *
 * <p>Source: OCI Image Spec 1.1, Image Manifest and Image Index; Docker's manifest v2, schema 2.
 * The fields decide, not the media type: what is named is kept, whatever the manifest is called.
 *
 * @param blobs config and layers, without those that are kept elsewhere
 * @param manifests what an index lists
 */
public record Needs(Set<Digest> blobs, Set<Digest> manifests) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Needs {
    blobs = Set.copyOf(blobs);
    manifests = Set.copyOf(manifests);
  }

  /** Reads a manifest that was accepted; bytes that are no JSON name nothing. */
  public static Needs of(StoredManifest manifest) {
    return of(manifest.bytes());
  }

  /** Reads a manifest's bytes; those that are no JSON name nothing. */
  public static Needs of(byte[] manifest) {
    JsonNode root;
    try {
      root = JSON.readTree(manifest);
    } catch (IOException e) {
      return new Needs(Set.of(), Set.of());
    }
    SequencedSet<Digest> blobs = new LinkedHashSet<>();
    add(blobs, root.path("config"));
    for (JsonNode layer : root.path("layers")) {
      if (!isElsewhere(layer.path("mediaType").asText())) {
        add(blobs, layer);
      }
    }
    SequencedSet<Digest> manifests = new LinkedHashSet<>();
    root.path("manifests").forEach(child -> add(manifests, child));
    return new Needs(blobs, manifests);
  }

  /** Whether a layer of this media type is kept elsewhere, and need not be here. */
  public static boolean isElsewhere(String layer) {
    return layer.startsWith("application/vnd.oci.image.layer.nondistributable.")
        || layer.startsWith("application/vnd.docker.image.rootfs.foreign.");
  }

  private static void add(Set<Digest> all, JsonNode descriptor) {
    try {
      all.add(Digest.parse(descriptor.path("digest").asText()));
    } catch (IllegalArgumentException none) {
      return; // What is no digest is no blob's name.
    }
  }
}
