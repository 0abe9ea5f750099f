package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.TargetLock;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The deploying process is killed, at each place, by SIGKILL. */
@Needs(Component.GCC)
class KilledDeployTest {
  @TempDir Path folder;
  private HostScene scene;
  private String umask = "022";

  @BeforeEach
  void open() throws IOException {
    scene = new HostScene(folder.toRealPath());
  }

  @AfterEach
  void close() throws InterruptedException {
    scene.close();
  }

  private Process deploying(String version, String mode, String place) throws IOException {
    return Deploying.start(scene, umask, version, mode, place, "dir");
  }

  /** Whether it got to the place; it is dead either way. */
  private boolean killedAt(String version, String mode, String place) throws Exception {
    return Deploying.killedAt(deploying(version, mode, place), place);
  }

  private List<String> places(String mode) throws Exception {
    List<String> places = new ArrayList<>();
    scene.deploy(scene.release("two"), mode, places::add);
    return places;
  }

  @Test
  void killed_anywhere_the_next_run_ends_it_one_way_or_the_other() throws Exception {
    Release one = scene.release("one");
    scene.deploy(one, "ok");
    List<String> places = places("ok");
    assertTrue(places.size() >= 22, places.toString());
    Release two = scene.release("two");
    for (String place : places) {
      scene.deploy(one, "ok");
      String before = scene.tree();
      assertEquals("one", scene.answers(), place);
      assertTrue(killedAt("two", "ok", place), place);
      Optional<Outcome> ended =
          scene.recover(scene.target(scene.settings("ok"), Landmarks.UNWATCHED));
      assertTrue(ended.isPresent(), place);
      boolean forwards = place.endsWith(" retire");
      assertEquals(forwards ? ExitCode.YES : ExitCode.NO, ended.get().code(), place);
      assertEquals(forwards ? "two" : "one", scene.answers(), place);
      assertEquals(1, scene.processes().size(), place);
      Digest runs = Proc.digest(scene.processes().getFirst());
      assertEquals(forwards ? two.artifact() : one.artifact(), runs, place);
      if (!forwards) {
        assertEquals(before, scene.tree(), place);
      }
      assertFalse(Files.exists(scene.state().resolve("journal.json")), place);
    }
  }

  @Test
  void killed_while_going_back_the_next_run_goes_back_too() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    String before = scene.tree();
    for (String place : List.of("before going back", "after going back")) {
      assertTrue(killedAt("two", "unready", place), place);
      scene.recover(scene.target(scene.settings("ok"), Landmarks.UNWATCHED));
      assertEquals("one", scene.answers(), place);
      assertEquals(1, scene.processes().size(), place);
      assertEquals(before, scene.tree(), place);
    }
  }

  @Test
  void killed_before_anything_was_there_the_next_run_deploys() throws Exception {
    for (String place : List.of("before bring", "after create", "start: spawned", "after switch")) {
      assertTrue(killedAt("one", "ok", place), place);
      assertInstanceOf(Outcome.Healthy.class, scene.deploy(scene.release("one"), "ok"), place);
      assertEquals("one", scene.answers());
      assertEquals(1, scene.processes().size(), place);
      scene.close();
      for (String id : new Place(scene.root).ids()) {
        dev.selfsame.files.FileTree.delete(scene.root.resolve("deployments/" + id));
      }
      Files.delete(scene.root.resolve("current"));
    }
  }

  @Test
  void what_was_started_outlives_the_process_that_deployed_it() throws Exception {
    Process process = deploying("one", "ok", "nowhere");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals("ended: YES\n", said);
    assertEquals("one", scene.answers());
    long pid = scene.processes().getFirst();
    assertFalse(
        ProcessHandle.of(pid)
            .flatMap(ProcessHandle::parent)
            .map(ProcessHandle::pid)
            .filter(parent -> parent == process.pid())
            .isPresent());
  }

  @Test
  void a_umask_that_lets_a_group_write_opens_no_folder() throws Exception {
    umask = "002";
    Process process = deploying("one", "ok", "nowhere");
    assertEquals(
        "ended: YES\n",
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    assertInstanceOf(Outcome.NothingToDo.class, scene.deploy(scene.release("one"), "ok"));
    try (var all = Files.walk(scene.root)) {
      assertEquals(
          List.of(),
          all.filter(path -> !Files.isSymbolicLink(path) && groupMayWrite(path)).toList());
    }
  }

  private static boolean groupMayWrite(Path path) {
    try {
      return Files.getPosixFilePermissions(path).contains(PosixFilePermission.GROUP_WRITE);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void two_deployments_at_once_take_turns_or_are_told() throws Exception {
    Process first = deploying("one", "ok", "before health");
    assertEquals("at: before health", first.inputReader().readLine());
    Failure told =
        assertThrows(
            Failure.class, () -> TargetLock.take(scene.state(), "dir", Duration.ZERO).close());
    assertEquals(ExitCode.UNDECIDED, told.code());
    Process second = deploying("two", "ok", "nowhere");
    first.destroyForcibly().waitFor();
    assertEquals("ended: YES", second.inputReader().readLine());
    assertEquals(0, second.waitFor());
    assertEquals("two", scene.answers());
    assertEquals(1, scene.processes().size());
  }

  static boolean mayMount() {
    return "root".equals(System.getProperty("user.name"));
  }

  @Test
  @EnabledIf("mayMount")
  void a_full_disk_leaves_everything_as_it_was() throws Exception {
    Path disk = Files.createDirectory(scene.folder.resolve("disk"));
    Release one = scene.release("one");
    Release two = scene.release("two");
    long size = Files.size(scene.folder.resolve("service-one"));
    run(
        "mount",
        "-t",
        "tmpfs",
        "-o",
        "mode=755,size=" + (size + (64 << 10)),
        "none",
        disk.toString());
    HostScene small = new HostScene(scene.folder, disk.resolve("agent"), scene.port);
    try {
      assertInstanceOf(Outcome.Healthy.class, small.deploy(one, "ok"));
      Path fill = disk.resolve("fill");
      run("sh", "-c", "cat /dev/zero > '" + fill + "' 2> /dev/null || true");
      String before = small.tree();
      Failure full = assertThrows(Failure.class, () -> small.deploy(two, "ok"));
      assertEquals(ExitCode.UNDECIDED, full.code());
      assertTrue(full.getMessage().contains("No space left"), full.getMessage());
      assertEquals(before, small.tree());
      assertEquals("one", small.answers());
      Files.delete(fill);
    } finally {
      small.close();
      run("umount", disk.toString());
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
  }
}
