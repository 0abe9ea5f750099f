package dev.selfsame.docker;

import dev.selfsame.outcome.Failure;
import dev.selfsame.where.Where;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a symbolic link stands at a path of a container, by what its engine says in a header:
 * what it sends after that is the link, or the file that it leads to, as engines differ in that.
 */
public final class LinkAt {
  private LinkAt() {}

  /**
   * Where it leads to, within the container's root; empty where no link stands there.
   *
   * @param path absolute, of something that is there
   * @param patience how long the engine may be silent
   * @throws Failure exit 3 where nothing stands there, links lead in circles, or it is not told
   */
  public static Optional<String> find(
      Daemon daemon, String container, String path, Duration patience) {
    Where.Engine engine = daemon.isPodman() ? Where.Engine.PODMAN : Where.Engine.DOCKER;
    Where.Container place =
        new Where.Container(
            "%s:%s:%s".formatted(engine.word(), container, path), engine, container, path);
    try (DockerContainer one = DockerContainer.open(daemon, place, patience)) {
      return one.link(path);
    }
  }
}
