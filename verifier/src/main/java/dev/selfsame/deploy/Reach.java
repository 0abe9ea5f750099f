package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.deploy.DeployFile.Health;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * How what runs at a target is reached from here.
 *
 * @param host an address
 * @param ports where a port of the program is another one there
 * @param described for people, such as {@code 172.18.0.3 on network public}
 * @param whose whose answers are that come this way
 */
public record Reach(String host, Map<Integer, Integer> ports, String described, Whose whose) {
  public Reach {
    requireNonNull(host);
    ports = Map.copyOf(ports);
    requireNonNull(described);
    requireNonNull(whose);
  }

  /** A way that leads nowhere else. */
  public Reach(String host, Map<Integer, Integer> ports, String described) {
    this(host, ports, described, Optional::empty);
  }

  /** Says whether an answer just now would be that of what is asked. */
  @FunctionalInterface
  public interface Whose {
    /**
     * Why it would not be; empty where it would.
     *
     * @throws dev.selfsame.outcome.Failure exit 3 where that cannot be told
     */
    Optional<String> another() throws InterruptedException;
  }

  /** An address of the settings, with this one where it says {@code target}. */
  URI at(URI uri) {
    if (!Health.TARGET.equals(uri.getHost())) {
      return uri;
    }
    int port = Health.port(uri);
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    String literal = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return URI.create(
        "http://%s:%d%s%s".formatted(literal, ports.getOrDefault(port, port), path, query));
  }
}
