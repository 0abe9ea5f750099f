package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Sight;
import dev.selfsame.machine.OnSystemd;
import dev.selfsame.status.Finding;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What somebody changes by hand at a unit of a real systemd is seen. */
@OnSystemd
@Needs(Component.GCC)
class UnitDriftTest {
  private static final String UNIT = HostScene.UNIT.name();

  @Test
  void a_unit_changed_by_hand_is_seen_and_put_right() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    Path file = HostScene.UNIT.file();
    Files.writeString(file, HostScene.text(file).replace("Restart=", "#Restart="));
    assertEquals(List.of(file + " was changed"), scene.look().changes());
    scene.healthy(one);
    assertEquals(List.of(), scene.look().changes());
  }

  @Test
  void a_program_swapped_by_hand_is_seen_before_and_after_it_is_started() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    Release evil = scene.release("evil");
    Path file = scene.root().resolve("current/service").toRealPath();
    Files.delete(file);
    Files.copy(scene.program("evil"), file);
    Sight swapped = scene.look();
    assertEquals(Optional.of(one.artifact()), swapped.runs(), "the old bytes still run");
    assertEquals(
        List.of("%s was changed: it is %s now".formatted(file, evil.artifact())),
        swapped.changes());
    UnitScene.said("systemctl", "restart", UNIT);
    scene.awaitAnswer("evil");
    Sight started = scene.look();
    assertEquals(Optional.of(evil.artifact()), started.runs());
    assertEquals(2, started.changes().size(), started.toString());
    scene.healthy(one);
    assertEquals("one", scene.answers());
  }

  @Test
  void variables_changed_by_hand_are_seen_and_put_right() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    Path file = scene.root().resolve("current/environment").toRealPath();
    Files.writeString(file, HostScene.text(file).replace("info", "debug"));
    UnitScene.said("systemctl", "restart", UNIT);
    scene.awaitAnswer("one");
    assertInstanceOf(Finding.Differs.class, HostInstance.unit(HostScene.UNIT).settings());
    scene.healthy(one);
    assertInstanceOf(Finding.Holds.class, HostInstance.unit(HostScene.UNIT).settings());
  }

  private static Path dropIn(Path folder, String text) throws IOException {
    Path file = Files.createDirectories(folder.resolve(UNIT + ".d")).resolve("override.conf");
    Files.writeString(file, text);
    UnitScene.said("systemctl", "daemon-reload");
    return file;
  }

  @Test
  void a_drop_in_is_a_change_until_it_is_deployed_with() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    for (Path folder : List.of(Path.of("/etc/systemd/system"), Path.of("/run/systemd/system"))) {
      Path file = dropIn(folder, "[Service]\nEnvironment=LD_PRELOAD=/tmp/evil.so\n");
      assertEquals(
          List.of(file + " changes the unit since it was deployed"), scene.look().changes());
      Files.writeString(file, "[Service]\nMemoryMax=1G\n");
      UnitScene.said("systemctl", "daemon-reload");
      String plan =
          scene.scene.unit(scene.scene.settings("ok"), Landmarks.UNWATCHED).plan(one).text();
      assertTrue(plan.contains("note: %s changes the unit".formatted(file)), plan);
      scene.healthy(one);
      assertEquals(List.of(), scene.look().changes(), "known by now");
      Files.writeString(file, "[Service]\nMemoryMax=2G\n");
      UnitScene.said("systemctl", "daemon-reload");
      assertEquals(List.of(file + " was changed"), scene.look().changes());
      Files.delete(file);
      UnitScene.said("systemctl", "daemon-reload");
      assertEquals(List.of(file + " is gone"), scene.look().changes());
      scene.healthy(one);
    }
  }

  @Test
  void a_drop_in_with_an_awkward_name_is_seen_like_any_other() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    Path usual = dropIn(Path.of("/etc/systemd/system"), "[Service]\nMemoryMax=1G\n");
    Path file = Files.move(usual, usual.resolveSibling("over $ride \"it\".conf"));
    UnitScene.said("systemctl", "daemon-reload");
    assertEquals(List.of(file + " changes the unit since it was deployed"), scene.look().changes());
    scene.healthy(one);
    assertEquals(List.of(), scene.look().changes(), "known by now");
    Files.writeString(file, "[Service]\nMemoryMax=2G\n");
    UnitScene.said("systemctl", "daemon-reload");
    assertEquals(List.of(file + " was changed"), scene.look().changes());
    Files.delete(file);
    assertTrue(
        scene.look().changes().contains(file + " changes the unit, and cannot be read"),
        scene.look()::toString);
  }

  @Test
  void a_unit_that_systemd_has_otherwise_than_its_file_says_is_seen() throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    Path file = HostScene.UNIT.file();
    String text = HostScene.text(file);
    Files.writeString(file, text.replace("ProtectSystem=strict", "ProtectSystem=no"));
    UnitScene.said("systemctl", "daemon-reload");
    UnitScene.said("systemctl", "restart", UNIT);
    scene.awaitAnswer("one");
    Files.writeString(file, text);
    Sight sight = scene.look();
    assertEquals(
        List.of("systemd has read %s before it was changed".formatted(UNIT)), sight.changes());
    Path control = Files.createDirectories(Path.of("/run/systemd/system.control")).resolve(UNIT);
    Files.writeString(control, text.replace("ProtectSystem=strict", "ProtectSystem=no"));
    UnitScene.said("systemctl", "daemon-reload");
    assertEquals(
        List.of("systemd has %s from %s".formatted(UNIT, control)), scene.look().changes());
  }

  @Test
  void how_often_it_had_to_be_started_again_is_told() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    long pid = scene.pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    scene.awaitAnother(pid);
    Sight sight = scene.look();
    assertEquals(Optional.of(one.artifact()), sight.runs());
    assertTrue(sight.described().endsWith(", started again 1 times"), sight.described());
  }
}
