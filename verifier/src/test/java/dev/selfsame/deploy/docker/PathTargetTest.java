package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Target;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program in a container that somebody has made, with nothing but it and its settings. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
class PathTargetTest {
  private static final String PLACE = PathScene.PLACE;
  private static final List<String> TWO = List.of("agent", "agent.toml");

  @TempDir private Path folder;
  private TinyAgent agents;
  private PathScene scene;
  private Dock dock;

  @BeforeEach
  void container() throws Exception {
    agents = new TinyAgent(folder);
    scene = new PathScene(folder, "docker", agents.compiled("old"));
    dock = scene.dock;
  }

  @AfterEach
  void remove() throws Exception {
    scene.close();
  }

  @Test
  void a_promoted_program_takes_the_old_ones_place_without_any_shell_and_leaves_nothing()
      throws Exception {
    Digest promoted = dock.release(agents.compiled("new")).artifact();
    List<Digest> kept = new ArrayList<>();
    Outcome outcome =
        scene.deploy(place -> {
          if (place.equals("before retire")) {
            kept.add(insideUnchecked(PLACE + ".selfsame-old"));
          }
        });
    assertInstanceOf(Outcome.Healthy.class, outcome, outcome.toString());
    assertEquals(promoted, scene.inside(PLACE));
    assertEquals("rwxr-x--x", scene.mode(PLACE));
    assertEquals(List.of(Digest.sha256(scene.old)), kept, "until it is settled");
    assertEquals(TWO, scene.files());
    assertEquals("new", scene.answers());
    assertInstanceOf(Outcome.NothingToDo.class, scene.deploy(Landmarks.UNWATCHED));
  }

  @Test
  void what_somebody_changed_by_hand_is_deployed_again_and_not_taken_for_what_it_was()
      throws Exception {
    Digest promoted = dock.release(agents.compiled("new")).artifact();
    assertInstanceOf(Outcome.Healthy.class, scene.deploy(Landmarks.UNWATCHED));
    Path evil = Files.write(folder.resolve("evil"), agents.compiled("evil"));
    Files.setPosixFilePermissions(evil, PosixFilePermissions.fromString("rwxr-xr-x"));
    dock.cli("cp", evil.toString(), scene.name + ":" + PLACE);
    assertEquals("new", scene.answers(), "its process goes on");
    assertInstanceOf(Outcome.Healthy.class, scene.deploy(Landmarks.UNWATCHED));
    assertEquals(promoted, scene.inside(PLACE));
    assertInstanceOf(Outcome.NothingToDo.class, scene.deploy(Landmarks.UNWATCHED));
  }

  private Digest insideUnchecked(String path) {
    try {
      return scene.inside(path);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void one_that_does_not_do_gives_the_place_back() throws Exception {
    String before = scene.state();
    dock.release(agents.compiled("new", "EXITS=9"));
    Outcome.RolledBack back =
        assertInstanceOf(Outcome.RolledBack.class, scene.deploy(Landmarks.UNWATCHED));
    assertTrue(back.stands().contains("started again with its old program"), back.stands());
    assertEquals(withoutDiff(before), withoutDiff(scene.state()));
    assertEquals("old", scene.answers());
  }

  /** The engine counts what was made and removed again as a change of its folder. */
  private static String withoutDiff(String state) {
    return state.lines().filter(line -> !line.startsWith("[C /")).toList().toString();
  }

  @Test
  void a_program_changed_before_its_start_is_found_and_the_old_one_put_back() throws Exception {
    Path evil = Files.write(folder.resolve("evil"), agents.compiled("evil"));
    Files.setPosixFilePermissions(evil, PosixFilePermissions.fromString("rwxr-xr-x"));
    dock.release(agents.compiled("new"));
    Outcome outcome =
        scene.deploy(place -> {
          if (place.equals("before start")) {
            try {
              dock.cli("cp", evil.toString(), scene.name + ":" + PLACE);
            } catch (Exception e) {
              throw new AssertionError(e);
            }
          }
        });
    Outcome.RolledBack back = assertInstanceOf(Outcome.RolledBack.class, outcome);
    assertEquals("prove", back.step());
    assertEquals("old", scene.answers());
    assertEquals(TWO, scene.files());
  }

  @Test
  void settings_of_the_container_itself_and_absent_places_are_refused() throws Exception {
    dock.release(agents.compiled("new"));
    scene.settings("publish = [\"8080:8080\"]\n");
    try (Target target = scene.open(Landmarks.UNWATCHED)) {
      Failure failure = assertThrows(Failure.class, () -> target.plan(dock.head()));
      assertTrue(String.valueOf(failure.getMessage()).contains("are its own"));
    }
  }

  @Test
  void another_secret_is_brought_in_and_no_file_tells_it_or_its_plain_digest() throws Exception {
    dock.release(agents.compiled("new"));
    List<String> seen = new ArrayList<>();
    assertInstanceOf(Outcome.Healthy.class, scene.deploy(Landmarks.UNWATCHED));
    Digest first = scene.inside(PathScene.CONFIG);
    assertInstanceOf(Outcome.NothingToDo.class, scene.deploy(Landmarks.UNWATCHED));
    assertInstanceOf(Outcome.Healthy.class, scene.deploy("another-word"));
    assertFalse(first.equals(scene.inside(PathScene.CONFIG)));
    dock.release(agents.compiled("newer"));
    scene.deploy(place -> seen.add(everything()));
    for (String one : seen) {
      assertFalse(one.contains("another-word") || one.contains("quoted"), one);
      for (Digest digest : List.of(first, scene.inside(PathScene.CONFIG))) {
        assertFalse(one.contains(digest.hex()), one);
      }
    }
    assertTrue(
        seen.stream().anyMatch(one -> one.contains("hmac-sha256:")), "the journal has marks");
  }

  /** Every file of the target's own folder but the key, which nobody else may read. */
  private String everything() {
    Path own = PathScene.own(folder);
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(own)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        assertEquals("rw-------", mode, file.toString());
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1)).append('\n');
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return all.toString();
  }
}
