package dev.selfsame.build.crates;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The proxy that Cargo would use: {@code http.proxy} of its configuration, else {@code
 * HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} in either case, as curl reads them.
 */
public final class Proxies extends ProxySelector {
  private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");

  private final Map<String, String> environment;
  private final Optional<String> configured;

  public Proxies(Map<String, String> environment, CargoConfiguration cargo) {
    this.environment = Map.copyOf(environment);
    this.configured = cargo.proxy();
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = String.valueOf(uri.getHost());
    String scheme = String.valueOf(uri.getScheme());
    // curl reads http_proxy in lower case alone: a CGI program's HTTP_PROXY is a caller's header.
    Optional<String> proxy =
        configured.or(
            () -> scheme.equals("http") ? value("http_proxy") : either(scheme + "_proxy"));
    return List.of(
        proxy
            .or(() -> either("all_proxy"))
            .filter(p -> !excepted(host))
            .flatMap(Proxies::parse)
            .orElse(Proxy.NO_PROXY));
  }

  private boolean excepted(String host) {
    for (String pattern : SEPARATORS.split(either("no_proxy").orElse(""), -1)) {
      String name = pattern.replaceFirst("^\\.", "");
      if (name.equals("*")
          || (!name.isEmpty() && (host.equals(name) || host.endsWith("." + name)))) {
        return true;
      }
    }
    return false;
  }

  private static Optional<Proxy> parse(String text) {
    URI uri;
    try {
      uri = URI.create(text.contains("://") ? text : "http://" + text);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (uri.getHost() == null) {
      return Optional.empty();
    }
    int port = uri.getPort() >= 0 ? uri.getPort() : 1080;
    return Optional.of(
        new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port)));
  }

  private Optional<String> either(String name) {
    return value(name).or(() -> value(name.toUpperCase(Locale.ROOT)));
  }

  private Optional<String> value(String name) {
    return Optional.ofNullable(environment.get(name)).filter(v -> !v.isBlank());
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    // The request itself fails, with its own message.
  }
}
