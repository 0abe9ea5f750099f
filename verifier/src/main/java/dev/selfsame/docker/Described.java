package dev.selfsame.docker;

import static java.util.Objects.requireNonNullElse;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.NetworkSettings;
import com.github.dockerjava.api.model.Ports;
import dev.selfsame.where.ContainerState;
import dev.selfsame.where.ContainerState.Network;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An engine's description of a container, without its environment. */
final class Described {
  /** What Go writes for a time that never was. */
  private static final String NEVER = "0001-01-01T";

  private Described() {}

  /**
   * Asks for it.
   *
   * @throws IOException where the answer lacks what every container has
   */
  static ContainerState state(DockerClient client, Where.Container place) throws IOException {
    InspectContainerResponse answer = client.inspectContainerCmd(place.container()).exec();
    var state = answer.getState();
    String id = answer.getId();
    if (state == null || id == null || !id.matches("[0-9a-f]{64}")) {
      throw new IOException("the daemon describes no container");
    }
    Optional<ContainerConfig> config = Optional.ofNullable(answer.getConfig());
    Optional<InspectImageResponse> image = image(client, answer);
    boolean alive =
        Boolean.TRUE.equals(state.getRunning()) || Boolean.TRUE.equals(state.getPaused());
    Long pid = state.getPidLong();
    return new ContainerState(
        place.engine().word(),
        text(answer.getName()).replaceFirst("^/", ""),
        id,
        config.map(ContainerConfig::getImage).orElse(""),
        sha256(text(answer.getImageId())),
        image.map(InspectImageResponse::getRepoDigests).orElse(List.of()),
        image.map(of -> of.getOs() + "/" + of.getArch()).orElse(""),
        text(state.getStatus()),
        text(state.getStartedAt()).startsWith(NEVER) ? "" : text(state.getStartedAt()),
        command(answer),
        config.map(ContainerConfig::getUser).orElse(""),
        networks(answer.getNetworkSettings()),
        ports(answer.getNetworkSettings()),
        alive && pid != null ? pid : 0,
        program(answer, config));
  }

  private static String text(@Nullable String text) {
    return requireNonNullElse(text, "");
  }

  /** Podman leaves the algorithm out. */
  private static String sha256(String id) {
    return id.isEmpty() || id.contains(":") ? id : "sha256:" + id;
  }

  private static Optional<InspectImageResponse> image(
      DockerClient client, InspectContainerResponse answer) {
    String id = answer.getImageId();
    if (id == null || id.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(client.inspectImageCmd(id).exec());
    } catch (NotFoundException e) {
      return Optional.empty(); // It was removed by force, and the container lives on.
    }
  }

  private static List<String> command(InspectContainerResponse answer) {
    List<String> words = new ArrayList<>(List.of(text(answer.getPath())));
    String[] arguments = answer.getArgs();
    if (arguments != null) {
      List<String> given = List.of(arguments);
      // Podman repeats the program as the first of its arguments.
      boolean repeated = !given.isEmpty() && given.getFirst().equals(words.getFirst());
      words.addAll(repeated ? given.subList(1, given.size()) : given);
    }
    return Masked.words(words);
  }

  private static List<Network> networks(@Nullable NetworkSettings settings) {
    Map<String, ContainerNetwork> all = settings == null ? null : settings.getNetworks();
    if (all == null) {
      return List.of();
    }
    List<Network> networks = new ArrayList<>();
    new TreeMap<>(all)
        .forEach((name, network) ->
            networks.add(
                new Network(
                    name,
                    Stream.of(text(network.getIpAddress()), text(network.getGlobalIPv6Address()))
                        .filter(address -> !address.isEmpty())
                        .toList())));
    return networks;
  }

  private static List<String> ports(@Nullable NetworkSettings settings) {
    Ports ports = settings == null ? null : settings.getPorts();
    if (ports == null) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    for (Map.Entry<ExposedPort, Ports.Binding @Nullable []> port : ports.getBindings().entrySet()) {
      Ports.Binding[] bindings = port.getValue();
      if (bindings == null || bindings.length == 0) {
        lines.add(port.getKey() + ", not published");
      } else {
        for (Ports.Binding binding : bindings) {
          lines.add(
              "%s at %s:%s".formatted(port.getKey(), host(binding), binding.getHostPortSpec()));
        }
      }
    }
    return lines.stream().sorted().distinct().toList();
  }

  private static String host(Ports.Binding binding) {
    String ip = text(binding.getHostIp());
    return ip.isEmpty() ? "*" : ip.contains(":") ? "[" + ip + "]" : ip;
  }

  /** A name without a slash stays one: where it is found is decided when it is started. */
  private static String program(InspectContainerResponse answer, Optional<ContainerConfig> config) {
    String path = text(answer.getPath());
    if (path.startsWith("/") || path.isEmpty()) {
      return path;
    } else if (path.contains("/")) {
      String folder = config.map(ContainerConfig::getWorkingDir).orElse("");
      return (folder.endsWith("/") ? folder : folder + "/") + path;
    }
    return path;
  }
}
