package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Sight;
import dev.selfsame.deploy.TargetLock;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

  private List<String> places(String version, String mode) throws Exception {
    List<String> places = new ArrayList<>();
    scene.deploy(scene.release(version), mode, places::add);
    return places;
  }

  private static List<String> from(String place, List<String> places) {
    return places.subList(places.indexOf(place), places.size());
  }

  /** How the next run ends what was broken off. */
  private Outcome recovered(String place) throws Exception {
    return scene
        .recover(scene.target(scene.settings("ok"), Landmarks.UNWATCHED))
        .orElseThrow(() -> new AssertionError("nothing was broken off: " + place));
  }

  /** That one alone runs, it is the process that was noted, and nothing is open. */
  private void assertRuns(String version, String place) throws Exception {
    assertEquals(version, scene.answers(), place);
    assertEquals(1, scene.processes().size(), place);
    Sight sight = HostLook.folder(scene.root);
    assertEquals(Optional.of(scene.release(version).artifact()), sight.runs(), place);
    assertEquals(List.of(), sight.changes(), place);
    assertFalse(Files.exists(scene.state().resolve("journal.json")), place);
  }

  @Test
  void killed_anywhere_before_the_old_one_retires_the_next_run_goes_back() throws Exception {
    Release one = scene.release("one");
    scene.deploy(one, "ok");
    List<String> places = places("two", "ok");
    int commits = places.indexOf("before retire");
    assertTrue(commits >= 20, places.toString());
    for (String place : places.subList(0, commits)) {
      scene.deploy(one, "ok");
      String before = scene.tree();
      assertEquals("one", scene.answers(), place);
      assertTrue(killedAt("two", "ok", place), place);
      assertEquals(ExitCode.NO, recovered(place).code(), place);
      assertRuns("one", place);
      assertEquals(before, scene.tree(), place);
    }
  }

  @Test
  void killed_while_the_old_one_retires_the_next_run_ends_it() throws Exception {
    // Of three in turn, the older one has a release that nothing else uses.
    List<String> versions = List.of("one", "two", "three");
    scene.deploy(scene.release("one"), "ok");
    scene.deploy(scene.release("two"), "ok");
    List<String> places = from("before retire", places("three", "ok"));
    assertTrue(places.contains("retire: older removed"), places.toString());
    for (int i = 0; i < places.size(); i++) {
      String place = places.get(i);
      String version = versions.get(i % 3);
      assertTrue(killedAt(version, "ok", place), place);
      assertInstanceOf(Outcome.Healthy.class, recovered(place), place);
      assertRuns(version, place);
      assertFalse(Files.exists(scene.root.resolve("current/" + FolderReturn.HALTING)), place);
      assertEquals(2, scene.names("deployments").size(), place);
      assertEquals(
          Stream.of(version, versions.get((i + 2) % 3)).map(this::released).sorted().toList(),
          scene.names("releases"),
          place);
    }
  }

  private String released(String version) {
    try {
      return scene.release(version).artifact().hex();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void killed_while_going_back_the_next_run_goes_back_too() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    String before = scene.tree();
    List<String> places = from("before going back", places("two", "unready"));
    assertTrue(places.contains("back: spawned"), places.toString());
    for (String place : places) {
      assertTrue(killedAt("two", "unready", place), place);
      assertEquals(ExitCode.NO, recovered(place).code(), place);
      assertRuns("one", place);
      assertEquals(before, scene.tree(), place);
    }
  }

  /** The upgrade has passed nearly all of them: here every third will do. */
  @Test
  void killed_where_nothing_was_before_it_is_ended_or_nothing_is_left() throws Exception {
    List<String> places = places("one", "ok");
    clear();
    int commits = places.indexOf("before retire");
    int spawned = places.indexOf("start: spawned");
    assertTrue(spawned > 0 && commits > spawned, places.toString());
    for (int i = spawned % 3; i < places.size(); i += 3) {
      String place = places.get(i);
      assertTrue(killedAt("one", "ok", place), place);
      Outcome ended = recovered(place);
      if (i < commits) {
        Outcome.RolledBack back = assertInstanceOf(Outcome.RolledBack.class, ended, place);
        assertEquals("nothing runs, as before", back.stands(), place);
        assertEquals(List.of(), scene.processes(), place);
        assertEquals(List.of(), left(), place);
      } else {
        assertInstanceOf(Outcome.Healthy.class, ended, place);
        assertRuns("one", place);
        clear();
      }
    }
    assertInstanceOf(Outcome.Healthy.class, scene.deploy(scene.release("one"), "ok"));
  }

  private void clear() throws Exception {
    scene.close();
    FileTree.delete(scene.root);
  }

  /** What the target's folder has, but for its own folders and its key. */
  private List<String> left() throws IOException {
    if (!Files.exists(scene.root)) {
      return List.of();
    }
    Set<String> own = Set.of("", "releases", "deployments", ".selfsame", ".selfsame/settings.key");
    try (var all = Files.walk(scene.root)) {
      return all.map(path -> scene.root.relativize(path).toString())
          .filter(path -> !own.contains(path))
          .toList();
    }
  }

  /** Between the two there is no landmark: it is put there as it would have been left. */
  @Test
  void a_link_that_was_made_and_not_renamed_goes_too() throws Exception {
    Landmarks made =
        place -> {
          if (place.equals("before switch")) {
            try {
              Files.createSymbolicLink(
                  scene.root.resolve(".current.next"), Path.of("deployments/0123456789ab"));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            throw Failure.undecided("planted", "none");
          }
        };
    assertInstanceOf(Outcome.RolledBack.class, scene.deploy(scene.release("one"), "ok", made));
    assertEquals(List.of(), left());
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
      throw new UncheckedIOException(e);
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

  @Test
  @Needs(Component.MOUNT)
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
