package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Release;
import dev.selfsame.machine.OnSystemd;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The process that deploys to a unit of a real systemd is killed, at each place, by SIGKILL. */
@OnSystemd
@Needs(Component.GCC)
class KilledUnitTest {
  private static boolean killedAt(UnitScene scene, String version, String mode, String place)
      throws IOException, InterruptedException {
    Process process = Deploying.start(scene.scene, "022", version, mode, place, "unit");
    return Deploying.killedAt(process, place);
  }

  @Test
  void killed_anywhere_the_next_run_ends_it_one_way_or_the_other() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    Release two = scene.release("two");
    scene.healthy(one);
    List<String> places = new ArrayList<>();
    assertInstanceOf(Outcome.Healthy.class, scene.deploy(two, "ok", places::add));
    assertTrue(places.size() >= 24, places.toString());
    for (String place : places) {
      scene.deploy(one, "ok");
      String before = scene.tree();
      String invocation = scene.property("InvocationID");
      assertTrue(killedAt(scene, "two", "ok", place), place);
      Outcome ended = scene.recover();
      boolean forwards = place.endsWith(" retire");
      assertEquals(forwards ? ExitCode.YES : ExitCode.NO, ended.code(), place);
      assertEquals(forwards ? "two" : "one", scene.answers(), place);
      assertEquals(1, scene.processes().size(), place);
      assertEquals(
          Optional.of(forwards ? two.artifact() : one.artifact()), scene.look().runs(), place);
      assertEquals(List.of(), scene.look().changes(), place);
      assertEquals("no", scene.property("NeedDaemonReload"), place);
      assertFalse(Files.exists(scene.state().resolve("journal.json")));
      if (!forwards) {
        assertEquals(before, scene.tree(), place);
      }
      // Until the old one is told to end, going back lets it run.
      boolean early = places.indexOf(place) < places.indexOf("before halt");
      assertEquals(early, invocation.equals(scene.property("InvocationID")), place);
    }
  }

  @Test
  void killed_while_going_back_the_next_run_goes_back_too() throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    String before = scene.tree();
    for (String place : List.of("before going back", "after going back")) {
      assertTrue(killedAt(scene, "two", "unready", place), place);
      scene.recover();
      assertEquals("one", scene.answers(), place);
      assertEquals(before, scene.tree(), place);
      assertEquals(List.of(), scene.look().changes(), place);
    }
  }

  @Test
  void killed_before_anything_was_there_the_next_run_deploys() throws Exception {
    UnitScene scene = new UnitScene();
    for (String place : List.of("before bring", "switch: link", "switch: unit", "after start")) {
      assertTrue(killedAt(scene, "one", "ok", place), place);
      assertEquals(ExitCode.NO, scene.recover().code(), place);
      assertEquals(List.of(), scene.processes(), place);
      assertFalse(Files.exists(HostScene.UNIT.file()), place);
      assertTrue(HostScene.SYSTEMCTL.state(HostScene.UNIT.name()).isAbsent(), place);
    }
    scene.healthy(scene.release("one"));
  }
}
