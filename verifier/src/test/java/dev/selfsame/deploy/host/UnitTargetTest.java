package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Outcome.Healthy;
import dev.selfsame.deploy.Outcome.NothingToDo;
import dev.selfsame.deploy.Outcome.RolledBack;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Sight;
import dev.selfsame.deploy.UnitSettings;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Units are started and stopped by a shell script in systemctl's place, with real processes; a real
 * systemd only reads the unit's text.
 */
@Needs(Component.GCC)
class UnitTargetTest {
  private static final String UNIT = "service.service";

  @TempDir Path folder;
  private HostScene scene;
  private UnitPlace unit;
  private Systemctl systemctl;

  @BeforeEach
  void open() throws IOException {
    scene = new HostScene(folder.toRealPath());
    unit = scene.unitPlace();
    systemctl = scene.systemctl();
  }

  @AfterEach
  void close() throws InterruptedException {
    scene.close();
  }

  private UnitTarget target(DeployFile settings) {
    return new UnitTarget(unit, settings, scene.secrets(settings), systemctl, Landmarks.UNWATCHED);
  }

  private Outcome deploy(Release release, String mode, Landmarks landmarks) throws Exception {
    DeployFile settings = scene.settings(mode);
    return scene.deploy(target(settings), settings, release, landmarks);
  }

  private Outcome deploy(Release release, String mode) throws Exception {
    return deploy(release, mode, Landmarks.UNWATCHED);
  }

  private String log() throws IOException {
    return HostScene.text(scene.folder.resolve("manager/state/service.service.log"));
  }

  @Test
  void a_unit_runs_the_promoted_bytes_with_its_configuration() throws Exception {
    Release one = scene.release("one");
    assertInstanceOf(Healthy.class, deploy(one, "ok"));
    assertEquals("one", scene.answers());
    assertTrue(log().contains("variable LEVEL=info\n"), log());
    assertTrue(log().contains("variable PASSWORD=s3cr3t-t0ken\n"), log());
    assertTrue(log().contains("config password s3cr3t-t0ken level info\n"), log());
    Sight sight = HostLook.unit(unit, systemctl);
    assertEquals(Optional.of(one.artifact()), sight.runs());
    assertEquals(List.of(), sight.changes());
    String text = HostScene.text(unit.file());
    assertFalse(text.contains("s3cr3t"), text);
    assertInstanceOf(NothingToDo.class, deploy(one, "ok"));
  }

  @Test
  void a_bad_one_goes_and_the_unit_before_comes_back() throws Exception {
    deploy(scene.release("one"), "ok");
    String before = scene.tree();
    String text = HostScene.text(unit.file());
    RolledBack back = assertInstanceOf(RolledBack.class, deploy(scene.release("two"), "unready"));
    assertEquals("health", back.step());
    assertEquals("one", scene.answers());
    assertEquals(before, scene.tree());
    assertEquals(text, HostScene.text(unit.file()));
    RolledBack dead = assertInstanceOf(RolledBack.class, deploy(scene.release("two"), "die"));
    assertEquals("prove", dead.step());
    assertEquals("one", scene.answers());
  }

  @Test
  void a_first_one_that_is_bad_leaves_no_unit() throws Exception {
    assertInstanceOf(RolledBack.class, deploy(scene.release("one"), "unready"));
    assertFalse(Files.exists(unit.file()));
    assertTrue(systemctl.state(UNIT).isAbsent());
    assertEquals(List.of(), scene.processes());
  }

  @Test
  void a_step_that_fails_before_the_switch_leaves_the_unit_alone() throws Exception {
    deploy(scene.release("one"), "ok");
    long pid = systemctl.state(UNIT).mainPid();
    Landmarks gone =
        place -> {
          if (place.equals("before check")) {
            throw Failure.undecided("planted", "none");
          }
        };
    assertInstanceOf(RolledBack.class, deploy(scene.release("two"), "ok", gone));
    assertEquals(pid, systemctl.state(UNIT).mainPid());
  }

