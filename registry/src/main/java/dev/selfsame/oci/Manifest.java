package dev.selfsame.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.store.Needs;
import dev.selfsame.store.StoredManifest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a registry has to know of a manifest. Fields that it does not know are left alone.
 *
 * <p>Source: OCI Image Spec 1.1, Image Manifest and Image Index; Docker's manifest v2, schema 2.
 *
 * @param mediaType one of {@link MediaTypes#MANIFESTS}
 * @param blobs config and layers, without those that are kept elsewhere
 * @param manifests what an index lists
 * @param subject what it refers to, null for none
 * @param artifactType its own, or its config's media type, null for none
 * @param annotations as they stand, null for none
 */
record Manifest(
    String mediaType,
    List<Digest> blobs,
    List<Digest> manifests,
    @Nullable Digest subject,
    @Nullable String artifactType,
    @Nullable JsonNode annotations) {
  /** As the specification has it: registries must take manifests of 4 MiB. */
  static final int MOST_BYTES = 4 << 20;

  private static final int DEPTH = 64;
  private static final int LONGEST_TYPE = 255;

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  Manifest {
    blobs = List.copyOf(blobs);
    manifests = List.copyOf(manifests);
  }

  /**
   * Reads a manifest.
   *
   * @param contentType what its pusher calls it, without parameters; empty where they did not say
   * @throws OciError where it is malformed, or of a type that this registry does not know
   */
  static Manifest parse(byte[] bytes, String contentType) {
    JsonNode root = json(bytes);
    String own = text(root, "mediaType");
    String type = own == null ? contentType : own;
    if (!contentType.isEmpty() && !contentType.equals(type)) {
      throw invalid(
          "the manifest calls itself %s, its Content-Type %s".formatted(own, contentType));
    }
    if (!MediaTypes.MANIFESTS.contains(type)) {
      throw invalid(
          type.isEmpty() ? "a manifest needs a Content-Type" : "not a manifest's type: " + type);
    }
    if (root.path("schemaVersion").asInt() != 2) {
      throw invalid("schemaVersion is not 2");
    }
    boolean index = type.equals(MediaTypes.INDEX) || type.equals(MediaTypes.DOCKER_LIST);
    List<Digest> blobs = new ArrayList<>();
    List<Digest> manifests = new ArrayList<>();
    if (index) {
      for (JsonNode child : list(root, "manifests")) {
        manifests.add(digest(child, "manifests"));
      }
    } else {
      blobs.add(digest(root.path("config"), "config"));
      for (JsonNode layer : list(root, "layers")) {
        Digest digest = digest(layer, "layers");
        if (!Needs.isElsewhere(layer.path("mediaType").asText())) {
          blobs.add(digest);
        }
      }
    }
    JsonNode subject = root.get("subject");
    String artifactType = text(root, "artifactType");
    if (artifactType == null && !index) {
      artifactType = text(root.path("config"), "mediaType");
    }
    if (artifactType != null && artifactType.length() > LONGEST_TYPE) {
      throw invalid("artifactType has over 255 characters");
    }
    JsonNode annotations = root.get("annotations");
    requireTexts(annotations);
    return new Manifest(
        type,
        blobs,
        manifests,
        subject == null || subject.isNull() ? null : digest(subject, "subject"),
        artifactType,
        annotations == null || annotations.isNull() ? null : annotations);
  }

  /** Others list them beside their own: one that is no text would spoil the list for all. */
  private static void requireTexts(@Nullable JsonNode annotations) {
    if (annotations == null || annotations.isNull()) {
      return;
    }
    if (!annotations.isObject()) {
      throw invalid("annotations are not an object");
    }
    for (JsonNode value : annotations) {
      if (!value.isTextual()) {
        throw invalid("an annotation is not a text");
      }
    }
  }

  /** As it is kept. */
  StoredManifest stored(Digest digest, byte[] bytes) {
    ObjectNode descriptor = JSON.createObjectNode();
    descriptor.put("mediaType", mediaType);
    descriptor.put("digest", digest.toString());
    descriptor.put("size", bytes.length);
    if (artifactType != null) {
      descriptor.put("artifactType", artifactType);
    }
    if (annotations != null) {
      descriptor.set("annotations", annotations);
    }
    return new StoredManifest(
        digest, mediaType, bytes, subject, artifactType, descriptor.toString());
  }

  private static JsonNode json(byte[] bytes) {
    try {
      JsonNode root = JSON.readTree(bytes);
      if (root == null || !root.isObject()) {
        throw invalid("a manifest is a JSON object");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw invalid("not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw invalid("not JSON");
    }
  }

  private static Iterable<JsonNode> list(JsonNode root, String field) {
    JsonNode list = root.path(field);
    if (list.isMissingNode() || list.isNull()) {
      return List.of();
    }
    if (!list.isArray()) {
      throw invalid(field + " is not a list");
    }
    return list;
  }

  private static Digest digest(JsonNode descriptor, String field) {
    JsonNode digest = descriptor.path("digest");
    try {
      if (digest.isTextual()) {
        return Digest.parse(digest.asText());
      }
    } catch (IllegalArgumentException malformed) {
      throw invalid(field + " has a digest that is none");
    }
    throw invalid(field + " has no digest");
  }

  private static @Nullable String text(JsonNode node, String field) {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw invalid(field + " is not a text");
    }
    return value.asText().isEmpty() ? null : value.asText();
  }

  private static OciError invalid(String why) {
    return new OciError(OciError.Code.MANIFEST_INVALID, why);
  }

  @Override
  public String toString() {
    return "Manifest[%s, %s]".formatted(mediaType, Arrays.toString(blobs.toArray()));
  }
}
