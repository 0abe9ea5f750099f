package dev.selfsame.deploy.docker;

import static java.util.Objects.requireNonNullElse;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.ContainerNetwork;
import dev.selfsame.outcome.Failure;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A container as its engine describes it.
 *
 * @param id 64 hex digits
 * @param name without a slash
 * @param paused whether somebody has frozen its processes; it counts as running
 * @param pid of its main process, as the engine's machine counts; 0 where none runs
 * @param exit the exit status of the last one
 * @param restarts how often the engine has started it again
 * @param image id of its image, without a scheme
 * @param program what its main process was started from, as the container names it
 * @param onMachine whether it has its engine's machine's own network, and no address of its own
 * @param addresses its IPv4 address by network; empty where it has none just now
 */
record Seen(
    String id,
    String name,
    boolean running,
    boolean paused,
    long pid,
    long exit,
    String error,
    long restarts,
    String image,
    String program,
    Map<String, String> labels,
    boolean onMachine,
    Map<String, String> addresses) {

  static Seen of(InspectContainerResponse said) {
    InspectContainerResponse.ContainerState state = said.getState();
    Map<String, String> labels = said.getConfig().getLabels();
    Map<String, String> addresses = new TreeMap<>();
    Map<String, ContainerNetwork> networks = said.getNetworkSettings().getNetworks();
    if (networks != null) {
      networks.forEach(
          (name, one) -> addresses.put(name, requireNonNullElse(one.getIpAddress(), "")));
    }
    return new Seen(
        said.getId(),
        said.getName().replaceFirst("^/", ""),
        Boolean.TRUE.equals(state.getRunning()) && !Boolean.TRUE.equals(state.getRestarting()),
        Boolean.TRUE.equals(state.getPaused()),
        requireNonNullElse(state.getPidLong(), 0L),
        requireNonNullElse(state.getExitCodeLong(), 0L),
        requireNonNullElse(state.getError(), ""),
        requireNonNullElse(said.getRestartCount(), 0),
        said.getImageId().replaceFirst("^sha256:", ""),
        requireNonNullElse(said.getPath(), ""),
        labels == null ? Map.of() : labels,
        Shape.MACHINE.equals(said.getHostConfig().getNetworkMode()),
        addresses);
  }

  Optional<String> label(String name) {
    return Optional.ofNullable(labels.get(name));
  }

  /** Why it does not run as it was started; empty where it does. */
  Optional<String> ended() {
    if (running && restarts == 0) {
      return Optional.empty();
    }
    return Optional.of(
        "it ended%s%s%s"
            .formatted(
                // Once it runs again, the engine has forgotten the code.
                running ? "" : " with exit code " + exit,
                error.isEmpty() ? "" : ", " + error,
                restarts > 0 ? ", and was started again %d times".formatted(restarts) : ""));
  }

  /**
   * Refuses one that somebody has paused: nobody could ask whether it is well, nor pause it again
   * as it was.
   *
   * @param engine what it is of, such as {@code docker}
   * @throws Failure exit 1 where it is paused
   */
  void requireNotPaused(String engine) {
    if (paused) {
      throw Failure.no(
          "container %s is paused".formatted(name),
          "unpause it first: %s unpause %s".formatted(engine, name));
    }
  }

  /** The first 12 digits of its id. */
  String shortId() {
    return id.substring(0, 12);
  }
}
