package dev.selfsame.deploy;

import dev.selfsame.deploy.Cluster.Peer;
import dev.selfsame.deploy.Cluster.Rules;
import dev.selfsame.deploy.Cluster.SecretKey;
import dev.selfsame.outcome.Failure;
import dev.selfsame.toml.TomlFields;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the table {@code [kubernetes]} of a deploy file.
 *
 * <pre>{@code
 * [kubernetes]
 * registry = "registry.example.org"      # what the cluster pulls from
 * name = "agent"                         # absent: the last part of the artifact's name
 * namespace = "production"               # absent: left to kubectl
 * replicas = 2                           # 1
 * pull-secret = "registry"               # an existing secret; absent: none
 * scratch = ["/tmp"]                     # what it may write to
 * config-secret = "agent-config/agent.toml"   # an existing SECRET/KEY with the whole file
 * [kubernetes.secrets]                   # for secrets.to-environment: existing SECRET/KEY
 * POSTGRES_PASSWORD = "agent-postgres/password"
 * [kubernetes.requests]
 * cpu = "100m"
 * [kubernetes.limits]
 * memory = "128Mi"
 * [[kubernetes.from]]                    # who may connect; absent: no network policy
 * port = 8080
 * [[kubernetes.to]]                      # what it may connect to; absent: anything
 * port = 5432
 * pods = { app = "postgres" }            # absent: anyone
 * }</pre>
 */
final class ClusterReader {
  private static final Pattern IN_SECRET = Pattern.compile("[^/]+/[^/]+");
  private static final String FORM = "SECRET/KEY";

  private ClusterReader() {}

  /**
   * Reads the table.
   *
   * @throws Failure (usage) with line and column where it is not of the form
   */
  static Cluster read(TomlFields table) {
    try {
      Cluster cluster =
          new Cluster(
              table.string("registry"),
              table.optionalString("name"),
              table.optionalString("namespace"),
              Math.toIntExact(table.optionalCount("replicas").orElse(1L)),
              table.optionalString("pull-secret"),
              table.strings("scratch"),
              table.optionalString("config-secret", IN_SECRET, FORM).map(ClusterReader::inSecret),
              secrets(table),
              strings(table, "requests"),
              strings(table, "limits"),
              rules(table));
      table.noMore();
      return cluster;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw table.wrong("kubernetes: " + e.getMessage());
    }
  }

  private static Map<String, String> strings(TomlFields table, String key) {
    return table.optionalTable(key).map(TomlFields::stringMap).orElse(Map.of());
  }

  private static Map<String, SecretKey> secrets(TomlFields table) {
    Map<String, SecretKey> secrets = new TreeMap<>();
    strings(table, "secrets")
        .forEach((variable, place) -> {
          if (!IN_SECRET.matcher(place).matches()) {
            throw new IllegalArgumentException("not %s: %s".formatted(FORM, place));
          }
          secrets.put(variable, inSecret(place));
        });
    return secrets;
  }

  private static SecretKey inSecret(String place) {
    int slash = place.indexOf('/');
    return new SecretKey(place.substring(0, slash), place.substring(slash + 1));
  }

  private static Optional<Rules> rules(TomlFields table) {
    List<Peer> from = peers(table, "from");
    List<Peer> to = peers(table, "to");
    return table.has("from") || table.has("to")
        ? Optional.of(new Rules(from, table.has("to") ? Optional.of(to) : Optional.empty()))
        : Optional.empty();
  }

  private static List<Peer> peers(TomlFields table, String key) {
    return table.tables(key).stream()
        .map(one -> {
          Peer peer = new Peer(Math.toIntExact(one.count("port")), strings(one, "pods"));
          one.noMore();
          return peer;
        })
        .toList();
  }
}
