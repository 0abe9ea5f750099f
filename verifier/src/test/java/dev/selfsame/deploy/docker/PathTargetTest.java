package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Target;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program in a container that somebody has made, with nothing but it and its settings. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
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

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  @Needs(Component.PODMAN)
  void a_promoted_program_takes_the_old_ones_place_without_any_shell_and_leaves_nothing(
      String engine) throws Exception {
    on(engine);
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

  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  @Needs(Component.PODMAN)
  void one_that_does_not_do_gives_the_place_back(String engine) throws Exception {
    on(engine);
    String before = scene.stands();
    dock.release(agents.compiled("new", "EXITS=9"));
    Outcome.RolledBack back =
        assertInstanceOf(Outcome.RolledBack.class, scene.deploy(Landmarks.UNWATCHED));
    assertTrue(back.stands().contains("started again with its old program"), back.stands());
    assertEquals(before, scene.stands());
    assertEquals("old", scene.answers());
  }

  @Test
  void one_that_does_not_run_is_started_with_what_was_promoted() throws Exception {
    dock.cli("stop", "-t", "1", scene.name);
    Digest promoted = dock.release(agents.compiled("new")).artifact();
    try (Target target = scene.open(Landmarks.UNWATCHED)) {
      String plan = target.plan(dock.head()).text();
      assertTrue(plan.contains("container %s is stopped; it will".formatted(scene.name)), plan);
      assertFalse(plan.contains("a gap"), plan);
    }
    Outcome outcome = scene.deploy(Landmarks.UNWATCHED);
    assertInstanceOf(Outcome.Healthy.class, outcome, outcome.toString());
    assertEquals(promoted, scene.inside(PLACE));
    assertEquals(TWO, scene.files());
    assertEquals("new", scene.answers());
    assertInstanceOf(Outcome.NothingToDo.class, scene.deploy(Landmarks.UNWATCHED));
  }

  @Test
  void one_that_did_not_run_is_stopped_again_where_the_new_one_does_not_do() throws Exception {
    scene.settings("", "300ms", "2s");
    dock.cli("stop", "-t", "1", scene.name);
    String before = scene.stands();
    dock.release(agents.compiled("new", "READY=503"));
    Outcome.RolledBack back =
        assertInstanceOf(Outcome.RolledBack.class, scene.deploy(Landmarks.UNWATCHED));
    assertEquals("health", back.step(), back.reason());
    assertTrue(back.stands().endsWith("its old program, stopped as before"), back.stands());
    assertEquals(before, scene.stands());
  }

  @Test
  void a_program_changed_before_its_start_is_found_and_the_old_one_put_back() throws Exception {
    Path evil = Files.write(folder.resolve("evil"), agents.compiled("evil"));
    Files.setPosixFilePermissions(evil, PosixFilePermissions.fromString("rwxr-xr-x"));
    dock.release(agents.compiled("new"));
    Outcome outcome =
        scene.deploy(place -> {
          if (place.equals("before start")) {
            cli("cp", evil.toString(), scene.name + ":" + PLACE);
          }
        });
    Outcome.RolledBack back = assertInstanceOf(Outcome.RolledBack.class, outcome);
    assertEquals("prove", back.step());
    assertEquals("old", scene.answers());
    assertEquals(TWO, scene.files());
  }

  @Test
  void settings_of_the_container_itself_are_refused() throws Exception {
    dock.release(agents.compiled("new"));
    scene.settings("publish = [\"8080:8080\"]\n");
    try (Target target = scene.open(Landmarks.UNWATCHED)) {
      Failure failure = assertThrows(Failure.class, () -> target.plan(dock.head()));
      assertTrue(String.valueOf(failure.getMessage()).contains("are its own"));
    }
  }

  @Test
  void a_place_where_nothing_stands_is_refused() throws Exception {
    dock.release(agents.compiled("new"));
    String absent = "/opt/agent/absent";
    scene.refused(
        scene.target().replace(PLACE, absent),
        ExitCode.USAGE,
        "there is no %s in container %s".formatted(absent, scene.name));
  }

  @Test
  void a_paused_one_is_refused_as_such_and_left_as_it_is() throws Exception {
    dock.release(agents.compiled("new"));
    dock.cli("pause", scene.name);
    refused(ExitCode.NO, "container %s is paused".formatted(scene.name));
    try (Target target = scene.open(scene.target(), new Consent(false, true, false))) {
      Failure failure = assertThrows(Failure.class, () -> target.plan(dock.head()));
      assertEquals("unpause it first: docker unpause " + scene.name, failure.hint());
    }
    assertEquals("true", dock.cli("inspect", "--format", "{{.State.Paused}}", scene.name));
    dock.cli("unpause", scene.name);
    assertEquals("old", scene.answers());
  }

  private void cli(String... words) {
    try {
      dock.cli(words);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void refused(ExitCode code, String why) throws Exception {
    scene.refused(scene.target(), code, why);
  }

  /** Another container than the usual one. */
  private void anew(byte[] program, int port, String... options) throws Exception {
    anewOn("docker", program, port, options);
  }

  private void anewOn(String engine, byte[] program, int port, String... options) throws Exception {
    scene.close();
    Path at = Files.createDirectories(folder.resolve("anew"));
    scene = new PathScene(at, engine, program, port, List.of(options));
    dock = scene.dock;
  }

  /** The usual one, of this engine. */
  private void on(String engine) throws Exception {
    if (!engine.equals(dock.engine)) {
      anewOn(engine, agents.compiled("old"), 8080);
    }
  }

  /** Below those that the system hands out: it is free again and again while the test runs. */
  private static int freePort() throws IOException {
    for (int port = 20_000 + (int) (ProcessHandle.current().pid() % 10_000); ; port++) {
      try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return port;
      } catch (BindException e) {
        // The next.
      }
    }
  }

  @Test
  void on_the_machines_own_network_it_is_asked_there_and_goes_back_there() throws Exception {
    anew(agents.compiled("old"), freePort(), "--network", "host");
    dock.release(agents.compiled("bad", "EXITS=9"));
    assertInstanceOf(Outcome.RolledBack.class, scene.deploy(Landmarks.UNWATCHED));
    assertEquals(Digest.sha256(scene.old), scene.inside(PLACE));
    dock.release(agents.compiled("new"));
    assertInstanceOf(Outcome.Healthy.class, scene.deploy(Landmarks.UNWATCHED));
  }

  @Test
  void without_an_address_it_is_refused_before_anything_is_touched() throws Exception {
    anew(agents.compiled("old"), 8080, "--network", "none");
    dock.release(agents.compiled("new"));
    refused(ExitCode.USAGE, "has no address by which");
  }

  @Test
  void what_is_not_well_is_replaced_only_where_that_was_asked_and_comes_back_as_it_was()
      throws Exception {
    anew(agents.compiled("old", "READY=503"), 8080);
    scene.settings("", "300ms", "2s");
    dock.release(agents.compiled("bad", "EXITS=9"));
    refused(ExitCode.NO, "is not well now");
    Consent unwell = new Consent(false, true, false);
    Outcome.RolledBack back =
        assertInstanceOf(Outcome.RolledBack.class, scene.deploy(unwell), "not unfinished");
    assertTrue(back.stands().contains("as little well as before"), back.stands());
    assertEquals("old", scene.answers());
    dock.release(agents.compiled("new"));
    assertInstanceOf(Outcome.Healthy.class, scene.deploy(unwell));
  }

  @Test
  void what_another_user_has_begun_is_left_to_them() throws Exception {
    dock.release(agents.compiled("new"));
    Path left = Files.write(folder.resolve("left"), new byte[] {1});
    dock.cli("cp", left.toString(), scene.name + ":" + PLACE + ".selfsame-new");
    refused(ExitCode.UNDECIDED, "another deployment is under way, or was broken off");
  }

  @Test
  void another_artifacts_place_is_taken_only_where_that_was_asked() throws Exception {
    dock.release(agents.compiled("new"));
    assertInstanceOf(Outcome.Healthy.class, scene.deploy(Landmarks.UNWATCHED));
    Path note = PathScene.own(folder).resolve("deployed.json");
    Files.writeString(note, Files.readString(note).replace("viworks/agent", "viworks/other"));
    dock.release(agents.compiled("newer"));
    refused(ExitCode.USAGE, "another artifact: viworks/other, and not viworks/agent");
    assertInstanceOf(Outcome.Healthy.class, scene.deploy(new Consent(true, false, false)));
  }

  @Test
  void below_an_init_it_is_the_program_that_is_looked_at() throws Exception {
    anew(agents.compiled("old"), 8080, "--init");
    Digest promoted = dock.release(agents.compiled("new")).artifact();
    Outcome outcome = scene.deploy(Landmarks.UNWATCHED);
    assertInstanceOf(Outcome.Healthy.class, outcome, outcome.toString());
    assertEquals(promoted, scene.inside(PLACE));
    assertInstanceOf(Outcome.NothingToDo.class, scene.deploy(Landmarks.UNWATCHED));
  }

  @Test
  void a_file_that_nothing_runs_is_not_taken_for_the_program() throws Exception {
    dock.release(agents.compiled("new"));
    String other = scene.target().replace(PLACE, PathScene.CONFIG);
    try (Target target = scene.open(other, Consent.NONE)) {
      Failure failure = assertThrows(Failure.class, () -> target.plan(dock.head()));
      assertEquals(ExitCode.USAGE, failure.code());
      String said = String.valueOf(failure.getMessage());
      assertTrue(said.contains("runs " + PathScene.CONFIG), said);
      assertTrue(said.endsWith("its main one runs " + PLACE), said);
    }
  }

  @Test
  void one_that_its_engine_starts_again_and_again_is_not_well() throws Exception {
    anew(agents.compiled("old"), 8080, "--restart", "always");
    scene.settings("", "2s", "10s");
    dock.release(agents.compiled("bad", "ENDS_AFTER=400"));
    Outcome.RolledBack back =
        assertInstanceOf(Outcome.RolledBack.class, scene.deploy(Landmarks.UNWATCHED));
    assertTrue(back.reason().matches("(?s).*it ended( with exit code 4)?\\b.*"), back.reason());
    assertEquals("old", scene.answers());
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
