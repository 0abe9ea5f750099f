package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.OutcomeText;
import dev.selfsame.deploy.Target;
import dev.selfsame.docker.SocketProxy;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that goes, or says nothing; a disk that takes no more; Podman. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class EngineTroubleTest {
  private static final Path DOCKER = Path.of("/var/run/docker.sock");
  private static final String FULL = "{\"message\":\"write /x: no space left on device\"}";

  @TempDir private Path folder;
  private Dock dock;
  private TinyAgent agents;

  @BeforeEach
  void open() throws Exception {
    dock = new Dock(folder, "docker");
    agents = new TinyAgent(folder);
    dock.release(agents.compiled("v1"));
    assertInstanceOf(Outcome.Healthy.class, dock.deploy());
    dock.release(agents.compiled("v2"));
  }

  @AfterEach
  void close() throws Exception {
    dock.close();
  }

  private Map<String, String> by(Path socket) {
    Map<String, String> environment = new HashMap<>(Dock.ENVIRONMENT);
    environment.put("DOCKER_HOST", "unix://" + socket);
    return environment;
  }

  @Test
  void an_engine_that_goes_in_the_middle_leaves_what_the_next_run_ends() throws Exception {
    String before = dock.state();
    Path socket = folder.resolve("engine.sock");
    try (SocketProxy proxy = new SocketProxy(socket, DOCKER)) {
      Landmarks cut =
          place -> {
            if (place.equals("before start")) {
              try {
                proxy.close();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            }
          };
      try (Target target = dock.open(cut, by(socket), Duration.ofSeconds(20))) {
        Outcome outcome = dock.deploy(target, dock.head(), cut);
        assertInstanceOf(Outcome.Unfinished.class, outcome, OutcomeText.of(outcome));
        assertEquals(ExitCode.UNDECIDED, outcome.code());
        assertTrue(OutcomeText.of(outcome).contains("docker does not"), OutcomeText.of(outcome));
      }
    }
    Outcome ended = dock.recover().orElseThrow();
    assertInstanceOf(Outcome.RolledBack.class, ended);
    assertEquals(before, dock.state());
  }

  /** Docker says so in an answer that has begun well, Podman at once. */
  @Test
  void an_engine_without_room_for_the_image_or_that_goes_meanwhile_leaves_what_was_there()
      throws Exception {
    String before = dock.state();
    Path socket = folder.resolve("engine.sock");
    try (SocketProxy proxy = new SocketProxy(socket, DOCKER);
        Target target = dock.open(Landmarks.UNWATCHED, by(socket), Duration.ofSeconds(60))) {
      proxy.answers("/images/load", 500, FULL);
      String reason = "docker does not load the image: write /x: no space left on device";
      assertNotLoaded(target, reason);
      proxy.answers("/images/load", 200, "{\"errorDetail\":%s}".formatted(FULL));
      assertNotLoaded(target, reason);
      proxy.answers("/images/load", 200, "{\"stream\":\"Loaded image\"}");
      assertNotLoaded(target, "docker has no image ");
      assertEquals(before, dock.state());
      proxy.goesIn("/images/load", 100_000);
      Outcome.Unfinished gone =
          assertInstanceOf(
              Outcome.Unfinished.class, dock.deploy(target, dock.head(), Landmarks.UNWATCHED));
      assertEquals(ExitCode.UNDECIDED, gone.code());
      assertEquals("bring", gone.step());
      assertTrue(gone.reason().startsWith("docker does not load the image: "), gone.reason());
    }
    assertEquals(before, dock.state());
    assertInstanceOf(Outcome.Healthy.class, dock.deploy());
  }

  private void assertNotLoaded(Target target, String why) {
    Failure failure =
        assertThrows(Failure.class, () -> dock.deploy(target, dock.head(), Landmarks.UNWATCHED));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(String.valueOf(failure.getMessage()).startsWith(why), failure.getMessage());
    assertTrue(failure.hint().contains("has room"), failure.hint());
    assertFalse(Files.exists(folder.resolve("state/journal.json")));
  }

  @Test
  void an_engine_that_says_nothing_is_not_waited_for_for_ever() throws Exception {
    String before = dock.state();
    Path file = folder.resolve("deploy.toml");
    // Beside the patience a stop may take its grace.
    Files.writeString(
        file, Files.readString(file).replace("stop-grace = \"5s\"", "stop-grace = \"1s\""));
    Path socket = folder.resolve("engine.sock");
    AtomicBoolean silent = new AtomicBoolean();
    Landmarks started =
        place -> {
          if (place.equals("before start")) {
            start(dock.name + ".next");
            silent.set(true);
          }
        };
    try (SocketProxy proxy = new SocketProxy(socket, DOCKER);
        Target heard = dock.open(Landmarks.UNWATCHED);
        Target unheard = dock.open(Landmarks.UNWATCHED, by(socket), Duration.ofMillis(100))) {
      proxy.fallSilent();
      Failure failure = assertThrows(Failure.class, unheard::now);
      assertEquals(ExitCode.UNDECIDED, failure.code());
      Outcome.Unfinished open =
          assertInstanceOf(
              Outcome.Unfinished.class,
              dock.deploy(new Relay(heard, unheard, silent::get), dock.head(), started));
      assertEquals(ExitCode.UNDECIDED, open.code());
      assertEquals("start", open.step());
      assertTrue(open.reason().contains(": no answer within "), open.reason());
    }
    assertNotEquals(before, dock.state());
    assertInstanceOf(Outcome.RolledBack.class, dock.recover().orElseThrow());
    assertEquals(before, dock.state());
  }

  /** As an engine does that is told to, and does not say that it has. */
  private void start(String container) {
    try {
      dock.cli("start", container);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_disk_that_takes_no_journal_stops_it_and_nothing_is_left() throws Exception {
    String before = dock.state();
    Path state = folder.resolve("state");
    Path aside = folder.resolve("aside");
    Landmarks full =
        place -> {
          try {
            if (place.equals("after create")) {
              Files.move(state, aside);
              Files.writeString(state, "no folder");
            } else if (place.equals("after going back")) {
              Files.delete(state);
              Files.move(aside, state);
            }
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        };
    Outcome.RolledBack outcome = assertInstanceOf(Outcome.RolledBack.class, dock.deploy(full));
    assertTrue(outcome.reason().contains("cannot write where the deployment stands"));
    assertEquals(before, dock.state());
    assertEquals(Optional.empty(), dock.recover());
  }

  @Test
  @Needs(Component.PODMAN)
  void podman_upgrades_and_goes_back_as_docker_does() throws Exception {
    try (Dock podman = new Dock(Files.createDirectories(folder.resolve("podman")), "podman")) {
      podman.release(agents.compiled("p1"));
      Outcome first = podman.deploy();
      assertInstanceOf(Outcome.Healthy.class, first, OutcomeText.of(first));
      String one = podman.id();
      podman.release(agents.compiled("p2"));
      Outcome second = podman.deploy();
      assertInstanceOf(Outcome.Healthy.class, second, OutcomeText.of(second));
      String two = podman.id();
      assertTrue(!one.equals(two));
      podman.release(agents.compiled("p3", "EXITS=4"));
      Outcome third = podman.deploy();
      assertInstanceOf(Outcome.RolledBack.class, third, OutcomeText.of(third));
      assertTrue(OutcomeText.of(third).contains("agent: no way to go on"), OutcomeText.of(third));
      assertEquals(two, podman.id());
    }
  }

  @Test
  void a_message_is_found_in_an_answer_of_any_length() {
    String text = "\\\"x\\\", ".repeat(100_000);
    assertEquals(text, Connection.message("500: {\"message\":\"" + text + "\",\"r\":1}"));
    assertEquals("plain", Connection.message("plain"));
    assertEquals("{\"message\":\"cut", Connection.message("{\"message\":\"cut"));
  }
}
