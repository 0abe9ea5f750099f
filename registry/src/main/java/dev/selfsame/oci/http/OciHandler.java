package dev.selfsame.oci.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.oci.Content;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.oci.ReadableRepositories;
import dev.selfsame.oci.Reference;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.store.Repositories.Referrers;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.TagName;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a request, and answers it. What it refuses is an {@link OciError}. */
final class OciHandler {
  private static final int USUAL_PAGE = 1000;

  private final StagingRepositories staging;
  private final ReadableRepositories deploy;
  private final Gate gate;
  private final VisibleRepositories visible;
  private final UploadHandler uploads;
  private final ManifestHandler manifests;
  private final EvidenceHandler evidence;

  OciHandler(Services services, Gate gate, long mostBlobBytes, Optional<Room> room) {
    this.staging = services.staging();
    this.deploy = services.deploy();
    this.gate = gate;
    this.visible = new VisibleRepositories(deploy, staging, gate);
    this.uploads = new UploadHandler(staging, gate, mostBlobBytes, room);
    this.manifests = new ManifestHandler(staging, room);
    this.evidence = new EvidenceHandler(services.reading(), services.writing(), room);
  }

  void handle(Exchange exchange) throws IOException {
    Route route =
        Route.parse(exchange.path())
            .orElseThrow(() -> new OciError(Code.NAME_UNKNOWN, "no such place in a registry"));
    exchange.to(route);
    route.need(exchange.method()).ifPresent(need -> gate.require(exchange, need));
    boolean reads = exchange.method().equals("GET") || exchange.isHead();
    switch (route) {
      case Route.Base() when reads -> {
        gate.requireSignedIn(exchange);
        exchange.send(200, "application/json", bytes("{}"));
      }
      case Route.Catalog() when reads -> catalogue(exchange);
      case Route.Tags(RepositoryName name) when reads -> tags(exchange, name);
      case Route.Referrers(RepositoryName name, String digest) when reads ->
          referrers(exchange, name, Reference.digest(digest));
      case Route.ABlob(RepositoryName name, String digest) when reads ->
          blob(exchange, Reference.digest(digest), place(name));
      case Route.ABlob(RepositoryName name, String digest)
          when exchange.method().equals("DELETE") -> {
        staging.deleteBlob(writable(name), Reference.digest(digest));
        exchange.send(202);
      }
      case Route.AManifest(RepositoryName name, String reference) when reads ->
          manifests.get(exchange, place(name), name, Reference.parse(reference));
      case Route.AManifest(RepositoryName name, String reference) ->
          manifests.change(exchange, writable(name), Reference.parse(reference));
      case Route.Evidence(EvidenceRoute asked) -> evidence.handle(exchange, asked);
      case Route.NewUpload(RepositoryName name) -> uploads.begin(exchange, writable(name));
      case Route.AnUpload(RepositoryName name, String id) ->
          uploads.change(exchange, writable(name), id);
      case Route.Base _, Route.Catalog _, Route.Tags _, Route.Referrers _, Route.ABlob _ ->
          throw unsupported(exchange);
    }
  }

  static OciError unsupported(Exchange exchange) {
    return new OciError(Code.UNSUPPORTED, "%s is not for this place".formatted(exchange.method()));
  }

  /** Where a repository is read. */
  private Place place(RepositoryName name) {
    return new Place(name, name.isDeploy() ? deploy : staging);
  }

  /** A repository, and where it is read. */
  record Place(RepositoryName name, ReadableRepositories from) {}

  private static RepositoryName writable(RepositoryName name) {
    if (name.isDeploy()) {
      throw new OciError(
          Code.DENIED, "%s is filled by promotion alone; push to staging/".formatted(name));
    }
    if (!name.isStaging()) {
      throw new OciError(Code.DENIED, "pushes go to staging/NAME, not to " + name);
    }
    return name;
  }

