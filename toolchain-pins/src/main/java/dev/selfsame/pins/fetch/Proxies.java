package dev.selfsame.pins.fetch;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The proxy to fetch through: what some program's configuration says, else {@code HTTPS_PROXY},
 * {@code HTTP_PROXY}, {@code ALL_PROXY} and {@code NO_PROXY} in either case, as curl reads them.
 * This machine itself is never asked for through a proxy. A name and a password may stand before
 * the proxy's host, as in {@code http://NAME:PASSWORD@HOST:PORT}, with what a URL gives another
 * meaning written as %XX.
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
    Optional<String> named = named(uri);
    if (named.isEmpty() && !THIS_MACHINE.matcher(host(uri)).matches()) {
      return ofTheJvm(uri);
    }
    return List.of(usable(uri, named).map(Proxies::address).orElse(Proxy.NO_PROXY));
  }

  /**
   * What the proxy for a place is to be told in {@code Proxy-Authorization}; nothing where it is
   * configured without a name. Source: RFC 7617, section 2.
   */
  Optional<String> authorization(URI uri) {
    return usable(uri, named(uri))
        .map(proxy -> Objects.toString(proxy.getRawUserInfo(), ""))
        .filter(user -> !user.isEmpty())
        .map(Proxies::basic);
  }

  private static String basic(String user) {
    int colon = user.indexOf(':');
    String name = colon < 0 ? user : user.substring(0, colon);
    String both =
        decoded(name) + ":" + decoded(user.substring(name.length()).replaceFirst(":", ""));
    return "Basic " + Base64.getEncoder().encodeToString(both.getBytes(StandardCharsets.UTF_8));
  }

  /** A plus stands for itself before the host. */
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String host(URI uri) {
    return String.valueOf(uri.getHost());
  }

  /** What is written down for a place, whether it can be used or not. */
  private Optional<String> named(URI uri) {
    String scheme = String.valueOf(uri.getScheme());
    // curl reads http_proxy in lower case alone: a CGI program's HTTP_PROXY is a caller's header.
    return configured
        .apply(uri)
        .or(() -> scheme.equals("http") ? value("http_proxy") : either(scheme + "_proxy"))
        .or(() -> either("all_proxy"));
  }

  private Optional<URI> usable(URI uri, Optional<String> named) {
    return named
        .filter(proxy -> !proxy.equalsIgnoreCase(DIRECT) && !excepted(host(uri)))
        .map(Proxies::parse);
  }

  private static Proxy address(URI proxy) {
    int port = proxy.getPort() >= 0 ? proxy.getPort() : 1080;
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port));
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
  private static URI parse(String text) {
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      // With an '@' behind it, what was taken for the host is the begin of a name and password.
      String behind = uri.getRawPath() + uri.getRawQuery() + uri.getRawFragment();
      boolean host = uri.getHost() != null && !behind.contains("@");
      if ("http".equalsIgnoreCase(uri.getScheme()) && host) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    // It may hold a password.
    throw Failure.usage(
        "the proxy of the environment or of a configuration is none that is understood here",
        "give http://HOST:PORT or http://NAME:PASSWORD@HOST:PORT, in which @ is %40, : is %3A,"
            + " / is %2F, # is %23 and % is %25; or name the hosts in NO_PROXY");
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