  @Test
  void broken_off_at_any_place_it_goes_back_or_ends() throws Exception {
    Release one = scene.release("one");
    Release two = scene.release("two");
    deploy(one, "ok");
    List<String> places = new ArrayList<>();
    deploy(two, "ok", places::add);
    for (String at : places) {
      deploy(one, "ok");
      String before = scene.tree();
      Landmarks end =
          place -> {
            if (place.equals(at)) {
              throw new Ended();
            }
          };
      assertThrows(Ended.class, () -> deploy(two, "ok", end), at);
      Outcome ended = scene.recover(target(scene.settings("ok"))).orElseThrow();
      boolean forwards = at.endsWith(" retire");
      assertEquals(forwards ? ExitCode.YES : ExitCode.NO, ended.code(), at);
      assertEquals(forwards ? "two" : "one", scene.answers(), at);
      assertEquals(List.of(), HostLook.unit(unit, systemctl).changes(), at);
      if (!forwards) {
        assertEquals(before, scene.tree(), at);
      }
    }
  }

  /** The end of the process, as far as the deployment can tell. */
  private static final class Ended extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private UnitTarget target(DeployFile settings, Landmarks landmarks) {
    return new UnitTarget(unit, settings, scene.secrets(settings), systemctl, landmarks);
  }

  @Test
  void a_first_one_that_fails_before_there_is_a_unit_leaves_nothing() throws Exception {
    DeployFile settings = scene.settings("ok");
    Landmarks full =
        place -> {
          if (place.equals("switch: link")) {
            throw Failure.undecided("planted", "none");
          }
        };
    Release one = scene.release("one");
    assertInstanceOf(
        RolledBack.class, scene.deploy(target(settings, full), settings, one, Landmarks.UNWATCHED));
    assertFalse(Files.exists(scene.root.resolve("current")));
    assertFalse(Files.exists(unit.file()));
  }

  @Test
  void broken_off_while_it_goes_back_the_unit_before_comes_back_too() throws Exception {
    for (String at : List.of("switch: link", "switch: unit")) {
      Release one = scene.release("one");
      deploy(one, "ok");
      String text = HostScene.text(unit.file());
      int[] passed = {0};
      Landmarks end =
          place -> {
            if (place.equals(at) && ++passed[0] == 2) {
              throw new Ended();
            }
          };
      DeployFile settings = scene.settings("unready");
      Release two = scene.release("two");
      assertThrows(
          Ended.class,
          () -> scene.deploy(target(settings, end), settings, two, Landmarks.UNWATCHED));
      assertInstanceOf(RolledBack.class, scene.recover(target(scene.settings("ok"))).orElseThrow());
      assertEquals(text, HostScene.text(unit.file()), at);
      assertEquals("one", scene.answers());
      Path loaded = scene.folder.resolve("manager/state/loaded/" + UNIT);
      assertEquals(text, HostScene.text(loaded), "systemd has read it");
    }
  }

