package dev.selfsame.store.wire;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.digest.Digest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bundles that a server has, and some of the blobs that belong to them:
 *
 * <pre>
 * {"bundles":["sha256:…"],"blobs":[{"digest":"sha256:…","size":9,"content":"BASE64"}]}
 * </pre>
 *
 * @param bundles of a channel by their place, else sorted
 * @param blobs what is there of them and of the binaries that they speak of
 */
public record Offer(List<Digest> bundles, List<Item> blobs) {
  public Offer {
    bundles = List.copyOf(bundles);
    blobs = List.copyOf(blobs);
  }

  /**
   * A blob that is there.
   *
   * @param size in bytes
   * @param content its bytes, null where they have to be asked for
   */
  @SuppressWarnings("ArrayRecordComponent") // hashed, never compared
  public record Item(Digest digest, long size, byte @Nullable [] content) {
    public Item {
      requireNonNull(digest);
    }
  }

  public byte[] json() {
    ObjectNode root = StrictJson.newObject();
    ArrayNode list = root.putArray("bundles");
    bundles.forEach(bundle -> list.add(bundle.toString()));
    ArrayNode items = root.putArray("blobs");
    for (Item item : blobs) {
      ObjectNode node = items.addObject();
      node.put("digest", item.digest().toString()).put("size", item.size());
      if (item.content() != null) {
        node.put("content", Base64.getEncoder().encodeToString(item.content()));
      }
    }
    return StrictJson.compact(root);
  }

  /**
   * Reads it.
   *
   * @throws dev.selfsame.evidence.MalformedDocumentException where it is not of the form
   */
  public static Offer parse(byte[] json) {
    Fields root = StrictJson.object(json);
    List<Digest> bundles = new ArrayList<>();
    for (JsonNode bundle : Names.texts(root, "bundles")) {
      bundles.add(digest(bundle.textValue()));
    }
    List<Item> blobs = new ArrayList<>();
    for (Fields item : root.objects("blobs")) {
      long size = item.integer("size");
      if (size < 0) {
        throw Fields.malformed(item.at("size") + " is less than nothing");
      }
      blobs.add(
          new Item(
              digest(item.text("digest")),
              size,
              item.has("content") ? item.base64("content") : null));
    }
    return new Offer(bundles, blobs);
  }

  static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw Fields.malformed(String.valueOf(e.getMessage()));
    }
  }
}
