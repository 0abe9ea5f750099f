package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Outcome.NothingToDo;
import dev.selfsame.deploy.Outcome.RolledBack;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Sight;
import dev.selfsame.machine.OnSystemd;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.status.Finding;
import dev.selfsame.status.Running;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Units of a real systemd. */
@OnSystemd
@Needs(Component.GCC)
class UnitTargetTest {
  private static final String UNIT = HostScene.UNIT.name();

  @Test
  void a_unit_runs_the_promoted_bytes_with_its_configuration() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    assertEquals("one", scene.answers());
    String log = scene.journal();
    assertTrue(log.contains("variable LEVEL=info\n"), log);
    assertTrue(log.contains("variable PASSWORD=s3cr3t-t0ken\n"), log);
    assertTrue(log.contains("config password s3cr3t-t0ken level info\n"), log);
    Sight sight = scene.look();
    assertEquals(Optional.of(one.artifact()), sight.runs());
    assertEquals(List.of(), sight.changes());
    assertEquals("enabled", UnitScene.said("systemctl", "is-enabled", UNIT));
    assertInstanceOf(NothingToDo.class, scene.deploy(one, "ok"));
    Running.Instance well = HostInstance.unit(HostScene.UNIT);
    assertInstanceOf(Finding.Holds.class, well.health(), well.toString());
    assertInstanceOf(Finding.Holds.class, well.settings(), well.toString());
    UnitScene.said("systemctl", "kill", "--signal=STOP", UNIT);
    assertInstanceOf(Finding.Differs.class, HostInstance.unit(HostScene.UNIT).health());
    UnitScene.said("systemctl", "kill", "--signal=CONT", UNIT);
  }

  @Test
  void the_next_release_takes_its_place() throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    long pid = scene.pid();
    Release two = scene.release("two");
    scene.healthy(two);
    assertEquals("two", scene.answers());
    assertNotEquals(pid, scene.pid());
    assertEquals(Optional.of(two.artifact()), scene.look().runs());
    assertEquals("0", scene.property("NRestarts"));
    assertEquals("no", scene.property("NeedDaemonReload"));
  }

  @Test
  void the_old_one_has_its_own_grace_also_where_the_new_one_has_less() throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    scene.scene.settings("ok");
    Path file = scene.scene.folder.resolve("deploy-ok.toml");
    Files.writeString(
        file, HostScene.text(file).replace("stop-grace = \"2s\"", "stop-grace = \"1s\""));
    DeployFile shorter = DeployFileReader.read(file, "deploy.toml");
    for (String[] next : List.of(new String[] {"two", "2s"}, new String[] {"three", "1s"})) {
      List<String> graces = new ArrayList<>();
      Landmarks noting =
          place -> {
            if (place.equals("before halt")) {
              graces.add(scene.property("TimeoutStopUSec"));
            }
          };
      assertInstanceOf(
          Outcome.Healthy.class,
          scene.scene.deploy(
              scene.scene.unit(shorter, noting), shorter, scene.release(next[0]), noting));
      assertEquals(List.of(next[1]), graces);
      assertEquals(List.of(), scene.look().changes());
    }
  }

  @Test
  void a_bad_one_or_a_replaced_one_goes_and_the_unit_before_comes_back() throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    String before = scene.tree();
    String text = HostScene.text(HostScene.UNIT.file());
    RolledBack back =
        assertInstanceOf(RolledBack.class, scene.deploy(scene.release("two"), "unready"));
    assertEquals("health", back.step());
    assertTrue(back.lastLines().contains("service two"), back.lastLines().toString());
    assertFalse(back.lastLines().contains("service one"), back.lastLines().toString());
    assertFalse(back.toString().contains("s3cr3t"), back.toString());
    assertEquals("one", scene.answers());
    assertEquals(before, scene.tree());
    assertEquals(text, HostScene.text(HostScene.UNIT.file()));
    assertEquals("no", scene.property("NeedDaemonReload"));
    RolledBack dead = assertInstanceOf(RolledBack.class, scene.deploy(scene.release("two"), "die"));
    assertEquals("prove", dead.step());
    assertTrue(dead.lastLines().contains("error: told to end"), dead.lastLines().toString());
    assertEquals("one", scene.answers());
    assertEquals(List.of(), scene.look().changes());
    replacedBeforeItsStart(scene);
  }

  /** Before it is hashed for the last time, and between that and its start. */
  private static void replacedBeforeItsStart(UnitScene scene) throws Exception {
    String evil = scene.release("evil").artifact().toString();
    Release two = scene.release("two");
    Path file = scene.root().resolve("releases/" + two.artifact().hex() + "/service");
    String replace = "cp %s %s".formatted(scene.program("evil"), file);
    Landmarks swap =
        place -> {
          if (place.equals("before start")) {
            UnitScene.said(replace.split(" "));
          }
        };
    RolledBack hashed = assertInstanceOf(RolledBack.class, scene.deploy(two, "ok", swap));
    assertEquals("start", hashed.step());
    assertEquals("%s was changed: it is %s now".formatted(file, evil), hashed.reason());
    assertEquals("one", scene.answers());
    // What the unit does first, it does after the last hash.
    Path dropIns = Files.createDirectories(HostScene.UNIT.units().resolve(UNIT + ".d"));
    Files.writeString(
        dropIns.resolve("first.conf"),
        """
        [Service]
        ExecStartPre=+/bin/sh -c 'readlink %s/current/service | grep -q %s && %s; true'
        """
            .formatted(scene.root(), two.artifact().hex(), replace));
    RolledBack proved = assertInstanceOf(RolledBack.class, scene.deploy(two, "ok"));
    assertEquals("prove", proved.step());
    assertTrue(
        proved.reason().endsWith("executes %s, which is not what was promoted".formatted(evil)),
        proved.reason());
    assertEquals("one", scene.answers());
  }

  @Test
  void a_first_one_that_is_bad_leaves_no_unit() throws Exception {
    UnitScene scene = new UnitScene();
    assertInstanceOf(RolledBack.class, scene.deploy(scene.release("one"), "unready"));
    assertFalse(Files.exists(HostScene.UNIT.file()));
    assertTrue(HostScene.SYSTEMCTL.state(UNIT).isAbsent());
    assertEquals(List.of(), scene.processes());
    Path wanted = Path.of("/etc/systemd/system/multi-user.target.wants", UNIT);
    assertFalse(Files.exists(wanted, java.nio.file.LinkOption.NOFOLLOW_LINKS));
    assertEquals("", UnitScene.said("systemctl", "--failed", "--no-legend"));
  }

  @Test
  void a_step_that_fails_before_the_switch_leaves_the_unit_alone() throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    long pid = scene.pid();
    Landmarks gone =
        place -> {
          if (place.equals("before check")) {
            throw Failure.undecided("planted", "none");
          }
        };
    assertInstanceOf(RolledBack.class, scene.deploy(scene.release("two"), "ok", gone));
    assertEquals(pid, scene.pid());
  }

  @Test
  void a_first_one_that_fails_before_there_is_a_unit_leaves_nothing() throws Exception {
    UnitScene scene = new UnitScene();
    Landmarks full =
        place -> {
          if (place.equals("switch: link")) {
            throw Failure.undecided("planted", "none");
          }
        };
    assertInstanceOf(RolledBack.class, scene.deploy(scene.release("one"), "ok", full));
    assertFalse(Files.exists(scene.root().resolve("current")));
    assertFalse(Files.exists(HostScene.UNIT.file()));
  }

  @Test
  void a_unit_before_that_does_not_come_back_leaves_the_deployment_open() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    Path file = scene.root().resolve("releases/" + one.artifact().hex());
    Landmarks lost =
        place -> {
          if (place.equals("before start")) {
            try {
              dev.selfsame.files.FileTree.delete(file);
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };
    Outcome open = scene.deploy(scene.release("two"), "unready", lost);
    assertInstanceOf(Outcome.Unfinished.class, open);
    assertEquals(ExitCode.UNDECIDED, open.code());
    assertTrue(Files.exists(scene.state().resolve("journal.json")));
  }

  @Test
  void a_process_that_is_killed_is_started_again_from_the_same_bytes() throws Exception {
    UnitScene scene = new UnitScene();
    Release one = scene.release("one");
    scene.healthy(one);
    long pid = scene.pid();
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    scene.awaitAnother(pid);
    Sight sight = scene.look();
    assertEquals(Optional.of(one.artifact()), sight.runs());
    assertEquals(List.of(), sight.changes());
    assertEquals("1", scene.property("NRestarts"));
    assertEquals("one", scene.answers());
  }

  @Test
  void one_that_systemd_has_to_start_again_is_not_well() throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    Landmarks kill =
        place -> {
          if (place.equals("before watch")) {
            ProcessHandle.of(scene.pid()).orElseThrow().destroyForcibly();
          }
        };
    RolledBack back =
        assertInstanceOf(RolledBack.class, scene.deploy(scene.release("two"), "ok", kill));
    assertEquals("watch", back.step());
    assertEquals("one", scene.answers());
  }

  @Test
  void a_port_or_a_unit_of_somebody_else_s_is_refused() throws Exception {
    UnitScene scene = new UnitScene();
    int port = scene.scene.port;
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      Failure refused = assertThrows(Failure.class, () -> scene.deploy(scene.release("one"), "ok"));
      assertEquals(ExitCode.NO, refused.code());
      String by = "port %d is taken by process %d, ".formatted(port, ProcessHandle.current().pid());
      assertTrue(refused.getMessage().startsWith(by), refused.getMessage());
      assertTrue(taken.isBound());
    }
    assertFalse(Files.exists(scene.root()));
    for (Path folder : List.of(Path.of("/etc/systemd/system"), Path.of("/run/systemd/system"))) {
      Path file = Files.createDirectories(folder).resolve(UNIT);
      Files.writeString(file, "[Service]\nExecStart=/bin/true\n");
      UnitScene.said("systemctl", "daemon-reload");
      Failure refused = assertThrows(Failure.class, () -> scene.deploy(scene.release("one"), "ok"));
      assertEquals(ExitCode.USAGE, refused.code());
      assertTrue(refused.getMessage().contains("not written by selfsame"), refused.getMessage());
      Files.delete(file);
    }
  }

  @Test
  void a_manager_that_does_not_answer_is_told() throws Exception {
    UnitScene scene = new UnitScene();
    Files.delete(Path.of("/run/systemd/private"));
    Failure told = assertThrows(Failure.class, () -> scene.deploy(scene.release("one"), "ok"));
    assertEquals(ExitCode.UNDECIDED, told.code());
  }
}
