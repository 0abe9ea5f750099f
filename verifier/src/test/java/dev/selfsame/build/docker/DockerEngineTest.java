package dev.selfsame.build.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.build.Bench;
import dev.selfsame.build.Ending;
import dev.selfsame.build.Engine;
import dev.selfsame.build.EngineContract;
import dev.selfsame.build.Sandbox;
import dev.selfsame.build.TestRoot;
import dev.selfsame.docker.SocketProxy;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Needs(Component.DOCKER)
final class DockerEngineTest extends EngineContract {
  @Override
  protected Engine engine(Path spool) {
    return DockerEngine.docker(System.getenv(), TestRoot::image);
  }

  /** The daemon may be on a machine with fewer CPUs than this one. */
  @Test
  void more_cpus_than_the_daemon_has_are_no_error() throws Exception {
    Bench bench = new Bench(folder);
    Sandbox.Identity many = new Sandbox.Identity(1000, "selfsame", 022, 4096, false);
    Sandbox sandbox = bench.as(bench.sandbox("nproc", bench.limits()), many);
    Ending ended = engine(folder.resolve("spool")).run(sandbox);
    assertEquals(0, assertInstanceOf(Ending.Exited.class, ended).status());
  }

  @Test
  void a_fork_bomb_is_stopped_where_the_daemon_broke_off_counting() throws Exception {
    Path socket = folder.resolve("s");
    try (SocketProxy proxy = new SocketProxy(socket, Path.of("/var/run/docker.sock"))) {
      proxy.unheard("/stats");
      Engine engine =
          DockerEngine.docker(Map.of("DOCKER_HOST", "unix://" + socket), TestRoot::image);
      seesForkBomb(engine);
      assertTrue(proxy.cutOne());
    }
  }
}
