package dev.selfsame.pins.fetch;

import dev.selfsame.outcome.Failure;
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
import java.util.regex.Matcher;
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

  private static final Pattern PORT = Pattern.compile("(?<=[^:]):\\d{1,5}$");
  private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
  private static final Pattern RANGE = Pattern.compile("(" + ADDRESS + ")/(\\d{1,2})");
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
    Optional<String> named = proxy.or(() -> either("all_proxy"));
    if (named.isEmpty() && !THIS_MACHINE.matcher(host).matches()) {
      return ofTheJvm(uri);
    }
    return List.of(
        named
            .filter(p -> !p.equalsIgnoreCase(DIRECT) && !excepted(host))
            .map(Proxies::parse)
            .orElse(Proxy.NO_PROXY));
  }

  /** What {@code -Dhttps.proxyHost} and its like say, where nothing else does. */
  private static List<Proxy> ofTheJvm(URI uri) {
    ProxySelector usual = ProxySelector.getDefault();
    return usual == null || uri.getHost() == null ? List.of(Proxy.NO_PROXY) : usual.select(uri);
  }

  private boolean excepted(String host) {
    if (THIS_MACHINE.matcher(host).matches()) {
      return true;
    }
    String asked = host.toLowerCase(Locale.ROOT);
    for (String pattern : SEPARATORS.split(either("no_proxy").orElse(""), -1)) {
      String name =
          PORT.matcher(pattern.toLowerCase(Locale.ROOT)).replaceFirst("").replaceFirst("^\\.", "");
      if (name.equals("*")
          || (!name.isEmpty() && (asked.equals(name) || asked.endsWith("." + name)))
          || within(asked, name)) {
        return true;
      }
    }
    return false;
  }

  /** Whether an IPv4 address is in a range such as {@code 10.0.0.0/8}. */
  private static boolean within(String host, String range) {
    Matcher cut = RANGE.matcher(range);
    if (!cut.matches() || !ADDRESS.matcher(host).matches()) {
      return false;
    }
    int bits = Integer.parseInt(cut.group(2));
    long apart = (number(host) ^ number(cut.group(1))) & 0xffff_ffffL;
    return bits <= 32 && apart >>> (32 - bits) == 0;
  }

  private static long number(String address) {
    long number = 0;
    for (String part : address.split("\\.", -1)) {
      number = number << 8 | Integer.parseInt(part);
    }
    return number;
  }

  /**
   * Reads one.
   *
   * @throws Failure (usage) where it is none that can be used: to go past it would be another way
   *     than the one that was asked for
   */
  private static Proxy parse(String text) {
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      if ("http".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null) {
        int port = uri.getPort() >= 0 ? uri.getPort() : 1080;
        return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(uri.getHost(), port));
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    // It may hold a password.
    throw Failure.usage(
        "the proxy of the environment or of apt's configuration is none that is understood here",
        "give http://HOST:PORT, or name the hosts in NO_PROXY");
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
