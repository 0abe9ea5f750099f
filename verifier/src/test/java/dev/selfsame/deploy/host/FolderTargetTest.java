package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Outcome.Healthy;
import dev.selfsame.deploy.Outcome.NothingToDo;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Sight;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is deployed to a folder runs there, and is left there as it should be. */
@Needs(Component.GCC)
class FolderTargetTest extends OnHost {
  @Test
  void what_is_deployed_runs_from_the_promoted_bytes_and_answers() throws Exception {
    Release one = scene.release("one");
    Outcome outcome = scene.deploy(one, "ok");
    assertInstanceOf(Healthy.class, outcome);
    assertEquals("one", scene.answers());
    long pid = scene.processes().getFirst();
    assertEquals(one.artifact(), Proc.digest(pid));
    assertEquals(pid, Proc.stat(pid).orElseThrow().session(), "a session of its own");
    Path file = scene.root.resolve("current/service").toRealPath();
    assertEquals(scene.root.resolve("releases/" + one.artifact().hex() + "/service"), file);
    assertEquals("r-xr-xr-x", mode(file));
    assertEquals("r-xr-xr-x", mode(file.getParent()));
    Sight sight = HostLook.folder(scene.root);
    assertEquals(Optional.of(one.artifact()), sight.runs());
    assertEquals(List.of(), sight.changes());
    assertTrue(Duration.between(sight.since().orElseThrow(), Instant.now()).abs().toSeconds() < 60);
  }

  @Test
  void the_process_has_the_declared_variables_and_no_others() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    Path current = scene.root.resolve("current").toRealPath();
    String log = HostScene.text(current.resolve("log"));
    assertEquals(
        List.of(
            "service one",
            "variable LEVEL=info",
            "variable PASSWORD=s3cr3t-t0ken",
            "config password s3cr3t-t0ken level info"),
        log.lines().toList());
    assertEquals("rw-------", mode(current.resolve("service.conf")));
    assertEquals("rw-------", mode(current.resolve("run.json")));
    assertEquals("rw-------", mode(current.resolve("log")));
  }

  @Test
  void another_artifacts_folder_is_taken_only_where_that_was_asked() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    Release two = scene.release("two");
    Release other =
        new Release(
            new ArtifactName("viworks/other"),
            two.channel(),
            two.seq(),
            two.artifact(),
            two.promotion(),
            two.evidence(),
            two.architecture(),
            two.image(),
            two.blobs());
    DeployFile settings = scene.settings("ok");
    try (FolderTarget target = scene.target(settings, Landmarks.UNWATCHED)) {
      Failure failure = assertThrows(Failure.class, () -> target.plan(other));
      assertEquals(ExitCode.USAGE, failure.code());
      assertTrue(
          String.valueOf(failure.getMessage())
              .endsWith("another artifact: viworks/service, and not viworks/other"),
          failure.getMessage());
    }
    Consent consent = new Consent(true, false, false);
    try (FolderTarget target = scene.target(settings, Landmarks.UNWATCHED, consent)) {
      assertEquals("retire", target.plan(other).steps().getLast().word());
    }
  }

  @Test
  void an_upgrade_keeps_the_one_before_and_no_more() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    Release two = scene.release("two");
    scene.deploy(two, "ok");
    Release three = scene.release("three");
    assertInstanceOf(Healthy.class, scene.deploy(three, "ok"));
    assertEquals("three", scene.answers());
    assertEquals(1, scene.processes().size());
    try (var kept = Files.list(scene.root.resolve("deployments"));
        var releases = Files.list(scene.root.resolve("releases"))) {
      assertEquals(2, kept.count());
      assertEquals(
          List.of(two.artifact().hex(), three.artifact().hex()).stream().sorted().toList(),
          releases.map(path -> path.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void the_same_again_with_the_same_settings_is_left_alone() throws Exception {
    Release one = scene.release("one");
    scene.deploy(one, "ok");
    long pid = scene.processes().getFirst();
    assertInstanceOf(NothingToDo.class, scene.deploy(one, "ok"));
    assertEquals(List.of(pid), scene.processes());
    assertInstanceOf(Healthy.class, scene.deploy(one, "stubborn"), "other settings");
    assertFalse(scene.processes().contains(pid));
  }

  @Test
  void what_does_not_end_when_asked_is_killed() throws Exception {
    scene.deploy(scene.release("one"), "stubborn");
    long pid = scene.processes().getFirst();
    assertInstanceOf(Healthy.class, scene.deploy(scene.release("two"), "ok"));
    assertFalse(ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
    assertEquals("two", scene.answers());
  }

  @Test
  void a_log_that_nobody_takes_away_is_told_of_once_it_is_large() throws Exception {
    assertInstanceOf(Healthy.class, scene.deploy(scene.release("one"), "ok"));
    assertFalse(HostLook.folder(scene.root).described().contains("its log"));
    Path log = scene.root.resolve("current/log").toRealPath();
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), 1L << 30);
    }
    String said = HostLook.folder(scene.root).described();
    assertTrue(said.endsWith(", its log has 1024 MiB: " + log), said);
  }

  @Test
  void the_plan_says_that_bounds_of_containers_do_not_hold_here() throws Exception {
    Release one = scene.release("one");
    DeployFile usual = scene.settings("ok");
    Path file = scene.folder.resolve("deploy-ok.toml");
    Files.writeString(file, "[container]\nmemory = \"64m\"\n", StandardOpenOption.APPEND);
    DeployFile bounded = DeployFileReader.read(file, "deploy.toml");
    String said = "[container] is of containers";
    try (FolderTarget target = scene.target(usual, Landmarks.UNWATCHED)) {
      assertFalse(target.plan(one).text().contains(said));
    }
    try (FolderTarget target = scene.target(bounded, Landmarks.UNWATCHED)) {
      assertTrue(target.plan(one).text().contains(said));
    }
  }

  @Test
  void another_architecture_is_refused_beforehand() throws Exception {
    Release one = scene.release("one");
    Release other =
        new Release(
            one.name(),
            one.channel(),
            one.seq(),
            one.artifact(),
            one.promotion(),
            one.evidence(),
            one.architecture().equals("amd64") ? "arm64" : "amd64",
            one.image(),
            one.blobs());
    Failure refused = assertThrows(Failure.class, () -> scene.deploy(other, "ok"));
    assertEquals(ExitCode.NO, refused.code());
  }

  @Test
  void a_configuration_may_be_named_as_a_file_of_selfsame_s_could_be() throws Exception {
    scene.settings("ok");
    Path file = scene.folder.resolve("deploy-ok.toml");
    String text = HostScene.text(file);
    for (String name : List.of("settings.json", "gap")) {
      String path = "template = \"service.conf\"\npath = \"/etc/%s\"".formatted(name);
      Files.writeString(file, text.replace("template = \"service.conf\"", path));
      DeployFile settings = DeployFileReader.read(file, "deploy.toml");
      assertInstanceOf(
          Healthy.class,
          scene.deploy(
              scene.target(settings, Landmarks.UNWATCHED),
              settings,
              scene.release(name),
              Landmarks.UNWATCHED));
      assertTrue(Files.exists(scene.root.resolve("current").resolve(name)));
    }
  }
}
