package dev.selfsame.upkeep.layout;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.Reference;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.ExitCode;
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
  private static final int TAGS_AT_ONCE = 16;

  private final LayoutFolder layout;

  /** Each after what it needs. */
  private final Map<Digest, Node> manifests = new LinkedHashMap<>();

  private final Map<Digest, Long> blobs = new TreeMap<>();

  /**
   * A manifest that was read; its bytes are read again when it is put, as all of them would not fit
   * into memory.
   *
   * @param contentType what it is put as; empty where it says itself what it is
   * @param size in bytes
   * @param levels of indexes below it
   */
  private record Node(String contentType, int size, int levels, List<TagName> tags) {}

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
   * @throws Failure exit 4 where it does not hold, and the hint says whether something was imported
   *     by then; exit 3 where something cannot be read or written
   */
  public static Imported of(Path layout, StagingRepositories to, RepositoryName repository) {
    LayoutImport importing = new LayoutImport(LayoutFolder.open(layout));
    importing.read();
    try {
      return importing.put(to, repository);
    } catch (OciError e) {
      throw partly(String.valueOf(e.getMessage()));
    } catch (Failure e) {
      throw e.code() == ExitCode.BAD_EVIDENCE ? partly(String.valueOf(e.getMessage())) : e;
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot read %s: %s".formatted(layout, e.getMessage()), "run the command again", e);
    }
  }

  /** What was read and held is no longer so, or the registry has its own reason. */
  private static Failure partly(String why) {
    return Failure.badEvidence(
        "imported in part: " + why,
        "what came before it was imported; mend that, and import again");
  }

  private void read() {
    layout.index(entry -> {
      Node node = visit(entry.digest(), entry.mediaType(), 0);
      requireSize(entry, node.size());
      if (entry.name() != null) {
        node.tags().add(tag(entry.name()));
      }
    });
  }

  private static TagName tag(String name) {
    try {
      return new TagName(name);
    } catch (IllegalArgumentException e) {
      throw LayoutFolder.bad("'%s' is not a tag".formatted(name));
    }
  }

  /**
   * Reads a manifest and all that it needs, unless that was done.
   *
   * @param mediaType what it is called, empty for nothing
   * @param above levels of indexes
   */
  private Node visit(Digest digest, String mediaType, int above) {
    Node known = manifests.get(digest);
    requireLevels(above + (known == null ? 0 : known.levels()));
    if (known != null) {
      return known;
    }
    byte[] bytes = layout.manifest(digest);
    JsonNode root = LayoutFolder.parse(bytes, digest.toString());
    // What an index says of it beside its digest binds nobody, as in a push.
    boolean saysItself = above > 0 && !root.path("mediaType").asText().isEmpty();
    String contentType = saysItself ? "" : mediaType;
    require(contentType, bytes, digest);
    int levels = 0;
    for (Map.Entry<Digest, String> child : children(root).entrySet()) {
      Node below = visit(child.getKey(), child.getValue(), above + 1);
      levels = Math.max(levels, 1 + below.levels());
    }
    for (Digest blob : Needs.of(bytes).blobs()) {
      blobs.computeIfAbsent(blob, layout::require);
    }
    Node node = new Node(contentType, bytes.length, levels, new ArrayList<>());
    manifests.put(digest, node);
    return node;
  }

  /** What an index lists, with what it calls each; see {@link Needs}. */
  private static Map<Digest, String> children(JsonNode root) {
    Map<Digest, String> types = new LinkedHashMap<>();
    root.path("manifests").forEach(child -> add(types, child));
    return types;
  }

  private static void add(Map<Digest, String> types, JsonNode child) {
    try {
      types.put(Digest.parse(child.path("digest").asText()), child.path("mediaType").asText());
    } catch (IllegalArgumentException none) {
      return; // Not of an index, whose entries were looked at.
    }
  }

  /** Here and not when it is put, as blobs and other manifests have been put by then. */
  private static void require(String contentType, byte[] bytes, Digest digest) {
    try {
      StagingRepositories.requireManifest(contentType, bytes);
    } catch (OciError e) {
      throw LayoutFolder.bad("%s: %s".formatted(digest, e.getMessage()));
    }
  }

  private static void requireLevels(int levels) {
    if (levels > LayoutFolder.DEEPEST) {
      throw LayoutFolder.bad(
          "indexes within indexes, of more than %d levels".formatted(LayoutFolder.DEEPEST));
    }
  }

  private static void requireSize(LayoutIndex.Entry entry, int size) {
    if (entry.size() >= 0 && entry.size() != size) {
      throw LayoutFolder.bad(
          "%s has %d bytes, not as many as said".formatted(entry.digest(), size));
    }
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

  private void put(StagingRepositories to, RepositoryName repository, Digest digest, Node node) {
    byte[] bytes = layout.manifest(digest);
    List<TagName> tags = node.tags();
    int from = 0;
    do {
      List<TagName> some = tags.subList(from, Math.min(tags.size(), from + TAGS_AT_ONCE));
      to.put(repository, new Reference.ByDigest(digest), some, node.contentType(), bytes);
      from += Math.max(1, some.size());
    } while (from < tags.size());
  }
}
