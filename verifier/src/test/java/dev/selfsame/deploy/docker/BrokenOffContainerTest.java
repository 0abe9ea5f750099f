package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.OutcomeText;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Deployments that were broken off, or met somebody else's hand, and what becomes of them. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class BrokenOffContainerTest extends OnDock {
  private static final class BrokenOff extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** As a kill: nothing but what was begun is left to the next run. */
  private static void breakOff(String place) {
    assertThrows(
        BrokenOff.class,
        () ->
            dock.deploy(at -> {
              if (at.equals(place)) {
                throw new BrokenOff();
              }
            }));
  }

  private static void assertLeftToItsOwn(String why) throws Exception {
    String before = dock.state();
    dock.asAnother(() -> {
      Failure failure = assertThrows(Failure.class, () -> dock.deploy());
      assertEquals(ExitCode.UNDECIDED, failure.code());
      assertSays(String.valueOf(failure.getMessage()), why);
    });
    assertEquals(before, dock.state());
  }

  @Test
  void what_another_user_has_not_ended_is_left_to_them_wherever_it_was_broken_off()
      throws Exception {
    String before = published();
    dock.release(agents.compiled("v2", "EXITS=7"));
    for (String place : List.of("create: made", "after halt", "back: stopped", "back: started")) {
      breakOff(place);
      assertLeftToItsOwn(dock.name + ".next");
      assertEquals(ExitCode.NO, dock.recover().orElseThrow().code(), place);
      assertEquals(before, dock.state(), place);
    }
    dock.release(agents.compiled("v3"));
    for (String place : List.of("retire: old renamed", "retire: new renamed")) {
      breakOff(place);
      assertLeftToItsOwn(place.contains("new") ? dock.name + ".before." : dock.name + ".next");
      assertEquals(ExitCode.YES, dock.recover().orElseThrow().code(), place);
      assertEquals(1, dock.state().lines().count(), dock.state());
      dock.release(agents.compiled("v4"));
    }
  }

  /** A plan, then somebody else's container in that place, then its first step. */
  private Outcome deployAfterSomebodyElse(Dock.Attempt outOfTheWay) throws Exception {
    String image = dock.cli("inspect", "--format", "{{.Image}}", dock.name);
    return dock.deploy(place -> {
      if (place.equals("before create")) {
        unchecked(() -> {
          outOfTheWay.run();
          return dock.cli(
              "create", "--name", dock.name, "--label=dev.selfsame.target=" + dock.name, image);
        });
      }
    });
  }

  @Test
  void a_plan_for_what_somebody_else_has_replaced_since_is_not_carried_out() throws Exception {
    running();
    dock.release(agents.compiled("v2"));
    Outcome.RolledBack outcome =
        assertInstanceOf(
            Outcome.RolledBack.class,
            deployAfterSomebodyElse(() -> dock.cli("rm", "-f", dock.name)));
    assertEquals("create", outcome.step());
    assertSays(outcome.reason(), "somebody else has put another container in the place");
    assertSays(outcome.stands(), dock.name, "which somebody else has put there");
    assertEquals(1, dock.state().lines().count(), dock.state());
    assertEquals(Optional.empty(), dock.recover());
  }

  @Test
  void an_old_one_that_somebody_put_out_of_the_way_stays_there() throws Exception {
    published();
    dock.release(agents.compiled("v2"));
    String kept = dock.name + "-bak";
    Outcome outcome =
        deployAfterSomebodyElse(() -> {
          dock.cli("stop", "-t", "1", dock.name);
          dock.cli("rename", dock.name, kept);
        });
    Outcome.RolledBack back = assertInstanceOf(Outcome.RolledBack.class, outcome);
    assertSays(back.stands(), dock.name, "which somebody else has put there");
    assertEquals("false", dock.cli("inspect", "--format", "{{.State.Running}}", kept));
    assertEquals(2, dock.state().lines().count(), dock.state());
    assertEquals(Optional.empty(), dock.recover());
  }

  @Test
  void an_old_one_does_not_come_back_beside_what_somebody_else_has_put_there() throws Exception {
    running();
    dock.release(agents.compiled("v2"));
    breakOff("retire: new renamed");
    String image = dock.cli("inspect", "--format", "{{.Image}}", dock.name);
    dock.cli("rm", "-f", dock.name);
    dock.cli("create", "--name", dock.name, "--label=dev.selfsame.target=" + dock.name, image);
    String theirs = dock.id();
    Outcome outcome = dock.recover().orElseThrow();
    assertInstanceOf(Outcome.Failed.class, outcome);
    assertEquals(1, dock.state().lines().count(), dock.state());
    assertEquals(theirs, dock.id());
  }

  private String published() throws Exception {
    dock.settings("publish = [\"127.0.0.1:%d:8080\"]".formatted(free()));
    return running();
  }

  @Test
  void a_new_one_that_goes_after_the_point_of_no_return_is_no_success_and_blocks_nothing()
      throws Exception {
    running();
    dock.release(agents.compiled("v2"));
    breakOff("before retire");
    dock.cli("rm", "-f", dock.name + ".next");
    Outcome outcome = dock.recover().orElseThrow();
    assertInstanceOf(Outcome.Failed.class, outcome);
    assertSays(OutcomeText.of(outcome), "failed: viworks/agent", "container " + dock.name);
    assertEquals(ExitCode.YES, dock.deploy().code());
    assertEquals(1, dock.state().lines().count(), dock.state());
  }

  @Test
  void one_that_ended_before_the_next_run_came_is_not_called_healthy() throws Exception {
    running();
    dock.release(agents.compiled("v2"));
    breakOff("after retire");
    dock.cli("stop", "-t", "1", dock.name);
    Outcome outcome = dock.recover().orElseThrow();
    assertInstanceOf(Outcome.Failed.class, outcome);
    assertSays(OutcomeText.of(outcome), "does not run");
  }

  @Test
  void where_the_old_one_does_not_come_back_nobody_says_that_it_did() throws Exception {
    published();
    dock.release(agents.compiled("v2", "EXITS=7"));
    Outcome outcome =
        dock.deploy(at -> {
          if (at.equals("before going back")) {
            try {
              dock.cli("rm", "-f", dock.name);
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }
        });
    Outcome.Unfinished open = assertInstanceOf(Outcome.Unfinished.class, outcome);
    assertSays(open.then(), "nothing runs");
    // Whoever else would deploy sees by it that this has not ended.
    dock.cli("inspect", dock.name + ".next");
    Failure failure = assertThrows(Failure.class, () -> dock.recover());
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertSays(failure.hint(), "remove " + folder.resolve("state/journal.json"));
  }

  @Test
  void an_old_one_that_was_told_to_end_is_waited_for_and_started_again() throws Exception {
    String before = published();
    dock.release(agents.compiled("v2"));
    breakOff("before halt");
    Outcome outcome = dock.recover().orElseThrow();
    assertSays(OutcomeText.of(outcome), "started again");
    assertEquals(before, dock.state());
  }
}
