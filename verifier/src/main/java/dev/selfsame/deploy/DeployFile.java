package dev.selfsame.deploy;

import static java.util.Objects.requireNonNull;

import dev.selfsame.digest.Digest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How a release is run at a target: the file that {@code --config} names.
 *
 * <pre>{@code
 * stop-grace = "10s"        # from SIGTERM to SIGKILL; 10s where it is absent
 * keep-old = "10s"          # how long the old one stays while the new one works; 10s
 * arguments = ["--quiet"]   # absent: the image's own
 * publish = ["127.0.0.1:8081:8081"]   # [ADDRESS:]HOST-PORT:PORT
 * read-only = true          # its root file system, in a container
 * [container]               # for a container alone: what it may do and use, see ContainerReader
 * memory = "256m"
 * [[networks]]              # must be there; a container joins them
 * name = "internal"
 * [[networks]]
 * name = "public"
 * aliases = ["agent"]       # what it answers to; taken over from the old one
 * [environment]             # as it stands here; no secrets
 * SELFSAME_AGENT_LOG_LEVEL = "info"
 * [secrets]                 # known to the template
 * names = ["POSTGRES_PASSWORD"]
 * file = "agent.secrets"    # NAME=VALUE lines, mode 0600; absent: the environment alone
 * to-environment = []       # those that the program gets as variables, which engines show
 * [config]
 * template = "backend-agent.toml"     # ${NAME} stands for a secret or a variable; ${NAME|url} in an address
 * path = "/etc/agent/agent.toml"      # absent: where the image looks for it
 * [health]
 * live = "http://target:8080/health"  # the host "target" is wherever it runs
 * ready = "http://target:8080/ready"
 * timeout = "60s"
 * interval = "500ms"
 * [kubernetes]              # for manifests alone, see Cluster
 * registry = "registry.example.org"
 * [systemd]                 # for a unit alone
 * user = "agent"            # absent: one that systemd makes
 * writable = ["/srv/agent"]
 * }</pre>
 *
 * @param stopGrace from SIGTERM to SIGKILL
 * @param keepOld how long the new one is watched before the old one goes
 * @param arguments for the program; empty for the image's own
 * @param published ports of the host that lead to it
 * @param readOnly whether a container's own files cannot be written; /tmp can
 * @param networks those it joins, at most one of a name
 * @param environment variables by name, none of them secret
 * @param secrets what is kept from everybody's eyes
 * @param config its configuration file, if it has one
 * @param health how it says that it is well
 * @param container what a container may do and use
 * @param cluster what else a Kubernetes cluster has to know, if it runs there
 * @param unit what else a systemd unit has to know
 */
public record DeployFile(
    Duration stopGrace,
    Duration keepOld,
    List<String> arguments,
    List<Published> published,
    boolean readOnly,
    List<Network> networks,
    Map<String, String> environment,
    SecretNames secrets,
    Optional<ConfigFile> config,
    Health health,
    ContainerSettings container,
    Optional<Cluster> cluster,
    UnitSettings unit) {

  public DeployFile {
    requireNonNull(stopGrace);
    requireNonNull(keepOld);
    arguments = List.copyOf(arguments);
    published = List.copyOf(published);
    networks = List.copyOf(networks);
    environment = Collections.unmodifiableMap(new TreeMap<>(environment));
    requireNonNull(secrets);
    requireNonNull(config);
    requireNonNull(health);
    requireNonNull(container);
    requireNonNull(cluster);
    requireNonNull(unit);
  }

  /** SHA-256 of what is {@link Declared}; secrets are no part of it. */
  public Digest fingerprint() {
    return Declared.of(this).fingerprint();
  }

  /**
   * A port of the host.
   *
   * @param address of the host, or empty for all of them
   * @param host port of the host, 1 to 65535
   * @param port that the program listens on, TCP
   */
  public record Published(String address, int host, int port) {
    /** As it was written. */
    public String text() {
      return (address.isEmpty() ? "" : address + ":") + host + ":" + port;
    }
  }

  /**
   * A network to join.
   *
   * @param aliases names that it answers to there, taken over from the old one
   */
  public record Network(String name, List<String> aliases) {
    public Network {
      requireNonNull(name);
      aliases = List.copyOf(aliases);
    }
  }

  /**
   * Secrets by name; their values are {@link Secrets}.
   *
   * @param names all of them
   * @param file where they are, beside the environment
   * @param toEnvironment those that the program gets as variables
   */
  public record SecretNames(List<String> names, Optional<Path> file, List<String> toEnvironment) {
    public SecretNames {
      names = List.copyOf(names);
      requireNonNull(file);
      toEnvironment = List.copyOf(toEnvironment);
    }
  }

  /**
   * A configuration file.
   *
   * @param template its text with {@code ${NAME}} or {@code ${NAME|url}} where a secret or variable
   *     belongs
   * @param source how messages name it
   * @param path where the program finds it, absolute; empty for where its image says
   */
  public record ConfigFile(String template, String source, Optional<String> path) {
    public ConfigFile {
      requireNonNull(template);
      requireNonNull(source);
      requireNonNull(path);
    }
  }

  /**
   * How it says that it is well: a GET that is answered with a status from 200 to 299.
   *
   * @param live whether it lives; empty where it is not asked
   * @param ready whether it can work
   * @param timeout how long it may take from its start until it is ready
   * @param interval from one question to the next
   */
  public record Health(
      Optional<URI> live, Optional<URI> ready, Duration timeout, Duration interval) {
    /** The host that stands for wherever the program runs. */
    public static final String TARGET = "target";

    public Health {
      requireNonNull(live);
      requireNonNull(ready);
      requireNonNull(timeout);
      requireNonNull(interval);
    }

    /** Whether it is an address that can be asked: HTTP, of a host, and a port that there is. */
    static boolean isAddress(URI uri) {
      return "http".equals(uri.getScheme())
          && uri.getHost() != null
          && (uri.getPort() == -1 || (uri.getPort() >= 1 && uri.getPort() <= 65_535));
    }

    /** The first port that is asked at the target itself. */
    public OptionalInt port() {
      return Stream.of(live, ready)
          .flatMap(Optional::stream)
          .filter(uri -> TARGET.equals(uri.getHost()))
          .mapToInt(Health::port)
          .findFirst();
    }

    /** The port of an address, 80 where it names none. */
    public static int port(URI uri) {
      return uri.getPort() < 0 ? 80 : uri.getPort();
    }
  }
}
