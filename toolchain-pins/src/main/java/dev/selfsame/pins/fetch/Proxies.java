package dev.selfsame.pins.fetch;

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
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The proxy to fetch through: what some program's configuration says, else {@code HTTPS_PROXY},
 * {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY} in either case, as curl reads them.
 * This machine itself is never asked for through a proxy. A proxy is given no credentials.
 */
public final class Proxies extends ProxySelector {
  /** No proxy at all. */
  public static final Proxies NONE = new Proxies(Map.of());

  /** What apt's configuration says for a place that is to be reached without a proxy. */
  static final String DIRECT = "DIRECT";

  private static final Pattern SEPARATORS = Pattern.compile("[,\\s]+");
  private static final Pattern THIS_MACHINE =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

  private final Map<String, String> environment;
  private final Function<URI, Optional<String>> configured;

  /** Those of the environment alone. */
  public Proxies(Map<String, String> environment) {
    this(environment, uri -> Optional.empty());
  }

  /**
   * Those of a configuration, and of the environment where it has none.
   *
   * @param configured such as {@code http://host:port} or {@code host:port} for a URI
   */
  public Proxies(Map<String, String> environment, Function<URI, Optional<String>> configured) {
    this.environment = Map.copyOf(environment);
    this.configured = configured;
  }

  /** The same configuration with another environment. */
  Proxies with(Map<String, String> otherEnvironment) {
    return new Proxies(otherEnvironment, configured);
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = String.valueOf(uri.getHost());
    String scheme = String.valueOf(uri.getScheme());
    // curl reads http_proxy in lower case alone: a CGI program's HTTP_PROXY is a caller's header.
    Optional<String> proxy =
        configured
            .apply(uri)
            .or(() -> scheme.equals("http") ? value("http_proxy") : either(scheme + "_proxy"));
    return List.of(
        proxy
            .or(() -> either("all_proxy"))
            .filter(p -> !p.equalsIgnoreCase(DIRECT) && !excepted(host))
            .flatMap(Proxies::parse)
            .orElse(Proxy.NO_PROXY));
  }

  private boolean excepted(String host) {
    if (THIS_MACHINE.matcher(host).matches()) {
      return true;
    }
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
