package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Deployer;
import dev.selfsame.deploy.Journal;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Settings;
import dev.selfsame.deploy.Target;
import dev.selfsame.deploy.TargetName;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Progress;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that deploys is killed at every place that it passes; the next one ends its work. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class KilledDeployTest {
  @TempDir private Path folder;

  /** A process that deploys, and stops for ever at one place. */
  static final class Child {
    private Child() {}

    /** args: folder, stage's folder, target, now, place. */
    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      Landmarks landmarks =
          args[4].equals(DURING_HALT) ? whileItStops(args[2]) : KilledChild.stopAt(args[4]);
      DeployFile file = DeployFileReader.read(folder.resolve("deploy.toml"), "deploy.toml");
      Settings settings = Dock.settings(folder, file, Dock.ENVIRONMENT);
      TargetName.Container name = (TargetName.Container) TargetName.parse(args[2], folder);
      Release release = Dock.head(Path.of(args[1]), Instant.parse(args[3]));
      try (Target target =
          new DockerTargets(Dock.ENVIRONMENT, landmarks, Duration.ofSeconds(60))
              .container(name, settings, Consent.NONE)) {
        new Deployer(target, new Journal(folder.resolve("state")), landmarks, Progress.SILENT)
            .deploy(
                release.deployment(
                    UUID.randomUUID().toString().replace("-", "").substring(0, 12),
                    name.text(),
                    file.fingerprint(),
                    settings.secretsMark(),
                    Instant.parse(args[3])),
                target.plan(release),
                release);
      }
      System.out.println("ended");
    }
  }

  private static final String DURING_HALT = "during halt";

  /** Goes on, and is at its place when the old one was told to end, and has not. */
  private static Landmarks whileItStops(String target) {
    String container = target.substring(target.indexOf(':') + 1);
    return here -> {
      if (here.equals("before halt")) {
        Thread.ofPlatform()
            .daemon()
            .start(() -> {
              while (!logs(container).contains("told to end")) {
                Thread.onSpinWait();
              }
              System.out.println("at " + DURING_HALT);
            });
      }
    };
  }

  private static String logs(String container) {
    try {
      return Cli.call("docker", "logs", container).said();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void killAt(Dock dock, String place) throws Exception {
    KilledChild.at(
        place,
        Child.class,
        dock.folder.toString(),
        dock.stage.folder.toString(),
        dock.target().text(),
        dock.stage.now.toString());
  }

  /** Every place that a deployment of the newest release passes. */
  private static List<String> places(Dock dock) throws Exception {
    List<String> places = new ArrayList<>();
    dock.deploy(places::add);
    return places;
  }

  @Test
  void killed_at_any_place_of_an_upgrade_it_is_ended_forwards_or_backwards() throws Exception {
    byte[] program = new TinyAgent(folder).compiled("v");
    try (Dock dock = new Dock(folder, "docker")) {
      dock.settings("");
      dock.release(program);
      dock.deploy();
      dock.release(TinyAgent.variant(program, "1"));
      List<String> places = places(dock);
      assertTrue(places.contains("switch: joined " + dock.outer()), places.toString());
      boolean committed = false;
      Map<String, String> made = new TreeMap<>();
      dock.release(TinyAgent.variant(program, "2"));
      int version = 2;
      for (String place : places) {
        committed |= place.equals("before retire");
        String before = dock.state();
        killAt(dock, place);
        volumes(dock).forEach(volume -> made.putIfAbsent(volume, place));
        Optional<Outcome> outcome = dock.recover();
        assertEquals(committed ? ExitCode.YES : ExitCode.NO, outcome.orElseThrow().code(), place);
        if (committed) {
          assertNotEquals(before, dock.state(), place);
          assertEquals(1, dock.state().lines().count(), place + ": " + dock.state());
          assertTrue(dock.state().startsWith("/" + dock.name + " "), place);
          assertTrue(
              dock.state().contains(dock.head().image().orElseThrow().config().hex()), place);
          dock.release(TinyAgent.variant(program, Integer.toString(++version)));
        } else {
          assertEquals(before, dock.state(), place);
        }
        assertEquals(Optional.empty(), dock.recover(), place);
      }
      assertNoOtherVolumes(dock, made);
    }
  }

  /** The upgrade has passed nearly all of them: here every third will do. */
  @Test
  void killed_where_nothing_was_before_it_is_ended_or_nothing_is_left() throws Exception {
    try (Dock dock = new Dock(folder, "docker")) {
      dock.release(new TinyAgent(folder).compiled("v"));
      List<String> places = places(dock);
      int commits = places.indexOf("before retire");
      assertTrue(places.contains("create: made") && commits > 0, places.toString());
      Map<String, String> made = new TreeMap<>();
      for (int i = 0; i < places.size(); i += 3) {
        String place = places.get(i);
        dock.clear();
        killAt(dock, place);
        volumes(dock).forEach(volume -> made.putIfAbsent(volume, place));
        Outcome outcome = dock.recover().orElseThrow();
        if (i < commits) {
          Outcome.RolledBack back = assertInstanceOf(Outcome.RolledBack.class, outcome, place);
          assertEquals("nothing, as before", back.stands(), place);
          assertEquals("", dock.state(), place);
        } else {
          assertInstanceOf(Outcome.Healthy.class, outcome, place);
          assertEquals(1, dock.state().lines().count(), place + ": " + dock.state());
          assertTrue(dock.state().startsWith("/" + dock.name + " "), place);
        }
        assertEquals(Optional.empty(), dock.recover(), place);
      }
      assertNoOtherVolumes(dock, made);
    }
  }

  /** Of what has the name, and of the new one that has not got it yet. */
  private static List<String> volumes(Dock dock) throws Exception {
    // Beside them it says which of the two is not there.
    return Cli.call(
            "docker",
            "container",
            "inspect",
            "--format",
            "{{range .Mounts}}{{println .Name}}{{end}}",
            dock.name,
            dock.name + ".next")
        .said()
        .lines()
        .filter(line -> line.matches("[0-9a-f]{64}"))
        .toList();
  }

  /**
   * Of all that were seen, those alone are left that something uses.
   *
   * @param seen by volume, where it was there first
   */
  private static void assertNoOtherVolumes(Dock dock, Map<String, String> seen) throws Exception {
    assertTrue(seen.size() > 2, "hardly one was made: " + seen);
    seen.keySet().retainAll(dock.cli("volume", "ls", "-q").lines().toList());
    assertEquals(Set.copyOf(volumes(dock)), seen.keySet(), seen.toString());
  }

  @Test
  void killed_on_its_way_back_it_still_gets_there() throws Exception {
    TinyAgent agents = new TinyAgent(folder);
    byte[] bad = agents.compiled("bad", "EXITS=1");
    try (Dock dock = new Dock(folder, "docker")) {
      dock.settings("publish = [\"127.0.0.1:%d:8080\"]".formatted(OnDock.free()));
      dock.release(agents.compiled("good"));
      dock.deploy();
      String before = dock.state();
      dock.release(bad);
      List<String> places = places(dock);
      for (String place : places.subList(places.indexOf("before going back"), places.size())) {
        killAt(dock, place);
        assertEquals(ExitCode.NO, dock.recover().orElseThrow().code(), place);
        assertEquals(before, dock.state(), place);
      }
    }
  }

  @Test
  void killed_while_the_old_one_is_being_stopped_it_comes_back() throws Exception {
    TinyAgent agents = new TinyAgent(folder);
    int port = OnDock.free();
    try (Dock dock = new Dock(folder, "docker")) {
      dock.settings("publish = [\"127.0.0.1:%d:8080\"]".formatted(port));
      Path file = folder.resolve("deploy.toml");
      Files.writeString(
          file, Files.readString(file).replace("stop-grace = \"5s\"", "stop-grace = \"1s\""));
      dock.release(agents.compiled("old", "STUBBORN"));
      dock.deploy();
      String before = dock.state();
      dock.release(agents.compiled("new"));
      // First while it is told for the first time: its log stays.
      for (String place : List.of(DURING_HALT, "before halt", "after halt")) {
        killAt(dock, place);
        assertEquals(ExitCode.NO, dock.recover().orElseThrow().code(), place);
        assertEquals(before, dock.state(), place);
        assertEquals("old", Cli.get("http://127.0.0.1:" + port + "/"), place);
        assertEquals(Optional.empty(), dock.recover(), place);
      }
    }
  }
}
