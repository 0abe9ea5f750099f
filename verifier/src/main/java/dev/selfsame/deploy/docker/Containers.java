package dev.selfsame.deploy.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.RestartPolicy;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.docker.Daemon;
import dev.selfsame.outcome.Failure;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The containers of one daemon, and its networks as far as they join them. */
final class Containers implements AutoCloseable {
  private static final int LAST_LINES = 20;
  private static final int LOG_SECONDS = 10;
  private static final int MOST_LOG = 64 << 10;

  /** When a container is started again: whenever it ends, unless somebody stopped it. */
  static final String RESTART = "unless-stopped";

  /** As {@code docker ps} shows them. */
  private static final int SHORT_ID = 12;

  private final Connection connection;

  private Containers(Connection connection) {
    this.connection = connection;
  }

  /**
   * Connects; the connection ends with this.
   *
   * @param patience how long one answer may take
   * @throws Failure exit 3 where its socket cannot be used
   */
  static Containers connect(Daemon daemon, Duration patience, Secrets secrets) {
    return new Containers(Connection.open(daemon, patience, secrets));
  }

  Connection connection() {
    return connection;
  }

  Daemon daemon() {
    return connection.daemon();
  }

  /** A container by its name or whole id; engines take the beginning of an id too. */
  Optional<Seen> find(String name) throws InterruptedException {
    return connection.ask(
        "describe " + name,
        docker -> {
          try {
            Seen seen = Seen.of(docker.inspectContainerCmd(name).exec());
            if (seen.name().equals(name) || seen.id().equals(name)) {
              return Optional.of(seen);
            }
            if (name.length() >= SHORT_ID) {
              throw Failure.usage(
                  "%s is the beginning of an id: that container is called %s"
                      .formatted(name, seen.name()),
                  "name it so, since an id changes with each deployment");
            }
            return Optional.empty();
          } catch (NotFoundException e) {
            return Optional.<Seen>empty();
          }
        });
  }

  /** A container that must be there. */
  Seen require(String name) throws InterruptedException {
    return find(name)
        .orElseThrow(() ->
            Failure.undecided(
                "container %s is gone".formatted(name), "see who removed it, and run it again"));
  }

  /** How a container is run. */
  Shape shape(String name) throws InterruptedException {
    return connection.ask(
        "describe " + name,
        docker -> Shape.of(docker.inspectContainerCmd(name).exec(), daemon().isPodman()));
  }

