package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Mark;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Outcome.RolledBack;
import dev.selfsame.deploy.Release;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What does not do goes, and what ran before comes back. */
@Needs(Component.GCC)
class FolderWayBackTest extends OnHost {
  @Test
  void what_never_gets_ready_goes_and_the_one_before_comes_back() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    String before = scene.tree();
    RolledBack back =
        assertInstanceOf(RolledBack.class, scene.deploy(scene.release("two"), "unready"));
    assertEquals("health", back.step());
    assertTrue(back.reason().contains("503"), back.reason());
    assertTrue(back.stands().contains("runs again"), back.stands());
    assertTrue(back.lastLines().contains("service two"), back.lastLines().toString());
    assertTrue(
        back.lastLines().contains("variable PASSWORD=********"), back.lastLines().toString());
    assertEquals("one", scene.answers());
    assertEquals(before, scene.tree());
    assertEquals(1, scene.processes().size());
  }

  @Test
  void what_ends_by_itself_is_told_with_its_own_error() throws Exception {
    RolledBack back = assertInstanceOf(RolledBack.class, scene.deploy(scene.release("one"), "die"));
    assertEquals("error: told to end", back.lastLines().getLast());
    assertEquals("nothing runs, as before", back.stands());
    assertEquals(List.of(), scene.processes());
    assertFalse(Files.exists(scene.root.resolve("current")));
  }

  @Test
  void going_back_twice_is_the_same_as_once() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    String before = scene.tree();
    var settings = scene.settings("ok");
    FolderTarget target = scene.target(settings, Landmarks.UNWATCHED);
    Release two = scene.release("two");
    var plan = target.plan(two);
    Deployment attempt =
        new Deployment(
            "0123456789ab",
            "dir",
            "viworks/service",
            "production",
            2,
            two.artifact(),
            null,
            two.promotion(),
            List.of(),
            settings.fingerprint(),
            Mark.NONE,
            Instant.now());
    target.goBack(attempt, plan.before());
    target.goBack(attempt, plan.before());
    assertEquals(before, scene.tree());
    assertEquals("one", scene.answers());
  }

  @Test
  void one_before_that_does_not_come_back_leaves_the_deployment_open() throws Exception {
    Release one = scene.release("one");
    scene.deploy(one, "ok");
    Outcome.Unfinished open =
        assertInstanceOf(
            Outcome.Unfinished.class,
            scene.deploy(scene.release("two"), "unready", swap(one, "before start")));
    assertEquals(ExitCode.UNDECIDED, open.code());
    assertTrue(open.toString().contains("is not well again"), open.toString());
    assertEquals(List.of(), scene.processes());
    var target = scene.target(scene.settings("ok"), Landmarks.UNWATCHED);
    Failure still = assertThrows(Failure.class, () -> scene.recover(target));
    assertEquals(ExitCode.UNDECIDED, still.code());
    replace(
        scene.folder.resolve("service-one"),
        scene.root.resolve("releases/" + one.artifact().hex() + "/service"));
    RolledBack back = assertInstanceOf(RolledBack.class, scene.recover(target).orElseThrow());
    assertTrue(back.stands().contains("runs again"), back.stands());
    assertEquals("one", scene.answers());
  }

  @Test
  void what_one_with_other_secrets_wrote_is_not_told() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    Mark other = new Mark("hmac-sha256:" + "0".repeat(64));
    for (Mark known : List.of(Mark.NONE, other)) {
      Landmarks killed =
          place -> {
            if (place.equals("after health")) {
              throw new IllegalStateException("killed");
            }
          };
      Release two = scene.release("two");
      assertThrows(IllegalStateException.class, () -> scene.deploy(two, "ok", killed));
      var target = scene.target(scene.settings("ok"), Landmarks.UNWATCHED);
      RolledBack back =
          assertInstanceOf(RolledBack.class, scene.recover(target, known).orElseThrow());
      assertEquals(known.equals(other), back.lastLines().isEmpty(), back.toString());
      assertEquals("one", scene.answers());
    }
  }

  @Test
  void one_that_was_told_to_end_is_ended_and_started_again() throws Exception {
    scene.deploy(scene.release("one"), "stubborn");
    String before = scene.tree();
    long pid = scene.processes().getFirst();
    Landmarks interrupted =
        place -> {
          if (place.equals("halt: noted")) {
            throw Failure.undecided("interrupted", "run it again");
          }
        };
    RolledBack back =
        assertInstanceOf(RolledBack.class, scene.deploy(scene.release("two"), "ok", interrupted));
    assertTrue(back.stands().contains("runs again"), back.stands());
    assertEquals(1, scene.processes().size());
    assertFalse(scene.processes().contains(pid));
    assertEquals(before, scene.tree());
  }
}
