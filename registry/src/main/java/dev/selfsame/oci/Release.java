package dev.selfsame.oci;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.Provenance;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Channel;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Blob;
import dev.selfsame.store.StoredManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a channel holds now, as an OCI artifact: the binary as the one layer of a manifest, and each
 * signed bundle behind it as a manifest that refers to that one.
 *
 * <p>The binary's manifest is a function of name and bytes alone, so that its digest is the same in
 * every registry and after every promotion. A bundle's manifest has the form that cosign gives it.
 *
 * <p>Where the promotion carries a runtime image, that is served beside it: its manifest as it was
 * stated, and the statements as manifests that refer to it.
 *
 * @param seq the promotion's place in its channel
 * @param binary the promoted bytes
 * @param manifest the binary's manifest
 * @param evidence the bundles' manifests, by digest
 * @param bundles the bundles: the promotion and the builds that it rests on
 * @param image the runtime image that goes with it
 */
record Release(
    long seq,
    Blob binary,
    StoredManifest manifest,
    List<StoredManifest> evidence,
    List<Blob> bundles,
    Running image) {
  /** A Selfsame binary. */
  static final String BINARY = "application/vnd.selfsame.binary.v1";

  /** The config of what needs none, {@code {}}. */
  static final byte[] EMPTY = "{}".getBytes(StandardCharsets.UTF_8);

  static final Digest EMPTY_DIGEST = Digest.sha256(EMPTY);

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final String TITLE = "org.opencontainers.image.title";

  Release {
    evidence = List.copyOf(evidence);
    bundles = List.copyOf(bundles);
  }

  /** The runtime image of a release. */
  sealed interface Running {}

  /** The promotion carries none. */
  record NoImage() implements Running {}

  /**
   * It carries one that is not served.
   *
   * @param why one line
   */
  record Withheld(String why) implements Running {}

  /**
   * It carries one.
   *
   * @param manifest as it was stated
   * @param blobs the configuration and the layers
   * @param evidence the statements' manifests, by digest
   * @param bundles the statements
   */
  record Image(
      StoredManifest manifest, List<Blob> blobs, List<StoredManifest> evidence, List<Blob> bundles)
      implements Running {
    Image {
      blobs = List.copyOf(blobs);
      evidence = List.copyOf(evidence);
      bundles = List.copyOf(bundles);
    }

    /**
     * Makes it.
     *
     * @param bytes the manifest's, hashed
     * @param statements the bundles that state it
     */
    static Image of(Digest digest, byte[] bytes, List<Blob> blobs, List<Blob> statements) {
      StoredManifest manifest = Manifest.parse(bytes, MediaTypes.MANIFEST).stored(digest, bytes);
      return new Image(
          manifest,
          blobs,
          statements.stream()
              .map(one -> bundle(one, ImageClaim.PREDICATE_TYPE, manifest))
              .sorted(Comparator.comparing(StoredManifest::digest))
              .toList(),
          statements);
    }
  }

  /**
   * Makes them.
   *
   * @param promotion verified
   * @param promoted its bundle's size
   * @param builds the bundles behind it
   */
  static Release of(
      ArtifactName name,
      Channel.Promotion promotion,
      Blob binary,
      Blob promoted,
      List<Blob> builds,
      Running image) {
    StoredManifest manifest = binary(name, binary);
    List<StoredManifest> evidence = new ArrayList<>();
    evidence.add(bundle(promoted, PromotionClaim.PREDICATE_TYPE, manifest));
    builds.forEach(build -> evidence.add(bundle(build, Provenance.PREDICATE_TYPE, manifest)));
    evidence.sort(Comparator.comparing(StoredManifest::digest));
    List<Blob> bundles = new ArrayList<>(builds);
    bundles.add(promoted);
    return new Release(promotion.seq(), binary, manifest, evidence, bundles, image);
  }

  /** A binary's manifest: a function of name and bytes alone. */
  static StoredManifest binary(ArtifactName name, Blob binary) {
    ObjectNode layer = descriptor("application/octet-stream", binary.digest(), binary.size());
    layer.putObject("annotations").put(TITLE, lastOf(name));
    return manifest(BINARY, layer, null, null);
  }

  /** Every manifest: the binary's, the image's and those of their evidence. */
  Stream<StoredManifest> manifests() {
    Stream<StoredManifest> all = Stream.concat(Stream.of(manifest), evidence.stream());
    return image instanceof Image running
        ? Stream.of(all, Stream.of(running.manifest()), running.evidence().stream())
            .flatMap(manifests -> manifests)
        : all;
  }

  /** Every blob: the binary, the bundles and what the image is made of. */
  Stream<Blob> blobs() {
    Stream<Blob> all = Stream.concat(Stream.of(binary), bundles.stream());
    return image instanceof Image running
        ? Stream.of(all, running.blobs().stream(), running.bundles().stream())
            .flatMap(blobs -> blobs)
        : all;
  }

  /** The manifests that refer to a manifest. */
  List<StoredManifest> referrers(Digest subject) {
    if (manifest.digest().equals(subject)) {
      return evidence;
    }
    return image instanceof Image running && running.manifest().digest().equals(subject)
        ? running.evidence()
        : List.of();
  }

  private static String lastOf(ArtifactName name) {
    return name.value().substring(name.value().lastIndexOf('/') + 1);
  }

  /** A bundle's manifest, which refers to a binary's. */
  static StoredManifest bundle(Blob bundle, String predicateType, StoredManifest subject) {
    ObjectNode annotations = JSON.objectNode();
    annotations.put("dev.sigstore.bundle.content", "dsse-envelope");
    annotations.put("dev.sigstore.bundle.predicateType", predicateType);
    return manifest(
        Bundle.MEDIA_TYPE,
        descriptor(Bundle.MEDIA_TYPE, bundle.digest(), bundle.size()),
        subject,
        annotations);
  }

  private static StoredManifest manifest(
      String artifactType,
      ObjectNode layer,
      @Nullable StoredManifest subject,
      @Nullable ObjectNode annotations) {
    ObjectNode root = JSON.objectNode();
    root.put("schemaVersion", 2);
    root.put("mediaType", MediaTypes.MANIFEST);
    root.put("artifactType", artifactType);
    root.set("config", descriptor(MediaTypes.EMPTY, EMPTY_DIGEST, EMPTY.length));
    root.putArray("layers").add(layer);
    if (subject != null) {
      root.set(
          "subject", descriptor(subject.mediaType(), subject.digest(), subject.bytes().length));
    }
    if (annotations != null) {
      root.set("annotations", annotations);
    }
    byte[] bytes = root.toString().getBytes(StandardCharsets.UTF_8);
    return Manifest.parse(bytes, MediaTypes.MANIFEST).stored(Digest.sha256(bytes), bytes);
  }

  private static ObjectNode descriptor(String mediaType, Digest digest, long size) {
    ObjectNode descriptor = JSON.objectNode();
    descriptor.put("mediaType", mediaType);
    descriptor.put("digest", digest.toString());
    descriptor.put("size", size);
    return descriptor;
  }
}
