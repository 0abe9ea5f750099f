package dev.selfsame.oci;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.attest.Bundle;
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
 * @param seq the promotion's place in its channel
 * @param binary the promoted bytes
 * @param manifest the binary's manifest
 * @param evidence the bundles' manifests, by digest
 * @param bundles the bundles: the promotion and the builds that it rests on
 */
record Release(
    long seq,
    Blob binary,
    StoredManifest manifest,
    List<StoredManifest> evidence,
    List<Blob> bundles) {
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
      List<Blob> builds) {
    ObjectNode layer = descriptor("application/octet-stream", binary.digest(), binary.size());
    layer.putObject("annotations").put(TITLE, lastOf(name));
    StoredManifest manifest = manifest(BINARY, layer, null, null);
    List<StoredManifest> evidence = new ArrayList<>();
    evidence.add(bundle(promoted, PromotionClaim.PREDICATE_TYPE, manifest));
    builds.forEach(build -> evidence.add(bundle(build, Provenance.PREDICATE_TYPE, manifest)));
    evidence.sort(Comparator.comparing(StoredManifest::digest));
    List<Blob> bundles = new ArrayList<>(builds);
    bundles.add(promoted);
    return new Release(promotion.seq(), binary, manifest, evidence, bundles);
  }

  /** The binary's manifest and those of its evidence. */
  Stream<StoredManifest> manifests() {
    return Stream.concat(Stream.of(manifest), evidence.stream());
  }

  private static String lastOf(ArtifactName name) {
    return name.value().substring(name.value().lastIndexOf('/') + 1);
  }

  private static StoredManifest bundle(Blob bundle, String predicateType, StoredManifest subject) {
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
