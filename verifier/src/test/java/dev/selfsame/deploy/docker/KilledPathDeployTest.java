package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that puts a program into somebody's container is killed at every place that it passes;
 * the next one ends its work, and leaves nothing of it.
 */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class KilledPathDeployTest {
  @TempDir private Path folder;

  /** A process that deploys, and stops for ever at one place. */
  static final class Child {
    private Child() {}

    /** args: folder, stage's folder, target, now, place. */
    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      Instant now = Instant.parse(args[3]);
      Landmarks landmarks = KilledChild.stopAt(args[4]);
      PathScene.deploy(
          folder,
          args[2],
          PathScene.settings(folder, Dock.ENVIRONMENT),
          Dock.head(Path.of(args[1]), now),
          now,
          landmarks);
      System.out.println("ended");
    }
  }

  private void killAt(PathScene scene, String place) throws Exception {
    KilledChild.at(
        place,
        Child.class,
        folder.toString(),
        scene.dock.stage.folder.toString(),
        scene.target(),
        scene.dock.stage.now.toString());
  }

  @Test
  void killed_at_any_place_it_is_ended_forwards_or_backwards_and_nothing_is_left()
      throws Exception {
    byte[] program = new TinyAgent(folder).compiled("v");
    try (PathScene scene = new PathScene(folder, "docker", program)) {
      scene.dock.release(TinyAgent.variant(program, "1"));
      List<String> places = new ArrayList<>();
      assertEquals(ExitCode.YES, scene.deploy(places::add).code());
      for (String usual :
          List.of(
              "brought /opt/agent/agent.selfsame-new",
              "kept /opt/agent/agent.toml.selfsame-old",
              "replaced /opt/agent/agent",
              "removed /opt/agent/agent.selfsame-old")) {
        assertTrue(places.contains(usual), places.toString());
      }
      boolean committed = false;
      int version = 2;
      scene.dock.release(TinyAgent.variant(program, "2"));
      String before = scene.state();
      for (String place : places) {
        committed |= place.equals("before retire");
        killAt(scene, place);
        Optional<Outcome> outcome = scene.recover();
        assertEquals(committed ? ExitCode.YES : ExitCode.NO, outcome.orElseThrow().code(), place);
        if (committed) {
          assertEquals(scene.dock.head().artifact(), scene.inside(PathScene.PLACE), place);
          assertEquals(List.of("agent", "agent.toml"), scene.files(), place);
          scene.dock.release(TinyAgent.variant(program, Integer.toString(++version)));
        } else {
          assertEquals(before, scene.state(), place);
        }
        assertEquals("v", scene.answers(), place);
        assertEquals(Optional.empty(), scene.recover(), place);
      }
    }
  }

  @Test
  void killed_on_its_way_back_it_still_gets_there() throws Exception {
    TinyAgent agents = new TinyAgent(folder);
    byte[] good = agents.compiled("good");
    try (PathScene scene = new PathScene(folder, "docker", good)) {
      scene.dock.release(TinyAgent.variant(good, "1"));
      assertEquals(ExitCode.YES, scene.deploy(Landmarks.UNWATCHED).code());
      String before = scene.state();
      scene.dock.release(agents.compiled("bad", "EXITS=1"));
      List<String> places = new ArrayList<>();
      assertEquals(ExitCode.NO, scene.deploy(places::add).code());
      for (String place : places.subList(places.indexOf("before going back"), places.size())) {
        killAt(scene, place);
        assertEquals(ExitCode.NO, scene.recover().orElseThrow().code(), place);
        assertEquals(before, scene.state(), place);
      }
    }
  }
}
