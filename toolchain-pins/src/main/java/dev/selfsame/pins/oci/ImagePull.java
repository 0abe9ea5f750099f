package dev.selfsame.pins.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.ImageRoot;
import dev.selfsame.pins.Pin;
import dev.selfsame.pins.fetch.Downloads;
import dev.selfsame.pins.fetch.Mirrors;
import dev.selfsame.pins.fetch.Origin;
import dev.selfsame.pins.fetch.SmallBody;
import dev.selfsame.pins.fetch.Wanted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;

/** Pulls the image of a pin into the cache. */
public final class ImagePull {
  private static final int MAX_MANIFEST = 4 << 20;
  private static final int MAX_LAYERS = 512;
  private static final long MAX_BLOB = 8L << 30;

  private final Downloads downloads;
  private final Progress progress;
  private final String name;
  private final List<Registry> registries;

  /**
   * @param mirrors those named for the image's registry are asked before the registry itself
   */
  public ImagePull(Downloads downloads, Mirrors mirrors, Progress progress, String reference) {
    this.downloads = downloads;
    this.progress = progress;
    this.name = reference;
    ImageName image = ImageName.parse(reference);
    this.registries =
        Stream.concat(
                mirrors.named(image.registry()).stream(),
                mirrors.publicToo() ? Stream.of(Registry.baseOf(image.registry())) : Stream.empty())
            .map(base ->
                new Registry(base, image.repository(), mirrors.registryProxies(), Logins.NONE))
            .toList();
  }

  /**
   * Fetches what the cache lacks.
   *
   * @throws Failure (undecided) where it cannot be had; (bad evidence) where the registry's
   *     documents contradict each other or the pin
   */
  public PulledImage pull(Pin pin, ImageRoot image) throws InterruptedException {
    Digest manifestDigest = manifestOf(pin, image);
    JsonNode manifest = document(manifestDigest);
    JsonNode configEntry = manifest.path("config");
    Digest config = digest(configEntry);
    if (image.config() != null && !image.config().equals(config)) {
      throw contradiction("its configuration is %s, not %s".formatted(config, image.config()));
    }
    List<Digest> diffIds = diffIds(document(config), pin.platform());
    JsonNode layers = manifest.path("layers");
    if (!layers.isArray() || layers.size() != diffIds.size() || layers.size() > MAX_LAYERS) {
      throw contradiction(
          "its manifest has %d layers, its configuration %d"
              .formatted(layers.size(), diffIds.size()));
    }
    return new PulledImage(manifestDigest, config, layers(layers, diffIds));
  }

  /**
   * What the pin names; where it names an index too, that has to name the same. But a manifest
   * fixes all bytes, and a mirror of one platform alone has no index: then it is done without.
   */
  private Digest manifestOf(Pin pin, ImageRoot image) throws InterruptedException {
    Digest manifest = image.manifest();
    Digest index = image.index();
    if (index == null) {
      return Objects.requireNonNull(manifest);
    }
    List<Digest> children;
    try {
      children = children(document(index), pin.platform());
    } catch (Failure e) {
      if (manifest == null || e.code() != ExitCode.UNDECIDED) {
        throw e;
      }
      progress.note("the index of %s is not looked at: %s".formatted(name, e.getMessage()));
      return manifest;
    }
    if (manifest != null && !children.contains(manifest)) {
      throw contradiction("its index %s does not name manifest %s".formatted(index, manifest));
    }
    if (children.isEmpty()) {
      throw contradiction("its index has no " + pin.platform());
    }
    return manifest != null ? manifest : children.getFirst();
  }

  private List<PulledImage.Layer> layers(JsonNode entries, List<Digest> diffIds)
      throws InterruptedException {
    List<Wanted> wanted = new ArrayList<>();
    for (JsonNode entry : entries) {
      Digest digest = digest(entry);
      long size = entry.path("size").asLong(-1);
      if (size < 0 || size > MAX_BLOB) {
        throw contradiction("layer %s has no possible size".formatted(digest));
      }
      wanted.add(
          new Wanted(
              "layer " + digest.abbreviated(),
              digest,
              size,
              origins(r -> r.blob(digest.toString()))));
    }
    long total = wanted.stream().mapToLong(Wanted::size).sum();
    try (Progress.Step step = progress.begin("fetching " + name, total, Progress.Unit.BYTES)) {
      List<CompletableFuture<Path>> files =
          wanted.stream().map(w -> downloads.begin(w, step)).toList();
      List<PulledImage.Layer> pulled = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        pulled.add(new PulledImage.Layer(Downloads.await(files.get(i)), diffIds.get(i)));
      }
      return pulled;
    }
  }

  /** The platform's manifests in an index. */
  private List<Digest> children(JsonNode index, String platform) {
    List<Digest> children = new ArrayList<>();
    for (JsonNode entry : index.path("manifests")) {
      JsonNode of = entry.path("platform");
      String found = of.path("os").asText() + "/" + of.path("architecture").asText();
      if (found.equals(platform)) {
        children.add(digest(entry));
      }
    }
    return children;
  }

  private List<Digest> diffIds(JsonNode config, String platform) {
    String found = config.path("os").asText() + "/" + config.path("architecture").asText();
    if (!found.equals(platform)) {
      throw contradiction("its configuration is for %s, not %s".formatted(found, platform));
    }
    List<Digest> all = new ArrayList<>();
    for (JsonNode id : config.path("rootfs").path("diff_ids")) {
      all.add(digest(id.asText()));
    }
    return all;
  }

  /** A small document by digest: manifests and configurations. */
  private JsonNode document(Digest digest) throws InterruptedException {
    List<String> reasons = new ArrayList<>();
    for (Origin origin :
        Stream.concat(
                origins(r -> r.manifest(digest.toString())).stream(),
                origins(r -> r.blob(digest.toString())).stream())
            .toList()) {
      try (InputStream body = origin.open(0).body()) {
        byte[] bytes = SmallBody.read(body, MAX_MANIFEST);
        if (Digest.sha256(bytes).equals(digest)) {
          return OciJson.read(bytes);
        } else {
          reasons.add(origin.name() + ": wrong bytes");
        }
      } catch (IOException e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        reasons.add(origin.name() + ": " + why);
      }
    }
    throw Failure.undecided(
        "could not fetch %s of %s: %s"
            .formatted(digest, name, String.join("; ", reasons.stream().distinct().toList())),
        "check the network, or name a mirror of the registry with --mirror REGISTRY=URL");
  }

  private List<Origin> origins(Function<Registry, Origin> of) {
    return registries.stream().map(of).toList();
  }

  private Digest digest(JsonNode descriptor) {
    return digest(descriptor.path("digest").asText());
  }

  private Digest digest(String text) {
    try {
      Digest digest = Digest.parse(text);
      if (digest.algorithm() == Digest.Algorithm.SHA256) {
        return digest;
      }
    } catch (IllegalArgumentException e) {
      throw contradiction(String.valueOf(e.getMessage()));
    }
    throw contradiction("only sha256 digests are read: " + text);
  }

  private Failure contradiction(String what) {
    return Failure.badEvidence(
        "image %s: %s".formatted(name, what), "correct the pin, or take another image");
  }
}
