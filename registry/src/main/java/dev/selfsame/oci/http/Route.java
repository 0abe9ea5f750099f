package dev.selfsame.oci.http;

import dev.selfsame.access.Permission;
import dev.selfsame.oci.OciError;
import dev.selfsame.oci.OciError.Code;
import dev.selfsame.store.RepositoryName;
import java.util.Optional;

/** What a path asks for. */
sealed interface Route {

  /** The kind of place, as the metrics of the Distribution registry name it. */
  default String kind() {
    return switch (this) {
      case Base _ -> "base";
      case Catalog _ -> "catalog";
      case Tags _ -> "tags";
      case AManifest _ -> "manifest";
      case ABlob _ -> "blob";
      case NewUpload _ -> "blob_upload";
      case AnUpload _ -> "blob_upload_chunk";
      case Referrers _ -> "referrers";
      case Evidence _ -> "evidence";
    };
  }

  /**
   * The permission that a request needs, and where; empty for what is the same for everybody.
   *
   * @param method GET and so on
   */
  default Optional<Gate.Need> need(String method) {
    return switch (this) {
      case Base _, Catalog _ -> Optional.empty();
      case Tags(RepositoryName name) -> need(Permission.PULL, name);
      case Referrers(RepositoryName name, String _) -> need(Permission.PULL, name);
      case ABlob(RepositoryName name, String _) ->
          need(method.equals("DELETE") ? Permission.DELETE : Permission.PULL, name);
      case AManifest(RepositoryName name, String _) ->
          need(
              switch (method) {
                case "DELETE" -> Permission.DELETE;
                case "PUT" -> Permission.PUSH;
                default -> Permission.PULL;
              },
              name);
      case NewUpload(RepositoryName name) -> need(Permission.PUSH, name);
      case AnUpload(RepositoryName name, String _) -> need(Permission.PUSH, name);
      case Evidence(EvidenceRoute route) -> route.need(method);
    };
  }

  private static Optional<Gate.Need> need(Permission permission, RepositoryName name) {
    return Optional.of(new Gate.Need(permission, name.value()));
  }

  /** {@code /v2/}: whether this is a registry. */
  record Base() implements Route {}

  /** {@code /v2/_catalog} */
  record Catalog() implements Route {}

  /** {@code /v2/NAME/tags/list} */
  record Tags(RepositoryName name) implements Route {}

  /** {@code /v2/NAME/manifests/REFERENCE} */
  record AManifest(RepositoryName name, String reference) implements Route {}

  /** {@code /v2/NAME/blobs/DIGEST} */
  record ABlob(RepositoryName name, String digest) implements Route {}

  /** {@code /v2/NAME/blobs/uploads/} */
  record NewUpload(RepositoryName name) implements Route {}

  /** {@code /v2/NAME/blobs/uploads/ID} */
  record AnUpload(RepositoryName name, String id) implements Route {}

  /** {@code /v2/NAME/referrers/DIGEST} */
  record Referrers(RepositoryName name, String digest) implements Route {}

  /** {@code /selfsame/v1/…} */
  record Evidence(EvidenceRoute route) implements Route {}

  /**
   * Reads a path.
   *
   * @param path as it was sent, without the query
   * @return empty where it is none of the API's
   * @throws OciError where it has a name that is none
   */
  static Optional<Route> parse(String path) {
    if (path.equals("/v2/") || path.equals("/v2")) {
      return Optional.of(new Base());
    }
    if (path.equals("/v2/_catalog")) {
      return Optional.of(new Catalog());
    }
    if (path.startsWith(EvidenceRoute.ROOT)) {
      return EvidenceRoute.parse(decoded(path.substring(EvidenceRoute.ROOT.length())))
          .map(Evidence::new);
    }
    if (!path.startsWith("/v2/")) {
      return Optional.empty();
    }
    String rest = path.substring("/v2/".length());
    int last = rest.lastIndexOf('/');
    int before = last < 0 ? -1 : rest.lastIndexOf('/', last - 1);
    if (before < 0) {
      return Optional.empty();
    }
    String verb = rest.substring(before + 1, last);
    String value = rest.substring(last + 1);
    String above = rest.substring(0, before);
    if (verb.equals("uploads") && above.endsWith("/blobs")) {
      RepositoryName name = name(above.substring(0, above.length() - "/blobs".length()));
      return Optional.of(value.isEmpty() ? new NewUpload(name) : new AnUpload(name, value));
    }
    return switch (verb) {
      case "tags" -> value.equals("list") ? Optional.of(new Tags(name(above))) : Optional.empty();
      case "manifests" -> Optional.of(new AManifest(name(above), decoded(value)));
      case "blobs" ->
          Optional.of(
              value.equals("uploads")
                  ? new NewUpload(name(above))
                  : new ABlob(name(above), decoded(value)));
      case "referrers" -> Optional.of(new Referrers(name(above), decoded(value)));
      default -> Optional.empty();
    };
  }

  private static RepositoryName name(String text) {
    try {
      return new RepositoryName(text);
    } catch (IllegalArgumentException e) {
      throw new OciError(Code.NAME_INVALID, String.valueOf(e.getMessage()));
    }
  }

  /** Some clients write a digest's colon as {@code %3A}. */
  private static String decoded(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c == '%') {
        if (!segment.regionMatches(true, i, "%3A", 0, 3)) {
          throw new OciError(Code.TAG_INVALID, "a reference needs no % but in %3A");
        }
        plain.append(':');
        i += 2;
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
