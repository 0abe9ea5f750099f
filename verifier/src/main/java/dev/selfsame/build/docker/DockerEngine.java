package dev.selfsame.build.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Version;
import dev.selfsame.build.Ending;
import dev.selfsame.build.Engine;
import dev.selfsame.build.Sandbox;
import dev.selfsame.digest.Digest;
import dev.selfsame.docker.Daemon;
import dev.selfsame.docker.Said;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * A daemon that speaks Docker's API: Docker, or Podman's service. The daemon may be on another
 * machine or unable to see the host's folders, so nothing is bound: folders go in and out as tars,
 * through volumes. Source: Docker Engine API 1.41.
 */
public final class DockerEngine implements Engine {
  private final Daemon daemon;
  private final Function<Digest, Path> images;
  private final Set<DockerRun> running = ConcurrentHashMap.newKeySet();

  private DockerEngine(Daemon daemon, Function<Digest, Path> images) {
    this.daemon = daemon;
    this.images = images;
  }

  /**
   * Docker: {@code DOCKER_HOST}, or {@code /var/run/docker.sock}.
   *
   * @param environment such as {@link System#getenv()}
   * @param images gives a docker-archive tar whose one image has one layer with this DiffID; asked
   *     only when the daemon has no such image
   */
  public static DockerEngine docker(
      Map<String, String> environment, Function<Digest, Path> images) {
    return new DockerEngine(Daemon.docker(environment), images);
  }

  /**
   * Podman: {@code CONTAINER_HOST}, {@code $XDG_RUNTIME_DIR/podman/podman.sock} or {@code
   * /run/podman/podman.sock}. Parameters as for Docker. On a machine with cgroup 1 a command sees
   * its container's random name in {@code /proc/self/cgroup}: Podman makes no cgroup namespace
   * there.
   */
  public static DockerEngine podman(
      Map<String, String> environment, Function<Digest, Path> images) {
    return new DockerEngine(Daemon.podman(environment), images);
  }

  @Override
  public String name() {
    return daemon.name();
  }

  @Override
  public Probe probe() {
    var obstacle = daemon.obstacle();
    if (obstacle.isPresent()) {
      String hint =
          obstacle.get().startsWith("permission")
              ? "add this user to the socket's group, or use another engine"
              : "apt install " + daemon.bringer();
      return new Probe.Absent(obstacle.get(), hint);
    }
    try (DockerClient client = daemon.connect()) {
      Version version = client.versionCmd().exec();
      new Leftovers(client).sweep();
      return new Probe.Works(
          "version %s, API %s at %s"
              .formatted(version.getVersion(), version.getApiVersion(), daemon.address()));
    } catch (IOException | RuntimeException e) {
      return new Probe.Absent(
          "no answer at %s: %s".formatted(daemon.address(), Said.by(e)),
          "start the daemon, or use another engine");
    }
  }

  @Override
  public Ending run(Sandbox sandbox) throws InterruptedException {
    try (DockerClient client = daemon.connect()) {
      String image = new Images(client, images).provide(sandbox.rootDiffId());
      DockerRun run = new DockerRun(client, daemon, sandbox, image);
      running.add(run);
      try {
        return run.run();
      } finally {
        running.remove(run);
      }
    } catch (Failure e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The library throws bare runtime exceptions where a connection fails.
      throw Failure.undecided(
          "%s could not set up the sandbox: %s".formatted(name(), Said.by(e)),
          "try another engine, such as --engine auto",
          e);
    }
  }

  @Override
  public boolean showsHostFolders() {
    return false;
  }

  @Override
  public void killAll() {
    // A connection of its own: a run that ends just now closes the one that it has.
    try (DockerClient client = daemon.connect()) {
      running.forEach(run -> run.kill(client));
    } catch (IOException e) {
      throw new UncheckedIOException("closing the connection to " + name(), e);
    }
  }
}
