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
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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

  /** The places of a deployment, from one of them on. */
  private static List<String> from(String place, UnitScene scene, Release release, String mode)
      throws Exception {
    List<String> places = new ArrayList<>();
    scene.deploy(release, mode, places::add);
    return places.subList(places.indexOf(place), places.size());
  }

  /** That it alone runs, of a unit that is as it was written and read, and nothing is open. */
  private static void assertRuns(UnitScene scene, String version, Release release, String place)
      throws Exception {
    assertEquals(version, scene.answers(), place);
    assertEquals(1, scene.processes().size(), place);
    assertEquals(Optional.of(release.artifact()), scene.look().runs(), place);
    assertEquals(List.of(), scene.look().changes(), place);
    assertEquals("no", scene.property("NeedDaemonReload"), place);
    assertFalse(Files.exists(scene.state().resolve("journal.json")), place);
  }

  private static String failed() {
    return UnitScene.said("systemctl", "--failed", "--no-legend");
  }

  @Test
  void killed_anywhere_before_the_old_one_retires_the_next_run_goes_back() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    Release two = scene.release("two");
    scene.healthy(one);
    List<String> places = from("before bring", scene, two, "ok");
    int commits = places.indexOf("before retire");
    assertTrue(commits >= 22, places.toString());
    for (String place : places.subList(0, commits)) {
      scene.deploy(one, "ok");
      String before = scene.tree();
      String invocation = scene.property("InvocationID");
      assertTrue(killedAt(scene, "two", "ok", place), place);
      assertEquals(ExitCode.NO, scene.recover().code(), place);
      assertRuns(scene, "one", one, place);
      assertEquals(before, scene.tree(), place);
      // Until the old one is told to end, going back lets it run.
      boolean early = places.indexOf(place) < places.indexOf("before halt");
      assertEquals(early, invocation.equals(scene.property("InvocationID")), place);
    }
  }

  @Test
  void killed_while_the_old_one_retires_the_next_run_ends_it() throws Exception {
    UnitScene scene = new UnitScene();
    // Of three in turn, the older one has a release that nothing else uses.
    List<String> versions = List.of("one", "two", "three");
    List<Release> releases = new ArrayList<>();
    for (String version : versions) {
      releases.add(scene.release(version));
    }
    scene.healthy(releases.get(0));
    scene.healthy(releases.get(1));
    List<String> places = from("before retire", scene, releases.get(2), "ok");
    assertTrue(places.contains("retire: older removed"), places.toString());
    for (int i = 0; i < places.size(); i++) {
      String place = places.get(i);
      Release release = releases.get(i % 3);
      assertTrue(killedAt(scene, versions.get(i % 3), "ok", place), place);
      assertInstanceOf(Outcome.Healthy.class, scene.recover(), place);
      assertRuns(scene, versions.get(i % 3), release, place);
      assertEquals(2, scene.scene.names("deployments").size(), place);
      assertEquals(
          Stream.of(release, releases.get((i + 2) % 3))
              .map(one -> one.artifact().hex())
              .sorted()
              .toList(),
          scene.scene.names("releases"),
          place);
    }
  }

  @Test
  void killed_while_going_back_the_next_run_goes_back_too() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    String before = scene.tree();
    List<String> places = from("before going back", scene, scene.release("two"), "unready");
    assertTrue(
        places.containsAll(List.of("back: stopped", "back: unit", "back: started")),
        places.toString());
    for (String place : places) {
      assertTrue(killedAt(scene, "two", "unready", place), place);
      assertEquals(ExitCode.NO, scene.recover().code(), place);
      assertRuns(scene, "one", one, place);
      assertEquals(before, scene.tree(), place);
    }
  }

  @Test
  void killed_before_systemd_has_read_the_old_unit_again_the_next_run_has_it_read()
      throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    String before = scene.tree();
    String invocation = scene.property("InvocationID");
    assertTrue(killedAt(scene, "two", "ok", "after switch"));
    // The second one is killed while it goes back for the first.
    assertTrue(killedAt(scene, "two", "ok", "back: unit"));
    // As one leaves it that is killed before it renames the link: there is no landmark between.
    Files.createSymbolicLink(
        scene.root().resolve(".current.next"), Path.of("deployments/0123456789ab"));
    assertEquals(ExitCode.NO, scene.recover().code());
    assertRuns(scene, "one", one, "back: unit");
    assertEquals(invocation, scene.property("InvocationID"), "it was not touched");
    assertEquals(before, scene.tree());
  }

  @Test
  void killed_while_going_back_to_one_that_was_stopped_it_is_stopped_and_has_not_failed()
      throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    UnitScene.said("systemctl", "stop", HostScene.UNIT.name());
    String before = scene.tree();
    assertTrue(killedAt(scene, "two", "unready-fails", "back: unit"));
    assertEquals("failed", scene.property("ActiveState"), "else this shows nothing");
    assertEquals(ExitCode.NO, scene.recover().code());
    assertEquals("inactive", scene.property("ActiveState"));
    assertEquals("", failed());
    assertEquals("no", scene.property("NeedDaemonReload"));
    assertEquals(List.of(), scene.processes());
    assertEquals(before, scene.tree());
  }

  @Test
  void killed_before_anything_was_there_the_next_run_deploys() throws Exception {
    UnitScene scene = new UnitScene();
    for (String place : List.of("before bring", "switch: link", "switch: unit", "after start")) {
      assertTrue(killedAt(scene, "one", "ok", place), place);
      assertEquals(ExitCode.NO, scene.recover().code(), place);
      assertNothing(scene, place);
    }
    scene.healthy(scene.release("one"));
  }

  @Test
  void killed_while_it_takes_a_first_one_away_the_next_run_leaves_nothing() throws Exception {
    UnitScene scene = new UnitScene();
    // Whatever ends with an error is remembered as failed, even where its file is gone.
    List<String> places = from("before going back", scene, scene.release("one"), "unready-fails");
    assertTrue(
        places.containsAll(List.of("back: stopped", "back: unit", "back: reloaded")),
        places.toString());
    for (String place : places) {
      assertTrue(killedAt(scene, "one", "unready-fails", place), place);
      assertEquals(ExitCode.NO, scene.recover().code(), place);
      assertNothing(scene, place);
    }
  }

  private static void assertNothing(UnitScene scene, String place) throws Exception {
    String unit = HostScene.UNIT.name();
    assertEquals(List.of(), scene.processes(), place);
    assertEquals("", failed(), place);
    assertTrue(HostScene.SYSTEMCTL.state(unit).isAbsent(), place);
    Path wanted = HostScene.UNIT.units().resolve("multi-user.target.wants").resolve(unit);
    Place target = new Place(scene.root());
    for (Path gone : List.of(HostScene.UNIT.file(), wanted, target.current())) {
      assertFalse(Files.exists(gone, LinkOption.NOFOLLOW_LINKS), place + ": " + gone);
    }
    assertEquals(Set.of(), target.ids(), place);
    assertFalse(Files.exists(scene.state().resolve("journal.json")), place);
  }
}
