package dev.selfsame.oci.http;

import dev.selfsame.oci.OciError;
import dev.selfsame.oci.Reference;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import io.helidon.http.HeaderNames;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code /v2/NAME/manifests/REFERENCE} */
final class ManifestHandler {
  /** The specification has registries take at least 4 MiB; more has no use. */
  private static final int MOST_BYTES = 4 << 20;

  private final StagingRepositories staging;
  private final Optional<Room> room;
  private final LargeBodies bodies = new LargeBodies(MOST_BYTES);

  ManifestHandler(StagingRepositories staging, Optional<Room> room) {
    this.staging = staging;
    this.room = room;
  }

  /** A manifest is served as what it is, whatever the request would rather have. */
  void get(Exchange exchange, OciHandler.Place place, RepositoryName name, Reference reference) {
    StoredManifest manifest = place.from().manifest(name, reference);
    String tag = "\"" + manifest.digest() + "\"";
    exchange
        .set(Exchange.DIGEST, manifest.digest().toString())
        .set(HeaderNames.ETAG, tag)
        .set(HeaderNames.CACHE_CONTROL, name.isDeploy() ? "no-store" : "no-cache");
    if (Conditions.has(exchange, tag)) {
      exchange.send(304);
      return;
    }
    exchange.send(200, manifest.mediaType(), manifest.bytes());
  }

  void change(Exchange exchange, RepositoryName name, Reference reference) throws IOException {
    switch (exchange.method()) {
      case "PUT" -> put(exchange, name, reference);
      case "DELETE" -> {
        staging.delete(name, reference);
        exchange.send(202);
      }
      default -> throw OciHandler.unsupported(exchange);
    }
  }

  private void put(Exchange exchange, RepositoryName name, Reference reference) throws IOException {
    List<TagName> tags = exchange.queries("tag").stream().map(ManifestHandler::tag).toList();
    room.ifPresent(left -> left.require(exchange.contentLength().orElse(0)));
    StoredManifest stored =
        bodies.with(
            exchange, bytes -> staging.put(name, reference, tags, exchange.contentType(), bytes));
    exchange
        .set(HeaderNames.LOCATION, "/v2/%s/manifests/%s".formatted(name, stored.digest()))
        .set(Exchange.DIGEST, stored.digest().toString());
    if (stored.subject() != null) {
      exchange.set(Exchange.SUBJECT, stored.subject().toString());
    }
    if (!tags.isEmpty()) {
      exchange.set(Exchange.TAG, tags.stream().map(TagName::value).toList());
    }
    exchange.send(201);
  }

  private static TagName tag(String text) {
    return switch (Reference.parse(text)) {
      case Reference.ByTag(TagName tag) -> tag;
      case Reference.ByDigest _ ->
          throw new OciError(OciError.Code.TAG_INVALID, "not a tag: " + text);
    };
  }
}
