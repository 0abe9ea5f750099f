package dev.selfsame.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
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
      return variable.orElse(""); // Whoever connects says what is wrong with it.
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
    URI address = address();
    if (!"unix".equals(address.getScheme())) {
      return Optional.empty();
    }
    Path socket = Path.of(address.getPath());
    if (!Files.exists(socket)) {
      return Optional.of("no socket at " + socket);
    }
    return Files.isReadable(socket) && Files.isWritable(socket)
        ? Optional.empty()
        : Optional.of("permission denied on the socket " + socket);
  }

  /** A client for it, which waits for answers as long as they take; nothing is sent yet. */
  public DockerClient connect() {
    DefaultDockerClientConfig config = config();
    return DockerClientImpl.getInstance(config, transport(config).build());
  }

  /**
   * As the other, for somebody who does not wait for ever.
   *
   * @param patience how long an answer may take, or its next bytes
   */
  public DockerClient connect(Duration patience) {
    return DockerClientImpl.getInstance(config(), http(patience));
  }

  /**
   * What speaks to it below a client; nothing is sent yet.
   *
   * @param patience how long an answer may take, or its next bytes
   */
  DockerHttpClient http(Duration patience) {
    return transport(config()).responseTimeout(patience).build();
  }

  private DefaultDockerClientConfig config() {
    // Without properties: the library would otherwise read ~/.docker and the environment again.
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
