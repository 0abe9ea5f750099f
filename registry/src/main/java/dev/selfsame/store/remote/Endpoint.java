package dev.selfsame.store.remote;

import dev.selfsame.outcome.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * Where a registry server is: {@code https://HOST[:PORT]} or {@code http://HOST[:PORT]}.
 *
 * @param origin without a path, in lower case, without the scheme's own port
 */
public record Endpoint(URI origin) {

  /**
   * Reads a URL.
   *
   * @throws Failure exit 2 where it has anything but scheme, host and port
   */
  public static Endpoint parse(String text) {
    try {
      URI uri = new URI(text);
      String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
      String path = uri.getRawPath();
      if (uri.getRawUserInfo() != null) {
        throw Failure.usage(
            "a registry's URL has no user or password in it",
            "give them as SELFSAME_REGISTRY_USER and SELFSAME_REGISTRY_PASSWORD");
      }
      if (!(scheme.equals("http") || scheme.equals("https"))
          || uri.getHost() == null
          || uri.getPort() > 65_535
          || uri.getRawQuery() != null
          || uri.getRawFragment() != null
          || !(path == null || path.isEmpty() || path.equals("/"))) {
        throw malformed(text);
      }
      int port = uri.getPort() == (scheme.equals("https") ? 443 : 80) ? -1 : uri.getPort();
      return new Endpoint(
          new URI(scheme, null, uri.getHost().toLowerCase(Locale.ROOT), port, null, null, null));
    } catch (URISyntaxException e) {
      throw malformed(text);
    }
  }

  private static Failure malformed(String text) {
    return Failure.usage("not a registry's URL: " + text, "name it like https://HOST or HOST:PORT");
  }

  /** As other tools name it, {@code HOST} or {@code HOST:PORT}. */
  public String authority() {
    return origin.getRawAuthority();
  }

  /** Whether what is sent there can be read on the way. */
  public boolean isSecret() {
    return origin.getScheme().equals("https") || isLoopback(origin.getHost());
  }

  /** Only what needs no look-up counts: a name server may say anything. */
  private static boolean isLoopback(String host) {
    return host.equals("localhost")
        || host.equals("[::1]")
        || host.matches("127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");
  }

  /** A place on the server. */
  URI at(String path) {
    return URI.create(origin + path);
  }

  @Override
  public String toString() {
    return origin.toString();
  }
}
