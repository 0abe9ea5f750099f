package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import dev.selfsame.where.Where;
import java.util.List;
import org.junit.jupiter.api.Test;

@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class VerifyInDockerTest extends VerifyContainerContract {
  VerifyInDockerTest() {
    super(Where.Engine.DOCKER);
  }

  @Test
  void a_watch_tells_that_the_file_was_replaced_and_then_that_the_process_is_another()
      throws Exception {
    String id = start("/opt/agent");
    String place = place(id, "");
    scene.when("promoted: ", () -> containers.copyOver(id, other, "/opt/agent"));
    scene.when(
        "other bytes run: ",
        () -> {
          containers.engine("restart", "-t", "0", id);
          awaitUp(id, 2);
        });
    assertEquals(1, scene.verify(place, "--watch", "1", "--times", "3"), scene.said());
    List<String> told = scene.out.lines().filter(line -> line.contains(": " + place)).toList();
    assertEquals(3, told.size(), scene.out);
    assertTrue(told.get(0).startsWith("promoted: " + place), scene.out);
    assertTrue(told.get(1).contains("Z  other bytes run: " + place), scene.out);
    assertTrue(told.get(2).contains("Z  unknown to the registry: " + place), scene.out);
    assertEquals("", scene.err);
  }
}
