package dev.selfsame.build.docker;

import dev.selfsame.build.Engine;
import dev.selfsame.build.EngineContract;
import dev.selfsame.build.TestRoot;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Path;

@Needs(Component.PODMAN)
final class PodmanEngineTest extends EngineContract {
  @Override
  protected Engine engine(Path spool) {
    return DockerEngine.podman(System.getenv(), TestRoot::image);
  }
}