  private static void blob(Exchange exchange, Digest digest, Place place) throws IOException {
    Content content = place.from().blob(place.name(), digest);
    String tag = "\"" + digest + "\"";
    exchange
        .set(Exchange.DIGEST, digest.toString())
        .set(HeaderNames.ETAG, tag)
        .set(HeaderNames.ACCEPT_RANGES, "bytes")
        .set(HeaderNames.CACHE_CONTROL, place.name().isDeploy() ? "no-store" : "no-cache");
    if (Conditions.has(exchange, tag)) {
      exchange.send(304);
      return;
    }
    // What is deployed is always hashed here, and so it is sent from here.
    Optional<URI> elsewhere =
        exchange.isHead() || place.name().isDeploy() ? Optional.empty() : content.elsewhere();
    if (elsewhere.isPresent()) {
      exchange.set(HeaderNames.LOCATION, elsewhere.get().toString()).send(307);
      return;
    }
    String type = "application/octet-stream";
    switch (ByteRange.parse(Conditions.range(exchange, tag), content.size())) {
      case ByteRange.Whole() ->
          exchange.send(200, type, content.size(), out -> content.write(0, content.size(), out));
      case ByteRange.Part(ByteRange range) ->
          exchange
              .set(HeaderNames.CONTENT_RANGE, range.header(content.size()))
              .send(
                  206, type, range.count(), out -> content.write(range.from(), range.count(), out));
      case ByteRange.Outside() -> {
        exchange.set(HeaderNames.CONTENT_RANGE, "bytes */" + content.size());
        throw new OciError(Code.RANGE_INVALID, "the blob has %d bytes".formatted(content.size()));
      }
    }
  }

  private void catalogue(Exchange exchange) {
    gate.requireSomething(exchange);
    int n = exchange.pageSize(USUAL_PAGE);
    Page<RepositoryName> page =
        Page.of(n, most -> visible.of(exchange, exchange.query("last").orElse(null), most));
    ArrayNode names = JsonNodeFactory.instance.arrayNode();
    page.entries().forEach(name -> names.add(name.value()));
    link(exchange, "/v2/_catalog", n, page.last(), null);
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.set("repositories", names);
    exchange.send(200, "application/json", bytes(root.toString()));
  }

  private void tags(Exchange exchange, RepositoryName name) {
    int n = exchange.pageSize(USUAL_PAGE);
    Page<TagName> page =
        Page.of(
            n, most -> place(name).from().tags(name, exchange.query("last").orElse(null), most));
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("name", name.value());
    ArrayNode tags = root.putArray("tags");
    page.entries().forEach(tag -> tags.add(tag.value()));
    link(exchange, "/v2/%s/tags/list".formatted(name), n, page.last(), null);
    exchange.send(200, "application/json", bytes(root.toString()));
  }

  private void referrers(Exchange exchange, RepositoryName name, Digest subject) {
    int n = Math.max(1, exchange.pageSize(USUAL_PAGE));
    String type = exchange.query("artifactType").filter(t -> !t.isEmpty()).orElse(null);
    Digest after = exchange.query("last").map(Reference::digest).orElse(null);
    Referrers page = place(name).from().referrers(name, subject, type, after, n);
    // The descriptors are JSON already; parsing them again would be most of the work.
    StringJoiner manifests = new StringJoiner(",", "[", "]");
    page.referrers().forEach(referrer -> manifests.add(referrer.descriptor()));
    String body =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":".formatted(MediaTypes.INDEX)
            + manifests
            + "}";
    if (type != null) {
      exchange.set(Exchange.FILTERS, "artifactType");
    }
    Optional<String> last =
        page.more()
            ? Optional.of(page.referrers().getLast().digest().toString())
            : Optional.empty();
    link(exchange, "/v2/%s/referrers/%s".formatted(name, subject), n, last, type);
    exchange.send(200, MediaTypes.INDEX, bytes(body));
  }

  private static void link(
      Exchange exchange, String path, int n, Optional<String> last, @Nullable String type) {
    last.ifPresent(value -> {
      String filter =
          type == null
              ? ""
              : "&artifactType=" + java.net.URLEncoder.encode(type, StandardCharsets.UTF_8);
      exchange.set(
          Exchange.LINK, "<%s?n=%d&last=%s%s>; rel=\"next\"".formatted(path, n, value, filter));
    });
  }

  /**
   * A part of a list.
   *
   * @param more whether others follow
   */
  private record Page<T>(List<T> entries, boolean more) {
    /** Asks for one more than is shown: so it is known whether others follow. */
    static <T> Page<T> of(int n, Function<Integer, List<T>> list) {
      List<T> found = new ArrayList<>(list.apply(n + 1));
      boolean more = n > 0 && found.size() > n;
      return new Page<>(found.subList(0, Math.min(n, found.size())), more);
    }

    Optional<String> last() {
      return more ? Optional.of(String.valueOf(entries.getLast())) : Optional.empty();
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
