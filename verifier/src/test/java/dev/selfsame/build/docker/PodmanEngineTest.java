package dev.selfsame.build.docker;

import dev.selfsame.build.Engine;
import dev.selfsame.build.EngineContract;
import dev.selfsame.build.TestRoot;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;

@Needs(Component.PODMAN)
final class PodmanEngineTest extends EngineContract {
  @Override
  protected Engine engine(Path spool) {
    return DockerEngine.podman(System.getenv(), TestRoot::image);
  }

  /** Podman says that memory ran out only of a container's first process, ours being the shell. */
  @Override
  protected boolean namesMemory() {
    return false;
  }

  /** Podman makes a cgroup namespace only where the machine has cgroup 2 alone. */
  @Override
  protected String seen(String world) {
    boolean second = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    return second ? world : world.replaceFirst("(?m)^/libpod_parent/libpod-[0-9a-f]{64}$", "/");
  }
}
