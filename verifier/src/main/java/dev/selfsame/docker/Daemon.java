package dev.selfsame.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.selfsame.binary.bytes.Printable;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Where a daemon that speaks Docker's API listens.
 *
 * @param name the engine's name
 * @param variable the environment variable that names its address
 * @param sockets where its socket is otherwise, the first that exists counts
 * @param bringer the Debian package that brings it
 */
public record Daemon(String name, Optional<String> variable, List<Path> sockets, String bringer) {
  private static final String PODMAN = "podman";
  private static final Set<String> SCHEMES = Set.of("tcp", "http", "https");

  /** Kept, or its level would be forgotten with it. It tells of each request that it repeats. */
  private static final Logger LIBRARY = Logger.getLogger("com.github.dockerjava");

  public Daemon {
    sockets = List.copyOf(sockets);
  }

  /** Docker, as the docker program finds it. */
  public static Daemon docker(Map<String, String> environment) {
    return new Daemon(
        "docker",
        Optional.ofNullable(environment.get("DOCKER_HOST")).filter(host -> !host.isBlank()),
        List.of(Path.of("/var/run/docker.sock")),
        "docker.io");
  }

  /** Podman, as the podman program finds its own service. */
  public static Daemon podman(Map<String, String> environment) {
    List<Path> sockets = new ArrayList<>();
    String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    if (runtime.startsWith("/")) {
      sockets.add(Path.of(runtime, "podman/podman.sock"));
    }
    sockets.add(Path.of("/run/podman/podman.sock"));
    return new Daemon(
        PODMAN,
        Optional.ofNullable(environment.get("CONTAINER_HOST")).filter(host -> !host.isBlank()),
        sockets,
        "podman (and: systemctl start podman.socket)");
  }

  /** Whether it is Podman, which differs from Docker in what it makes of the same call. */
  public boolean isPodman() {
    return name.equals(PODMAN);
  }

  /** The address to try. */
  public URI address() {
    return variable
        .map(URI::create)
        .orElseGet(() -> URI.create("unix://" + socket().orElse(sockets.getFirst())));
  }

  /**
   * Where it listens, the same for every way in which that is written: a socket by its real path,
   * another address by its machine and port alone.
   */
  public String place() {
    URI address;
    try {
      address = address();
    } catch (IllegalArgumentException e) {
      return variable.orElse(""); // What is wrong with it, obstacle says.
    }
    if ("unix".equals(address.getScheme()) && address.getPath() != null) {
      Path socket = Path.of(address.getPath()).toAbsolutePath().normalize();
      try {
        return "unix:" + socket.toRealPath();
      } catch (IOException e) {
        return "unix:" + socket;
      }
    }
    return address.getHost() == null
        ? address.toString()
        : "%s:%d".formatted(address.getHost().toLowerCase(Locale.ROOT), address.getPort());
  }

  private Optional<Path> socket() {
    return sockets.stream().filter(Files::exists).findFirst();
  }

  /** Why the address cannot be reached, where that can be seen without trying. */
  public Optional<String> obstacle() {
    URI address;
    try {
      address = address();
    } catch (IllegalArgumentException e) {
      return Optional.of(noAddress());
    }
    if ("unix".equals(address.getScheme())) {
      return address.getPath() == null || address.getPath().isEmpty()
          ? Optional.of(noAddress())
          : socketObstacle(Path.of(address.getPath()));
    }
    return address.getHost() != null && SCHEMES.contains(address.getScheme())
        ? Optional.empty()
        : Optional.of(noAddress());
  }

  private String noAddress() {
    return "no address like unix:///run/x.sock or tcp://host:2376: "
        + Printable.of(variable.orElse(""));
  }

  private static Optional<String> socketObstacle(Path socket) {
    if (!Files.exists(socket)) {
      return Optional.of("no socket at " + socket);
    }
    return Files.isReadable(socket) && Files.isWritable(socket)
        ? Optional.empty()
        : Optional.of("permission denied on the socket " + socket);
  }

  /**
   * A client for it, which waits for answers as long as they take; nothing is sent yet.
   *
   * @throws Failure (undecided) where the address, or what the user has set up beside it, does not
   *     do
   */
  public DockerClient connect() {
    return connect(http());
  }

  /** A client that speaks through {@link #http() what speaks to it}. */
  public DockerClient connect(DockerHttpClient http) {
    return opened(() -> DockerClientImpl.getInstance(config(), http));
  }

  /** What speaks to it below a client, and waits as long as it takes; nothing is sent yet. */
  public DockerHttpClient http() {
    return opened(() -> transport(config()).build());
  }

  /**
   * As the other, for somebody who does not wait for ever.
   *
   * @param patience how long an answer may take, or its next bytes
   */
  public DockerClient connect(Duration patience) {
    return connect(http(patience));
  }

  /**
   * What speaks to it below a client; nothing is sent yet.
   *
   * @param patience how long an answer may take, or its next bytes
   * @throws Failure as {@link #connect()} does
   */
  DockerHttpClient http(Duration patience) {
    return opened(() -> transport(config()).responseTimeout(patience).build());
  }

  /** The library throws whatever comes: of a port that is none, of certificates, of JSON. */
  private <T> T opened(Supplier<T> open) {
    try {
      return open.get();
    } catch (Failure e) {
      throw e;
    } catch (RuntimeException e) {
      throw Failure.undecided(
          "cannot reach %s: %s".formatted(name, Printable.of(Said.by(e))),
          "check %s, DOCKER_TLS_VERIFY with DOCKER_CERT_PATH, and ~/.docker/config.json"
              .formatted(isPodman() ? "CONTAINER_HOST" : "DOCKER_HOST"),
          e);
    }
  }

  private DefaultDockerClientConfig config() {
    // It reads the environment and ~/.docker: certificates, and who may pull from where.
    return DefaultDockerClientConfig.createDefaultConfigBuilder()
        .withDockerHost(address().toString())
        .build();
  }

  private static ZerodepDockerHttpClient.Builder transport(DefaultDockerClientConfig config) {
    LIBRARY.setLevel(Level.WARNING);
    return new ZerodepDockerHttpClient.Builder()
        .dockerHost(config.getDockerHost())
        .sslConfig(config.getSSLConfig())
        .connectionTimeout(Duration.ofSeconds(3));
  }
}
