package dev.selfsame.pins.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.fetch.Downloads;
import dev.selfsame.pins.fetch.Proxies;
import dev.selfsame.pins.fetch.SmallBody;
import dev.selfsame.pins.fetch.Wanted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Pulls the layers of a manifest, named by tag or by digest, into the cache. A tag is whatever the
 * registry says today: what is proved of its bytes is proved of those bytes alone.
 */
public final class ContentPull {
  private static final Pattern FORM =
      Pattern.compile("(?<name>[^@]+?)(?<tag>:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?<digest>@.+)?");
  private static final int MAX_MANIFEST = 4 << 20;
  private static final int MAX_LAYERS = 512;
  private static final long MAX_BLOB = 8L << 30;

  private final Downloads downloads;
  private final Progress progress;
  private final String reference;
  private final Registry registry;
  private final JsonNode manifest;
  private final Digest digest;

  private ContentPull(
      Downloads downloads,
      Progress progress,
      String reference,
      Registry registry,
      Document document) {
    this.downloads = downloads;
    this.progress = progress;
    this.reference = reference;
    this.registry = registry;
    this.manifest = document.json();
    this.digest = document.digest();
  }

  /**
   * Reads the manifest; of an index, the one for this machine's processor and Linux.
   *
   * @param reference such as {@code registry.example/agent:1.2} or with {@code @sha256:…}
   * @param proxies through which the registry is reached
   * @throws Failure (usage) for another form; (undecided) where the registry does not have it; (bad
   *     evidence) where its bytes do not have the digest
   */
  public static ContentPull of(
      Downloads downloads, Progress progress, String reference, Proxies proxies, Logins logins)
      throws InterruptedException {
    Matcher form = FORM.matcher(reference);
    String name = form.matches() ? form.group("name") : reference;
    ImageName image = ImageName.parse(name);
    String tag = form.group("tag");
    String digest = form.group("digest");
    Registry registry =
        new Registry(Registry.baseOf(image.registry()), image.repository(), proxies, logins);
    Document manifest =
        digest == null
            ? document(registry, reference, tag != null ? tag.substring(1) : "latest")
            : document(registry, reference, readable(asked(reference, digest.substring(1))));
    if (manifest.json().path("manifests").isArray()) {
      manifest = document(registry, reference, ofPlatform(manifest.json(), reference));
    }
    return new ContentPull(downloads, progress, reference, registry, manifest);
  }

  /** A manifest or an index, and what its bytes have for a digest. */
  private record Document(JsonNode json, Digest digest) {}

  /** The manifest's digest: a tag was resolved once, and this is what it stood for. */
  public Digest digest() {
    return digest;
  }

  /**
   * The one layer of an artifact.
   *
   * @throws Failure (usage) where there are more, or where it is an image
   */
  public Path only() throws InterruptedException {
    List<Wanted> layers = layers();
    String config = manifest.path("config").path("mediaType").asText();
    boolean image = config.matches("application/vnd\\.(oci\\.image|docker\\.container).*json");
    if (layers.size() != 1 || image) {
      throw Failure.usage(
          "%s is %s, not one file"
              .formatted(reference, image ? "an image" : layers.size() + " layers"),
          "name a file of it: oci:%s!/path/to/file".formatted(reference));
    }
    return fetch(layers).getFirst();
  }

  /** Every layer's blob, from the lowest to the highest, each of the right digest. */
  public List<Path> all() throws InterruptedException {
    return fetch(layers());
  }

  private List<Path> fetch(List<Wanted> layers) throws InterruptedException {
    long total = layers.stream().mapToLong(Wanted::size).sum();
    try (Progress.Step step = progress.begin("fetching " + reference, total, Progress.Unit.BYTES)) {
      List<CompletableFuture<Path>> files =
          layers.stream().map(layer -> downloads.begin(layer, step)).toList();
      List<Path> fetched = new ArrayList<>();
      for (CompletableFuture<Path> file : files) {
        fetched.add(Downloads.await(file));
      }
      return fetched;
    }
  }

  private List<Wanted> layers() {
    JsonNode entries = manifest.path("layers");
    if (!entries.isArray() || entries.isEmpty() || entries.size() > MAX_LAYERS) {
      throw Failure.undecided(
          "%s has no layers that can be read".formatted(reference), "check the reference");
    }
    List<Wanted> layers = new ArrayList<>();
    for (JsonNode entry : entries) {
      Digest digest = stated(reference, entry.path("digest").asText());
      long size = entry.path("size").asLong(-1);
      if (size < 0 || size > MAX_BLOB) {
        throw Failure.badEvidence(
            "layer %s of %s has no possible size".formatted(digest, reference),
            "take another image");
      }
      layers.add(
          new Wanted(
              "layer " + digest.abbreviated(),
              digest,
              size,
              List.of(registry.blob(digest.toString()))));
    }
    return layers;
  }

  private static Digest ofPlatform(JsonNode index, String reference) {
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String wanted = machine.equals("aarch64") ? "arm64" : "amd64";
    for (JsonNode entry : index.path("manifests")) {
      JsonNode platform = entry.path("platform");
      if (platform.path("os").asText().equals("linux")
          && platform.path("architecture").asText().equals(wanted)) {
        return stated(reference, entry.path("digest").asText());
      }
    }
    throw Failure.undecided(
        "%s has no manifest for linux/%s".formatted(reference, wanted),
        "name one of its manifests by digest");
  }

  /** A document by its digest. */
  private static Document document(Registry registry, String reference, Digest wanted)
      throws InterruptedException {
    Document document = document(registry, reference, wanted.toString());
    if (!document.digest().equals(wanted)) {
      throw Failure.badEvidence(
          "the registry answers with other bytes than %s of %s".formatted(wanted, reference),
          "do not use this registry");
    }
    return document;
  }

  /** What the registry has under a tag just now, or says it has under a digest. */
  private static Document document(Registry registry, String reference, String name)
      throws InterruptedException {
    try (InputStream body = registry.manifest(name).open(0).body()) {
      byte[] bytes = SmallBody.read(body, MAX_MANIFEST);
      return new Document(OciJson.read(bytes), Digest.sha256(bytes));
    } catch (IOException e) {
      throw Failure.undecided(
          "could not fetch %s: %s".formatted(reference, Downloads.words(e)),
          "check the reference, the network, and docker login where it wants an account",
          e);
    }
  }

  /** A digest that the caller wrote. */
  private static Digest asked(String reference, String text) {
    try {
      return Digest.parse(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("no digest in %s: %s".formatted(reference, text), "write sha256:HEX");
    }
  }

  /** A digest in a document of the registry. */
  private static Digest stated(String reference, String text) {
    try {
      return readable(Digest.parse(text));
    } catch (IllegalArgumentException e) {
      throw Failure.badEvidence(
          "%s has a document that names no digest: %s".formatted(reference, text),
          "do not use this registry");
    }
  }

  private static Digest readable(Digest digest) {
    if (digest.algorithm() == Digest.Algorithm.SHA256) {
      return digest;
    }
    throw Failure.undecided(
        "only sha256 digests are read: " + digest, "name it by its sha256 digest");
  }
}
