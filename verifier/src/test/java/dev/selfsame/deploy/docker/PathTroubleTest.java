package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.OutcomeText;
import dev.selfsame.docker.SocketProxy;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links, other machines and an engine that goes, where a program is put into a container. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class PathTroubleTest {
  private static final String PLACE = PathScene.PLACE;
  private static final String NOT_TAKEN = "docker does not take files into /opt/agent: ";

  @TempDir private Path folder;
  private PathScene scene;
  private Dock dock;

  private void open(String engine) throws Exception {
    scene = new PathScene(folder, engine, new TinyAgent(folder).compiled("old"));
    dock = scene.dock;
  }

  @AfterEach
  void remove() throws Exception {
    scene.close();
  }

  /** Each would leave what it leads to as it is, and put a file where the link was. */
  @ParameterizedTest
  @ValueSource(strings = {"docker", "podman"})
  @Needs(Component.PODMAN)
  void a_link_is_no_place_of_a_program_and_what_it_leads_to_is_left_alone(String engine)
      throws Exception {
    open(engine);
    dock.release(TinyAgent.variant(scene.old, "new"));
    Path links = Files.createDirectories(folder.resolve("links"));
    Files.createSymbolicLink(links.resolve("elsewhere"), Path.of(PLACE));
    Files.createSymbolicLink(links.resolve("beside"), Path.of("../agent/agent"));
    Files.createSymbolicLink(links.resolve("circle"), Path.of("circle"));
    Files.createSymbolicLink(links.resolve("nowhere"), Path.of("/nowhere"));
    dock.cli("cp", links.toString(), scene.name + ":/opt/links");
    for (String one : List.of("elsewhere", "beside")) {
      scene.refused(
          there("/opt/links/" + one),
          ExitCode.USAGE,
          "/opt/links/%s in container %s is a symbolic link to %s"
              .formatted(one, scene.name, PLACE));
    }
    scene.refused(there("/opt/links/circle"), ExitCode.UNDECIDED, "circle");
    scene.refused(there("/opt/links/nowhere"), ExitCode.USAGE, "/opt/links/nowhere in container ");
    scene.refused(
        there("/opt/links"), ExitCode.NO, "/opt/links of the container is no regular file");
    assertEquals("old", scene.answers());
  }

  private String there(String path) {
    return scene.target().replace(PLACE, path);
  }

  /** A link that is planted while a deployment goes on leads nobody to what it leads to. */
  @Test
  void a_link_planted_in_the_middle_is_taken_away_again_and_not_followed() throws Exception {
    open("docker");
    dock.release(TinyAgent.variant(scene.old, "new"));
    String before = scene.stands();
    Path link =
        Files.createSymbolicLink(folder.resolve("planted"), Path.of(PLACE + ".selfsame-old"));
    Outcome outcome =
        scene.deploy(place -> {
          if (place.equals("after switch")) {
            cli("cp", link.toString(), scene.name + ":" + PLACE);
          }
        });
    Outcome.RolledBack back = assertInstanceOf(Outcome.RolledBack.class, outcome);
    assertEquals("prove", back.step(), back.reason());
    assertEquals(before, scene.stands());
    assertEquals("old", scene.answers());
  }

  private void cli(String... words) {
    try {
      dock.cli(words);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void an_engine_without_room_for_the_program_or_that_goes_meanwhile_has_not_taken_it()
      throws Exception {
    open("docker");
    dock.release(TinyAgent.variant(scene.old, "new"));
    String before = scene.stands();
    Path socket = folder.resolve("engine.sock");
    Map<String, String> engines = Map.of("DOCKER_HOST", "unix://" + socket);
    try (SocketProxy proxy = new SocketProxy(socket, Path.of("/var/run/docker.sock"))) {
      proxy.answers("PUT /", 500, "{\"message\":\"write /x: no space left on device\"}");
      assertNotTaken("write /x: no space left on device", engines);
      assertEquals(before, scene.stands());
      proxy.dropsIn("PUT /", 100_000);
      assertNotTaken("", engines);
      assertEquals(before, scene.stands());
      assertEquals(Optional.empty(), scene.recover());
      proxy.goesIn("PUT /", 100_000);
      Outcome.Unfinished gone = assertInstanceOf(Outcome.Unfinished.class, scene.deployBy(engines));
      assertEquals(ExitCode.UNDECIDED, gone.code());
      assertEquals("bring", gone.step());
      assertTrue(gone.reason().startsWith(NOT_TAKEN), gone.reason());
    }
    assertEquals("old", scene.answers());
    assertEquals(ExitCode.NO, scene.recover().orElseThrow().code());
    assertEquals(before, scene.stands());
    assertInstanceOf(Outcome.Healthy.class, scene.deploy(Landmarks.UNWATCHED));
  }

  private void assertNotTaken(String why, Map<String, String> engines) {
    Failure failure = assertThrows(Failure.class, () -> scene.deployBy(engines));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    String said = String.valueOf(failure.getMessage());
    assertTrue(said.startsWith(NOT_TAKEN + why), said);
  }

  @Test
  void a_program_of_another_machine_never_comes_there_or_goes_back() throws Exception {
    open("docker");
    byte[] other = TinyAgent.variant(scene.old, "new");
    boolean arm = other[18] == (byte) 183;
    other[18] = (byte) (arm ? 62 : 183);
    dock.release(other);
    scene.refused(
        scene.target(),
        ExitCode.NO,
        "the program is for %s, docker".formatted(arm ? "amd64" : "arm64"));
    other = other.clone();
    other[18] = 40; // A machine that is not known here: its kernel decides.
    dock.release(other);
    String before = scene.stands();
    Outcome.RolledBack back =
        assertInstanceOf(Outcome.RolledBack.class, scene.deploy(Landmarks.UNWATCHED));
    assertTrue(
        OutcomeText.of(back).toLowerCase(Locale.ROOT).contains("exec format error"),
        OutcomeText.of(back));
    assertEquals(before, scene.stands());
    assertEquals("old", scene.answers());
  }
}
