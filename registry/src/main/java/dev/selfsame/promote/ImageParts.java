package dev.selfsame.promote;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.json.Fields;
import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.digest.Digest;
import dev.selfsame.digest.DigestingOutputStream;
import dev.selfsame.evidence.ImageRecipe;
import dev.selfsame.evidence.MalformedDocumentException;
import dev.selfsame.outcome.Failure;
import dev.selfsame.pins.root.BinaryLayer;
import dev.selfsame.pins.root.ImageConfig;
import dev.selfsame.store.ReadableBlobs;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Holds an image's blobs against the recipe that they are said to come from. What a builder says of
 * an image is not believed where it can be seen: that its program is the artifact, and that it is
 * run as the recipe says. That its first layer is the base, whoever unpacks it checks by its
 * DiffID, which is looked at here.
 */
final class ImageParts {
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final int MAX_DOCUMENT = 1 << 20;

  private final ReadableBlobs blobs;
  private final Image image;

  private ImageParts(ReadableBlobs blobs, Image image) {
    this.blobs = blobs;
    this.image = image;
  }

  /**
   * Checks an image whose blobs, and whose program's, are in the registry.
   *
   * @throws Failure exit 4 where one is missing or altered, or the image is not the recipe's
   */
  static void require(ReadableBlobs blobs, Image image) {
    try {
      new ImageParts(blobs, image).check();
    } catch (MalformedDocumentException e) {
      throw bad(image, String.valueOf(e.getMessage()));
    }
  }

  private void check() {
    ImageRecipe recipe = image.recipe();
    Fields manifest = document(image.manifest());
    manifest.only("schemaVersion", "mediaType", "config", "layers");
    List<Fields> layers = manifest.objects("layers");
    if (manifest.integer("schemaVersion") != 2
        || !manifest.text("mediaType").equals(MANIFEST)
        || layers.size() != 2) {
      throw Fields.malformed("its manifest is no OCI manifest of two layers");
    }
    BinaryLayer.Written program = program(recipe);
    Digest config = part(manifest.object("config"), CONFIG);
    part(layers.getFirst(), LAYER);
    if (!part(layers.getLast(), LAYER).equals(program.digest())) {
      throw Fields.malformed("its second layer is not that of the artifact");
    }
    Fields configured = document(config);
    ArrayNode diffIds = array(List.of(recipe.baseDiffId(), program.diffId()));
    if (!configured.object("rootfs").any("diff_ids").equals(diffIds)) {
      throw Fields.malformed("its layers are not the base and the artifact");
    }
    requireRunAs(configured.object("config"), ImagePlan.config(recipe));
  }

  /** Compares what is said of running it, whole: nothing may stand there that is not asked for. */
  private static void requireRunAs(Fields found, ImageConfig asked) {
    ObjectNode wanted = StrictJson.newObject();
    wanted.put("User", asked.user());
    wanted.set("Entrypoint", array(asked.entrypoint()));
    wanted.set("Cmd", array(asked.arguments()));
    ObjectNode ports = wanted.putObject("ExposedPorts");
    asked.ports().forEach(port -> ports.putObject(port + "/tcp"));
    ObjectNode labels = wanted.putObject("Labels");
    asked.labels().forEach(labels::put);
    ObjectNode there = found.node().deepCopy();
    if (!withoutEmpty(there).equals(withoutEmpty(wanted))) {
      throw Fields.malformed("it is not run as its recipe says");
    }
  }

  /** Nothing is asked by a list or table that is there and empty. */
  private static ObjectNode withoutEmpty(ObjectNode settings) {
    List<String> names = settings.properties().stream().map(Map.Entry::getKey).toList();
    for (String name : names) {
      if (settings.path(name).isContainerNode() && settings.path(name).isEmpty()) {
        settings.remove(name);
      }
    }
    return settings;
  }

  private BinaryLayer.Written program(ImageRecipe recipe) {
    Digest artifact = recipe.artifact();
    long size =
        blobs
            .size(artifact)
            .orElseThrow(() -> bad(image, "its artifact %s is missing".formatted(artifact)));
    try {
      return ImagePlan.layer(recipe.settings())
          .write(out -> blobs.copy(artifact, out), size, OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw bad(image, String.valueOf(e.getMessage()));
    }
  }

  /** A blob that the manifest names, hashed. */
  private Digest part(Fields descriptor, String mediaType) {
    descriptor.only("mediaType", "digest", "size");
    Digest digest = digest(descriptor.text("digest"));
    DigestingOutputStream count = new DigestingOutputStream(OutputStream.nullOutputStream());
    blobs.copy(digest, count);
    if (!descriptor.text("mediaType").equals(mediaType)
        || descriptor.integer("size") != count.count()) {
      throw Fields.malformed("its manifest describes %s wrongly".formatted(digest));
    }
    return digest;
  }

  private static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw Fields.malformed("its manifest has a digest that is none");
    }
  }

  private Fields document(Digest digest) {
    return StrictJson.object(blobs.read(digest, MAX_DOCUMENT));
  }

  private static ArrayNode array(Collection<?> texts) {
    ArrayNode array = StrictJson.newObject().putArray("x");
    texts.forEach(text -> array.add(text.toString()));
    return array;
  }

  private static Failure bad(Image image, String why) {
    return Failure.badEvidence(
        "image %s by %s is not what its statement says: %s"
            .formatted(image.manifest(), image.operator(), why),
        "treat the builder as compromised until it is known why");
  }
}
