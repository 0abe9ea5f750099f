package dev.selfsame.pins.oci;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.pins.fetch.Address;
import dev.selfsame.pins.fetch.HttpOrigin;
import dev.selfsame.pins.fetch.Origin;
import dev.selfsame.pins.fetch.ProxiedClient;
import dev.selfsame.pins.fetch.Proxies;
import dev.selfsame.pins.fetch.SmallBody;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One repository of one registry. It is asked without an account, and with one where it wants that
 * and there is one.
 */
final class Registry {
  private static final Duration HEADERS = Duration.ofSeconds(30);
  private static final int MAX_REDIRECTS = 5;
  private static final int MAX_TOKEN = 1 << 20;
  private static final Pattern PARAMETER = Pattern.compile("([a-z_]+)=\"([^\"]*)\"");
  private static final String MANIFESTS =
      String.join(
          ", ",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.docker.distribution.manifest.v2+json");

  private final URI base;
  private final String repository;
  private final AtomicReference<String> authorization = new AtomicReference<>("");
  private final Logins logins;
  private final ProxiedClient client;

  /**
   * @param base such as {@code https://registry-1.docker.io}
   */
  Registry(URI base, String repository, Proxies proxies, Logins logins) {
    this.base = base;
    this.repository = repository;
    this.logins = logins;
    this.client = HttpOrigin.client(proxies);
  }

  /** The registry's own address: plain HTTP on this machine alone, as Docker has it. */
  static URI baseOf(String registry) {
    if (registry.equals("docker.io")) {
      return URI.create("https://registry-1.docker.io");
    }
    String host = registry.replaceFirst(":[0-9]+$", "");
    return URI.create((isLocal(host) ? "http://" : "https://") + registry);
  }

  private static boolean isLocal(String host) {
    return host.equals("localhost") || host.equals("127.0.0.1");
  }

  Origin manifest(String digest) {
    return origin("manifests/" + digest);
  }

  Origin blob(String digest) {
    return origin("blobs/" + digest);
  }

  private Origin origin(String path) {
    URI uri =
        URI.create(base.toString().replaceFirst("/+$", "") + "/v2/" + repository + "/" + path);
    return new Origin() {
      @Override
      public String name() {
        return Address.place(base);
      }

      @Override
      public Answer open(long from) throws IOException, InterruptedException {
        try {
          return HttpOrigin.answer(get(uri, from), from);
        } catch (IllegalArgumentException e) {
          throw new IOException("an address there that nothing can be fetched from", e);
        }
      }
    };
  }

  private HttpResponse<InputStream> get(URI uri, long from)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response = send(uri, from, authorization.get());
    if (response.statusCode() == 401) {
      response.body().close();
      authorization.set(authorise(response.headers().firstValue("WWW-Authenticate").orElse("")));
      response = send(uri, from, authorization.get());
    }
    URI at = uri;
    for (int i = 0; i < MAX_REDIRECTS && ProxiedClient.redirects(response); i++) {
      URI next = ProxiedClient.next(at, response);
      // The account is for the registry alone; storage behind it must not see it.
      boolean sameHost = Objects.equals(next.getAuthority(), base.getAuthority());
      response = send(next, from, sameHost ? authorization.get() : "");
      at = next;
    }
    return response;
  }

  private HttpResponse<InputStream> send(URI uri, long from, String authorization)
      throws IOException, InterruptedException {
    Map<String, String> fields = new HashMap<>(Map.of("Accept", MANIFESTS + ", */*"));
    if (from > 0) {
      fields.put("Range", "bytes=" + from + "-");
    }
    if (!authorization.isEmpty()) {
      fields.put("Authorization", authorization);
    }
    return client.once(uri, HEADERS, fields);
  }

  /**
   * What to send where the registry has asked for more: the account itself, or a token that it is
   * given in exchange (Docker registry token specification).
   */
  private String authorise(String challenge) throws IOException, InterruptedException {
    String login = logins.at(base);
    if (login.startsWith("Bearer ")) {
      return login;
    }
    if (!challenge.toLowerCase(Locale.ROOT).startsWith("bearer ")) {
      if (login.isEmpty()) {
        throw new IOException("it wants an account (docker login " + base.getAuthority() + ")");
      }
      return login;
    }
    String realm = "";
    String service = "";
    Matcher parameters = PARAMETER.matcher(challenge);
    while (parameters.find()) {
      switch (parameters.group(1)) {
        case "realm" -> realm = parameters.group(2);
        case "service" -> service = parameters.group(2);
        default -> {}
      }
    }
    URI uri = tokenUri(realm, service);
    // An account goes nowhere in the clear but to this machine.
    if (!login.isEmpty() && !uri.getScheme().equals("https") && !isLocal(uri.getHost())) {
      throw new IOException("its token service is not at an https address");
    }
    HttpResponse<InputStream> response = send(uri, 0, login);
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        throw new IOException("its token service answers " + response.statusCode());
      }
      JsonNode json = OciJson.read(SmallBody.read(body, MAX_TOKEN));
      String issued = json.path("token").asText(json.path("access_token").asText(""));
      if (!issued.matches("[\\x21-\\x7e]+")) {
        throw new IOException("its token service gives no token");
      }
      return "Bearer " + issued;
    }
  }

  private URI tokenUri(String realm, String service) throws IOException {
    boolean allowed =
        realm.startsWith("https://")
            || (realm.startsWith("http://") && "http".equals(base.getScheme()));
    if (!allowed) {
      throw new IOException("its token service is not at an https address");
    }
    try {
      String query =
          "service="
              + URLEncoder.encode(service, StandardCharsets.UTF_8)
              + "&scope="
              + URLEncoder.encode("repository:" + repository + ":pull", StandardCharsets.UTF_8);
      return URI.create(realm + (realm.contains("?") ? "&" : "?") + query);
    } catch (IllegalArgumentException e) {
      throw new IOException("its token service has no valid address", e);
    }
  }
}