  @Test
  void a_unit_before_that_does_not_come_back_leaves_the_deployment_open() throws Exception {
    Release one = scene.release("one");
    deploy(one, "ok");
    Path file = scene.root.resolve("releases/" + one.artifact().hex());
    Landmarks lost =
        place -> {
          if (place.equals("before start")) {
            try {
              dev.selfsame.files.FileTree.delete(file);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };
    Outcome open = deploy(scene.release("two"), "unready", lost);
    assertInstanceOf(Outcome.Unfinished.class, open);
    assertEquals(ExitCode.UNDECIDED, open.code());
    assertTrue(Files.exists(scene.state().resolve("journal.json")));
  }

  @Test
  void a_unit_changed_by_hand_and_a_file_changed_by_hand_are_seen() throws Exception {
    Release one = scene.release("one");
    deploy(one, "ok");
    Files.writeString(unit.file(), HostScene.text(unit.file()).replace("Restart=", "#Restart="));
    assertTrue(
        HostLook.unit(unit, systemctl)
            .changes()
            .getFirst()
            .endsWith("service.service was changed"));
    assertInstanceOf(Healthy.class, deploy(one, "ok"), "put right");
    assertEquals(List.of(), HostLook.unit(unit, systemctl).changes());
  }

  @Test
  void a_unit_of_somebody_else_s_is_refused() throws Exception {
    Files.writeString(unit.file(), "[Service]\nExecStart=/bin/true\n");
    Failure refused = assertThrows(Failure.class, () -> deploy(scene.release("one"), "ok"));
    assertEquals(ExitCode.USAGE, refused.code());
    assertTrue(refused.getMessage().contains("not written by selfsame"), refused.getMessage());
  }

  @Test
  void a_manager_that_is_not_there_is_told() throws Exception {
    systemctl = new SystemctlProgram(scene.folder.resolve("no-such"), Optional.empty());
    Failure told = assertThrows(Failure.class, () -> deploy(scene.release("one"), "ok"));
    assertEquals(ExitCode.UNDECIDED, told.code());
  }

  private RunSettings awkward(Path program) {
    Digest digest = Digest.sha256("x".getBytes(StandardCharsets.UTF_8));
    return new RunSettings(
        RunSettings.SCHEMA,
        "viworks/service",
        "production",
        3,
        digest,
        digest,
        program.getFileName().toString(),
        List.of(
            "--a b", "100%", "$HOME", "\"q\" \\", "--config=" + UnitText.CREDENTIALS + "c.toml"),
        Map.of("A", "1 $B `x` \"y\" \\", "CONF", UnitText.CREDENTIALS + "c.toml"),
        List.of(8080),
        2_500);
  }

  @Test
  void awkward_arguments_and_variables_are_quoted() {
    String text =
        UnitText.of(
            UNIT,
            awkward(Path.of("svc")),
            new Place(Path.of("/opt/x")),
            Optional.of("c.toml"),
            new UnitSettings(Optional.of("agent"), List.of("/srv/a")));
    assertTrue(
        text.contains(
            "ExecStart=\"/opt/x/current/svc\" \"--a b\" \"100%%\" \"$$HOME\" \"\\\"q\\\" \\\\\""
                + " \"--config=%d/c.toml\"\n"),
        text);
    assertTrue(text.contains("Environment=\"CONF=%d/c.toml\"\n"), text);
    assertTrue(text.contains("LoadCredential=c.toml:/opt/x/current/c.toml\n"), text);
    assertTrue(text.contains("User=agent\n"), text);
    assertTrue(text.contains("ReadWritePaths=/srv/a\n"), text);
    assertEquals(
        "A=\"1 \\$B \\`x\\` \\\"y\\\" \\\\\"\n",
        UnitText.environment(awkward(Path.of("svc")).variables()));
  }

  @Test
  @Needs(Component.SYSTEMD_ANALYZE)
  void systemd_itself_finds_no_fault_in_the_unit() throws Exception {
    Path root = scene.folder.resolve("agent");
    Path current = Files.createDirectories(root.resolve("current"));
    Path program = current.resolve("svc");
    Files.copy(Path.of("/bin/true"), program);
    Path file = scene.folder.resolve(UNIT);
    Files.writeString(
        file,
        UnitText.of(
            UNIT, awkward(program), new Place(root), Optional.of("c.toml"), UnitSettings.USUAL));
    Process verify =
        new ProcessBuilder("systemd-analyze", "verify", "--man=no", file.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, verify.waitFor(), said);
    assertFalse(said.contains(UNIT), said);
    Files.writeString(file, HostScene.text(file).replace("PrivateTmp=", "PrivatTmp="));
    Process planted =
        new ProcessBuilder("systemd-analyze", "verify", "--man=no", file.toString())
            .redirectErrorStream(true)
            .start();
    String found = new String(planted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    planted.waitFor();
    assertTrue(found.contains("PrivatTmp"), found);
  }
}