  /** Containers with a label of this value, running or not. */
  List<Seen> labelled(String label, String value) throws InterruptedException {
    List<Container> all =
        connection.ask(
            "list containers",
            docker ->
                docker
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of(label, value))
                    .exec());
    List<Seen> found = new ArrayList<>();
    for (Container one : all) {
      find(one.getId()).ifPresent(found::add);
    }
    return found;
  }

  /** The names of containers that begin so, running or not, sorted. */
  List<String> named(String beginning) throws InterruptedException {
    List<Container> all =
        connection.ask(
            "list containers", docker -> docker.listContainersCmd().withShowAll(true).exec());
    return all.stream()
        .flatMap(one -> Arrays.stream(one.getNames()))
        .map(each -> each.replaceFirst("^/", ""))
        .filter(each -> each.startsWith(beginning))
        .sorted()
        .toList();
  }

  /** Whether there is a network of exactly this name. */
  boolean hasNetwork(String name) throws InterruptedException {
    List<Network> found =
        connection.ask(
            "list networks", docker -> docker.listNetworksCmd().withNameFilter(name).exec());
    return found.stream().anyMatch(one -> name.equals(one.getName()));
  }

  /** Makes a container; its id. */
  String create(String name, String image, Consumer<CreateContainerCmd> settings)
      throws InterruptedException {
    return connection.ask(
        "create " + name,
        docker -> {
          CreateContainerCmd command = docker.createContainerCmd(image).withName(name);
          settings.accept(command);
          return command.exec().getId();
        });
  }

  /** Lets a container join a network. */
  void join(String network, String id, List<String> aliases) throws InterruptedException {
    connection.tell(
        "join network " + network,
        docker ->
            docker
                .connectToNetworkCmd()
                .withNetworkId(network)
                .withContainerId(id)
                .withContainerNetwork(new ContainerNetwork().withAliases(aliases))
                .exec());
  }

  void leave(String network, String id) throws InterruptedException {
    connection.tell(
        "leave network " + network,
        docker ->
            docker
                .disconnectFromNetworkCmd()
                .withNetworkId(network)
                .withContainerId(id)
                .withForce(true)
                .exec());
  }

  /** Starts a container, unless it runs. */
  void start(String id) throws InterruptedException {
    connection.tell(
        "start " + id,
        docker -> {
          try {
            docker.startContainerCmd(id).exec();
          } catch (NotModifiedException e) {
            // It runs.
          }
        });
  }

  /** Stops a container by SIGTERM, and after some time by SIGKILL, unless it does not run. */
  void stop(String id, Duration grace) throws InterruptedException {
    connection.tell(
        "stop " + id,
        docker -> {
          try {
            docker.stopContainerCmd(id).withTimeout(seconds(grace)).exec();
          } catch (NotModifiedException e) {
            // It does not run.
          }
        });
  }

  /** Stops a container as {@link #stop} does, and starts it again. */
  void restart(String id, Duration grace) throws InterruptedException {
    connection.tell(
        "start again " + id,
        docker -> docker.restartContainerCmd(id).withTimeout(seconds(grace)).exec());
  }

  /** Has a container started again whenever it ends, and after the engine's own start. */
  void keepRunning(String id) throws InterruptedException {
    connection.tell(
        "keep running " + id,
        docker ->
            docker
                .updateContainerCmd(id)
                .withRestartPolicy(RestartPolicy.unlessStoppedRestart())
                .exec());
  }

  void rename(String id, String name) throws InterruptedException {
    connection.tell(
        "rename to " + name, docker -> docker.renameContainerCmd(id).withName(name).exec());
  }

  /** Whole seconds, as engines count; rounded up, since 0 would mean SIGKILL at once. */
  static int seconds(Duration grace) {
    return Math.toIntExact(grace.plusMillis(999).toSeconds());
  }

  /**
   * Removes a container, unless it is gone.
   *
   * @param volumes whether its nameless volumes go too
   */
  void remove(String id, boolean volumes) throws InterruptedException {
    connection.tell(
        "remove " + id,
        docker -> {
          try {
            docker.removeContainerCmd(id).withForce(true).withRemoveVolumes(volumes).exec();
          } catch (NotFoundException e) {
            // It is gone.
          } catch (ConflictException e) {
            // Somebody removes it already.
          }
        });
  }

  /** The last lines of a container's log, secrets masked. */
  List<String> lastLines(String id) {
    StringBuilder said = new StringBuilder();
    ResultCallback.Adapter<Frame> reader =
        new ResultCallback.Adapter<>() {
          @Override
          public void onNext(Frame frame) {
            if (said.length() < MOST_LOG) {
              said.append(new String(frame.getPayload(), StandardCharsets.UTF_8));
            }
          }
        };
    try {
      connection
          .client()
          .logContainerCmd(id)
          .withStdOut(true)
          .withStdErr(true)
          .withTail(LAST_LINES)
          .exec(reader)
          .awaitCompletion(LOG_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      return List.of();
    }
    return connection
        .mask(said.toString())
        .lines()
        .map(Containers::plain)
        .filter(line -> !line.isBlank())
        .toList();
  }

  /** What a program writes must not move the cursor of whoever reads it. */
  private static String plain(String line) {
    StringBuilder out = new StringBuilder();
    line.codePoints()
        .map(c -> Character.isISOControl(c) || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .forEach(out::appendCodePoint);
    return out.toString().stripTrailing();
  }

  @Override
  public void close() {
    connection.close();
  }
}
