package dev.selfsame.upkeep.layout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.Reference;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Needs;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.TagName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings an image layout into a repository. All of it is read and hashed first, so that a layout
 * which does not hold leaves nothing behind.
 */
public final class LayoutImport {
  private static final int DEEPEST = 8;
  private static final int MOST_MANIFESTS = 10_000;
  private static final int TAGS_AT_ONCE = 16;

  private final LayoutFolder layout;

  /** Each after what it needs. */
  private final Map<Digest, Node> manifests = new LinkedHashMap<>();

  private final Map<Digest, Long> blobs = new TreeMap<>();

  @SuppressWarnings("ArrayRecordComponent") // kept, never compared
  private record Node(String mediaType, byte[] bytes, List<TagName> tags) {}

  /**
   * What was imported.
   *
   * @param tags how many
   * @param manifests how many
   * @param blobs how many, without manifests
   */
  public record Imported(int tags, int manifests, int blobs) {}

  private LayoutImport(LayoutFolder layout) {
    this.layout = layout;
  }

  /**
   * Imports a layout.
   *
   * @throws Failure exit 4 where it does not hold; exit 3 where something cannot be read or written
   */
  public static Imported of(Path layout, StagingRepositories to, RepositoryName repository) {
    LayoutImport importing = new LayoutImport(LayoutFolder.open(layout));
    importing.read();
    try {
      return importing.put(to, repository);
    } catch (OciError e) {
      throw LayoutFolder.bad(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(layout, e.getMessage()), "run the command again", e);
    }
  }

  private void read() {
    JsonNode entries = layout.index().path("manifests");
    if (!entries.isArray()) {
      throw LayoutFolder.bad("index.json has no manifests");
    }
    for (JsonNode entry : entries) {
      Digest digest = visit(entry, 0);
      JsonNode name = entry.path("annotations").path(LayoutFolder.REF_NAME);
      if (!name.isMissingNode()) {
        java.util.Objects.requireNonNull(manifests.get(digest)).tags().add(tag(name.asText()));
      }
    }
  }

  private static TagName tag(String name) {
    try {
      return new TagName(name);
    } catch (IllegalArgumentException e) {
      throw LayoutFolder.bad("'%s' is not a tag".formatted(name));
    }
  }

  private Digest visit(JsonNode descriptor, int depth) {
    Digest digest = digest(descriptor);
    if (manifests.containsKey(digest)) {
      return digest;
    }
    if (depth > DEEPEST || manifests.size() >= MOST_MANIFESTS) {
      throw LayoutFolder.bad(
          "more than %d manifests, or indexes of more than %d levels"
              .formatted(MOST_MANIFESTS, DEEPEST));
    }
    byte[] bytes = layout.manifest(digest);
    requireSize(descriptor, digest, bytes.length);
    JsonNode root = LayoutFolder.parse(bytes, digest.toString());
    root.path("manifests").forEach(child -> visit(child, depth + 1));
    for (Digest blob : Needs.of(bytes).blobs()) {
      blobs.computeIfAbsent(blob, layout::require);
    }
    manifests.put(digest, new Node(type(descriptor), bytes, new ArrayList<>()));
    return digest;
  }

  private static Digest digest(JsonNode descriptor) {
    try {
      return Digest.parse(descriptor.path("digest").asText());
    } catch (IllegalArgumentException e) {
      throw LayoutFolder.bad("an entry has no digest (sha256 or sha512, :, lower-case hex)");
    }
  }

  private static void requireSize(JsonNode descriptor, Digest digest, long size) {
    if (descriptor.has("size") && descriptor.path("size").asLong(-1) != size) {
      throw LayoutFolder.bad("%s has %d bytes, not as many as said".formatted(digest, size));
    }
  }

  private static String type(JsonNode descriptor) {
    return descriptor.path("mediaType").asText();
  }

  private Imported put(StagingRepositories to, RepositoryName repository) throws IOException {
    for (Map.Entry<Digest, Long> blob : blobs.entrySet()) {
      String id = to.begin();
      try (InputStream in = layout.open(blob.getKey())) {
        to.append(id, 0, blob.getValue(), in);
        to.finish(repository, id, blob.getKey());
      } catch (IOException | RuntimeException e) {
        to.abandon(id);
        throw e;
      }
    }
    int tags = 0;
    for (Map.Entry<Digest, Node> entry : manifests.entrySet()) {
      put(to, repository, entry.getKey(), entry.getValue());
      tags += entry.getValue().tags().size();
    }
    return new Imported(tags, manifests.size(), blobs.size());
  }

  private static void put(
      StagingRepositories to, RepositoryName repository, Digest digest, Node node) {
    List<TagName> tags = node.tags();
    int from = 0;
    do {
      List<TagName> some = tags.subList(from, Math.min(tags.size(), from + TAGS_AT_ONCE));
      to.put(repository, new Reference.ByDigest(digest), some, node.mediaType(), node.bytes());
      from += Math.max(1, some.size());
    } while (from < tags.size());
  }
}
