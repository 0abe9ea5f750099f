package dev.selfsame.pins.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks by GET, through the proxies that hold. A proxy is told its name and password with the first
 * request, as curl and apt do it, and nobody else is told them: the JDK keeps {@code Proxy-*}
 * fields from servers and out of tunnels, but would carry them to another proxy where a server
 * redirects. So redirects are followed here. For tunnels, through which https goes, the JDK has to
 * be allowed to tell them: {@code cli.Main} does.
 */
public final class ProxiedClient implements AutoCloseable {
  private static final int MAX_REDIRECTS = 5;
  private static final int PROXY_REFUSES = 407;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Proxies proxies;
  private final HttpClient client;

  /**
   * @param connect how long a connection may take
   * @param version the newest of HTTP that is spoken
   */
  public ProxiedClient(Proxies proxies, Duration connect, HttpClient.Version version) {
    this.proxies = proxies;
    this.client =
        HttpClient.newBuilder()
            .proxy(proxies)
            .connectTimeout(connect)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(version)
            .build();
  }

  /** A proxy that does not let this user pass. Its message names no password. */
  public static final class ProxyRefusal extends IOException {
    private static final long serialVersionUID = 1L;

    private ProxyRefusal(boolean told) {
      super(
          told
              ? "its proxy refuses the name and password of its configuration (407)"
              : "its proxy wants a name and a password (407)");
    }
  }

  /**
   * Asks, and follows redirects, but never from https to http.
   *
   * @param patience how long the answer's head may take
   * @param fields of the request; they are shown to whomever a server redirects to
   * @throws ProxyRefusal where a proxy refuses
   */
  public HttpResponse<InputStream> get(URI uri, Duration patience, Map<String, String> fields)
      throws IOException, InterruptedException {
    URI at = uri;
    HttpResponse<InputStream> answer = once(at, patience, fields);
    for (int i = 0; i < MAX_REDIRECTS && redirects(answer); i++) {
      at = next(at, answer);
      answer = once(at, patience, fields);
    }
    return answer;
  }

  /**
   * Asks once.
   *
   * @throws ProxyRefusal where a proxy refuses
   */
  public HttpResponse<InputStream> once(URI uri, Duration patience, Map<String, String> fields)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(patience);
    fields.forEach(request::header);
    String password = proxies.authorization(uri).orElse("");
    if (!password.isEmpty()) {
      request.header("Proxy-Authorization", password);
    }
    HttpResponse<InputStream> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() == PROXY_REFUSES
        && !proxies.select(uri).getFirst().equals(Proxy.NO_PROXY)) {
      close(answer);
      throw new ProxyRefusal(!password.isEmpty());
    }
    return answer;
  }

  /** Whether an answer leads elsewhere (RFC 9110, section 15.4). */
  public static boolean redirects(HttpResponse<InputStream> answer) {
    return REDIRECTS.contains(answer.statusCode());
  }

  /**
   * Where an answer leads; its body is closed.
   *
   * @throws IOException where that is no place, or one without TLS behind one with it
   */
  public static URI next(URI at, HttpResponse<InputStream> answer) throws IOException {
    answer.body().close();
    URI next;
    try {
      next = at.resolve(answer.headers().firstValue("Location").orElse(""));
    } catch (IllegalArgumentException e) {
      throw new IOException("it redirects to no address", e);
    }
    String scheme = scheme(next);
    if (!scheme.equals("https") && !scheme.equals(scheme(at))) {
      throw new IOException("it redirects from %s to %s".formatted(scheme(at), scheme));
    }
    if (next.getHost() == null) {
      throw new IOException("it redirects to no address");
    }
    return next;
  }

  /** The JDK gives a proxy's refusal of a tunnel no body at all, not even an empty one. */
  private static void close(HttpResponse<? extends @Nullable InputStream> answer)
      throws IOException {
    InputStream body = answer.body();
    if (body != null) {
      body.close();
    }
  }

  private static String scheme(URI uri) {
    return Objects.toString(uri.getScheme(), "").toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
