package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.digest.Digest;
import dev.selfsame.docker.Daemon;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What engines do with a file that is replaced: with nothing but it in the container. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class KeptFileTest {
  @TempDir private Path folder;

  private static long write(OutputStream out, byte[] content) {
    try {
      return new ByteArrayInputStream(content).transferTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"docker,true", "docker,false", "podman,true", "podman,false"})
  @Needs(Component.PODMAN)
  void a_file_is_replaced_and_put_back_and_nothing_is_left_beside_it(String engine, boolean running)
      throws Exception {
    byte[] fresh = {1, 2, 3};
    try (PathScene scene = new PathScene(folder, engine, new TinyAgent(folder).compiled("old"));
        Containers containers = containers(engine)) {
      if (!running) {
        scene.dock.cli("stop", "-t", "1", scene.name);
      }
      KeptFile file =
          KeptFile.program(containers, scene.name, PathScene.PLACE, Landmarks.UNWATCHED);
      // Another name of the same file: it is nobody's place, and keeps what it has.
      new Inside(containers.connection())
          .put(scene.name, "/opt/agent", OneFile.link("twin", "agent", file.require()));
      String twin = twin(scene);
      String old = file.note(Digest.sha256(scene.old));
      file.bring(Digest.sha256(fresh), out -> write(out, fresh));
      file.replace(old);
      assertEquals(Digest.sha256(fresh), scene.inside(PathScene.PLACE));
      assertEquals(
          List.of("agent", "agent.selfsame-new", "agent.selfsame-old", "agent.toml", "twin"),
          scene.files());
      assertEquals(twin, twin(scene));
      file.putBack(old);
      assertEquals(List.of(), file.tidy());
      assertEquals(List.of(), file.tidy(), "again");
      assertEquals(Digest.sha256(scene.old), scene.inside(PathScene.PLACE));
      assertEquals("rwxr-x--x", scene.mode(PathScene.PLACE));
      assertEquals(List.of("agent", "agent.toml", "twin"), scene.files());
      assertEquals(twin, twin(scene));
    }
  }

  private static String twin(PathScene scene) throws Exception {
    String place = "/opt/agent/twin";
    assertEquals(Digest.sha256(scene.old), scene.inside(place));
    return scene.mode(place);
  }

  private static Containers containers(String engine) {
    return Containers.connect(
        engine.equals("docker") ? Daemon.docker(System.getenv()) : Daemon.podman(System.getenv()),
        Duration.ofSeconds(60),
        Secrets.none());
  }

  /** A place where something is mounted cannot be removed by anybody. */
  @Test
  void what_the_engine_does_not_remove_is_named() throws Exception {
    try (PathScene scene = new PathScene(folder, "docker", new TinyAgent(folder).compiled("old"));
        Containers containers = containers("docker")) {
      String other = scene.name + "-two";
      String place = PathScene.PLACE + ".selfsame-old";
      scene.dock.cli("create", "--name", other, "-v", place, scene.image(), PathScene.PLACE);
      try {
        KeptFile file = KeptFile.program(containers, other, PathScene.PLACE, Landmarks.UNWATCHED);
        assertEquals(List.of(place), file.tidy());
      } finally {
        scene.dock.cli("rm", "-f", "-v", other);
      }
    }
  }
}
