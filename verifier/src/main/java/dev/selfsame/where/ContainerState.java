package dev.selfsame.where;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/**
 * What an engine says of a container. Its environment is left out: that is where secrets are kept.
 *
 * @param engine {@code docker} or {@code podman}
 * @param name without a slash
 * @param id 64 lower-case hex digits
 * @param image what it was made from, as it was named then
 * @param imageId SHA-256 of the image's configuration, {@code sha256:…}
 * @param imageDigests by which registries know the image, {@code REPOSITORY@sha256:…}; empty where
 *     it came from none
 * @param platform such as {@code linux/amd64}; empty where the image is gone
 * @param state {@code created}, {@code running}, {@code paused}, {@code restarting}, {@code
 *     removing}, {@code exited} or {@code dead}
 * @param since when it was started last, RFC 3339; empty where it never was
 * @param command the program and its arguments; values that look like secrets are masked
 * @param user empty for the image's default, root
 * @param networks by name
 * @param ports such as {@code 8080/tcp at 127.0.0.1:8080}
 * @param pid of its main process in the engine's own PID namespace; 0 where none runs
 * @param program what it starts, absolute where that can be told; as the engine has it otherwise
 */
public record ContainerState(
    String engine,
    String name,
    String id,
    String image,
    String imageId,
    List<String> imageDigests,
    String platform,
    String state,
    String since,
    List<String> command,
    String user,
    List<Network> networks,
    List<String> ports,
    long pid,
    @JsonIgnore String program) {
  public ContainerState {
    imageDigests = List.copyOf(imageDigests);
    command = List.copyOf(command);
    networks = List.copyOf(networks);
    ports = List.copyOf(ports);
  }

  /**
   * A network that it is attached to.
   *
   * @param addresses within the network; empty while nothing runs
   */
  public record Network(String name, List<String> addresses) {
    public Network {
      addresses = List.copyOf(addresses);
    }
  }

  /** Whether a process of it is there: also while it is paused. */
  @JsonIgnore
  public boolean isAlive() {
    return pid > 0;
  }

  /** Whether the same run of the same container is meant. */
  public boolean isSameRun(ContainerState other) {
    return id.equals(other.id)
        && pid == other.pid
        && since.equals(other.since)
        && state.equals(other.state);
  }
}
