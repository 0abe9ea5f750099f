package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Consent;
import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Deployment;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Mark;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.Outcome.Healthy;
import dev.selfsame.deploy.Outcome.NothingToDo;
import dev.selfsame.deploy.Outcome.RolledBack;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Sight;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.status.Finding;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Needs(Component.GCC)
class FolderTargetTest {
  @TempDir Path folder;
  private HostScene scene;

  @BeforeEach
  void open() throws IOException {
    scene = new HostScene(folder.toRealPath());
  }

  @AfterEach
  void close() throws InterruptedException {
    scene.close();
  }

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

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
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
  void what_never_gets_ready_goes_and_the_one_before_comes_back() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    String before = scene.tree();
    RolledBack back =
        assertInstanceOf(RolledBack.class, scene.deploy(scene.release("two"), "unready"));
    assertEquals("health", back.step());
    assertTrue(back.reason().contains("503"), back.reason());
    assertTrue(back.stands().contains("runs again"), back.stands());
    assertTrue(back.lastLines().contains("service two"), back.lastLines().toString());
    assertTrue(
        back.lastLines().contains("variable PASSWORD=********"), back.lastLines().toString());
    assertEquals("one", scene.answers());
    assertEquals(before, scene.tree());
    assertEquals(1, scene.processes().size());
  }

  @Test
  void what_ends_by_itself_is_told_with_its_own_error() throws Exception {
    RolledBack back = assertInstanceOf(RolledBack.class, scene.deploy(scene.release("one"), "die"));
    assertEquals("error: told to end", back.lastLines().getLast());
    assertEquals("nothing runs, as before", back.stands());
    assertEquals(List.of(), scene.processes());
    assertFalse(Files.exists(scene.root.resolve("current")));
  }

  @Test
  void a_port_that_another_has_is_found_before_anything_is_touched() throws Exception {
    Release one = scene.release("one");
    try (ServerSocket taken = new ServerSocket(scene.port, 1, InetAddress.getLoopbackAddress())) {
      Failure refused = assertThrows(Failure.class, () -> scene.deploy(one, "ok"));
      assertEquals(ExitCode.NO, refused.code());
      assertTrue(
          refused.getMessage().contains("process " + ProcessHandle.current().pid()),
          refused.getMessage());
      assertTrue(taken.isBound());
    }
    assertFalse(Files.exists(scene.root));
  }

  @Test
  void an_answer_of_another_program_is_none() throws Exception {
    Release one = scene.release("one");
    // Listens between the plan and the start, and answers 200 to everything.
    com.sun.net.httpserver.HttpServer other = com.sun.net.httpserver.HttpServer.create();
    other.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    try {
      Landmarks bound =
          place -> {
            if (place.equals("before start")) {
              bind(other);
            }
          };
      RolledBack back = assertInstanceOf(RolledBack.class, scene.deploy(one, "ok", bound));
      assertTrue(
          back.lastLines().stream().anyMatch(line -> line.startsWith("error: bind")),
          back.toString());
    } finally {
      other.stop(0);
    }
  }

  private void bind(com.sun.net.httpserver.HttpServer server) {
    try {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), scene.port), 0);
      server.start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_program_replaced_after_it_was_checked_is_not_started() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    Release two = scene.release("two");
    RolledBack back =
        assertInstanceOf(RolledBack.class, scene.deploy(two, "ok", swap(two, "before start")));
    assertEquals("start", back.step());
    assertTrue(back.reason().contains("was changed"), back.reason());
    assertEquals("one", scene.answers());
  }

  @Test
  void a_program_replaced_between_its_last_hash_and_its_start_is_found() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    Release two = scene.release("two");
    RolledBack back =
        assertInstanceOf(RolledBack.class, scene.deploy(two, "ok", swap(two, "start: hashed")));
    assertEquals("prove", back.step());
    assertTrue(back.reason().contains("not what was promoted"), back.reason());
    assertEquals("one", scene.answers());
    assertEquals(1, scene.processes().size());
  }

  /** Puts another program in the place of a release's. */
  private Landmarks swap(Release release, String at) throws Exception {
    scene.release("evil");
    Path evil = scene.folder.resolve("service-evil");
    Path file = scene.root.resolve("releases/" + release.artifact().hex() + "/service");
    return place -> {
      if (place.equals(at)) {
        replace(evil, file);
      }
    };
  }

  private static void replace(Path evil, Path file) {
    try {
      Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.copy(
          evil, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_file_changed_by_hand_is_seen_and_put_right_by_the_next_deployment() throws Exception {
    Release one = scene.release("one");
    scene.deploy(one, "ok");
    scene.release("evil");
    Path file = scene.root.resolve("current/service").toRealPath();
    replace(scene.folder.resolve("service-evil"), file);
    Sight sight = HostLook.folder(scene.root);
    assertEquals(Optional.of(one.artifact()), sight.runs(), "the process has its bytes");
    assertEquals(1, sight.changes().size());
    assertTrue(sight.changes().getFirst().contains("was changed"), sight.toString());
    assertInstanceOf(Healthy.class, scene.deploy(one, "ok"));
    assertEquals(List.of(), HostLook.folder(scene.root).changes());
    assertEquals(one.artifact(), Digest.sha256(file));
  }

  @Test
  void a_configuration_changed_by_hand_is_put_right_and_so_is_one_whose_key_is_gone()
      throws Exception {
    Release one = scene.release("one");
    scene.deploy(one, "ok");
    Path config = scene.root.resolve("current/service.conf");
    String text = Files.readString(config);
    Files.writeString(config.toRealPath(), "password guessed level info\n");
    assertInstanceOf(Healthy.class, scene.deploy(one, "ok"));
    assertEquals(text, Files.readString(config));
    assertInstanceOf(NothingToDo.class, scene.deploy(one, "ok"));
    Files.delete(HostState.folder(scene.root).resolve("settings.key"));
    assertInstanceOf(Healthy.class, scene.deploy(one, "ok"), "it cannot be told");
    assertInstanceOf(NothingToDo.class, scene.deploy(one, "ok"), "once is enough");
  }

  /** Kept with the deployment of a unit alone: systemd reads it at each start. */
  @Test
  void the_variables_of_a_unit_are_held_against_those_it_was_deployed_with() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    Place place = new Place(scene.root);
    Path deployment = place.of(place.currentId().orElseThrow());
    UnitPlace unit = new UnitPlace("service.service", scene.root, scene.folder);
    Path file = deployment.resolve(UnitText.ENVIRONMENT);
    assertInstanceOf(Finding.Differs.class, HostInstance.unit(unit).settings(), "it is gone");
    String text = UnitText.environment(RunSettings.read(deployment).variables());
    Files.writeString(file, text);
    assertInstanceOf(Finding.Holds.class, HostInstance.unit(unit).settings());
    Files.writeString(file, text + "LD_PRELOAD=\"/tmp/evil.so\"\n");
    assertInstanceOf(Finding.Differs.class, HostInstance.unit(unit).settings());
    assertEquals(
        Optional.empty(), HostInstance.kept(place, deployment, HostInstance.Starter.SYSTEMD));
  }

  @Test
  void another_process_in_its_place_is_seen() throws Exception {
    Release one = scene.release("one");
    scene.deploy(one, "ok");
    ProcessHandle.of(scene.processes().getFirst()).ifPresent(ProcessHandle::destroyForcibly);
    while (!scene.processes().isEmpty()) {
      Thread.sleep(10);
    }
    Sight dead = HostLook.folder(scene.root);
    assertEquals(Optional.empty(), dead.runs());
    Release evil = scene.release("evil");
    Process nohup =
        new ProcessBuilder(scene.folder.resolve("service-evil").toString(), "--port=" + scene.port)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      while (scene.answers().isEmpty()) {
        Thread.sleep(10);
      }
      Sight sight = HostLook.folder(scene.root);
      assertEquals(Optional.of(evil.artifact()), sight.runs());
      assertTrue(sight.changes().getFirst().contains("another has port"), sight.toString());
    } finally {
      nohup.destroyForcibly().waitFor();
    }
  }

  @Test
  void a_pid_that_was_given_out_again_is_not_the_process() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    Path deployment = scene.root.resolve("current").toRealPath();
    ProcessMark mark = Processes.mark(deployment).orElseThrow();
    long me = ProcessHandle.current().pid();
    new ProcessMark(me, mark.started(), mark.boot()).write(deployment.resolve("process"));
    assertFalse(Processes.mark(deployment).orElseThrow().runs());
    new ProcessMark(mark.pid(), mark.started(), mark.boot().replace('-', '0').substring(0, 36))
        .write(deployment.resolve("process"));
    assertFalse(Processes.mark(deployment).orElseThrow().runs(), "another start of the machine");
  }

  @Test
  void a_folder_in_which_others_decide_is_refused() throws Exception {
    Release one = scene.release("one");
    Path root = scene.root;
    Files.createDirectories(root);
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
    refused(one, "others may write");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(root.resolve("current"));
    refused(one, "current is no symbolic link");
    Files.delete(root.resolve("current"));
    Files.createSymbolicLink(root.resolve("current"), Path.of("/etc"));
    refused(one, "current leads to /etc");
    Files.delete(root.resolve("current"));
    Path elsewhere = Files.createDirectory(scene.folder.resolve("elsewhere"));
    Files.createSymbolicLink(root.resolve("releases"), elsewhere);
    refused(one, "it is a link");
    Files.delete(root.resolve("releases"));
    Files.delete(root);
    Files.createSymbolicLink(root, elsewhere);
    refused(one, "it is a link");
    try (var left = Files.list(elsewhere)) {
      assertEquals(0, left.count());
    }
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
  void folders_above_what_a_link_leads_to_decide_as_well() throws Exception {
    Path open = Files.createDirectories(scene.folder.resolve("open"));
    Path real = Files.createDirectories(open.resolve("app"));
    Path chained = Files.createSymbolicLink(open.resolve("chained"), scene.folder);
    Path link = scene.folder.resolve("srv");
    for (Path target :
        List.of(
            real,
            Path.of("open/app"),
            Path.of("open/app/../../open/app"),
            chained.resolve("elsewhere"))) {
      Files.createSymbolicLink(link, target);
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
      Failure refused =
          assertThrows(
              Failure.class,
              () -> OwnFolder.require(new Place(link.resolve("agent"))),
              target.toString());
      assertTrue(
          refused.getMessage().startsWith(open + " is no place for a release: others may write"),
          refused.getMessage());
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
      OwnFolder.require(new Place(link.resolve("agent")));
      Files.delete(link);
    }
    Files.createSymbolicLink(link, Path.of("srv"));
    Failure endless =
        assertThrows(Failure.class, () -> OwnFolder.require(new Place(link.resolve("agent"))));
    assertTrue(endless.getMessage().contains("links lead on without end"), endless.getMessage());
  }

  private void refused(Release release, String why) {
    Failure refused = assertThrows(Failure.class, () -> scene.deploy(release, "ok"));
    assertEquals(ExitCode.USAGE, refused.code(), refused.getMessage());
    assertTrue(refused.getMessage().contains(why), refused.getMessage());
  }

  @Test
  void a_link_in_a_program_s_place_is_not_followed() throws Exception {
    Release one = scene.release("one");
    Landmarks link =
        place -> {
          if (place.equals("before check")) {
            try {
              Path file = scene.root.resolve("releases/" + one.artifact().hex() + "/service");
              Files.setPosixFilePermissions(
                  file.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
              Files.delete(file);
              Files.createSymbolicLink(file, scene.folder.resolve("service-one"));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };
    RolledBack back = assertInstanceOf(RolledBack.class, scene.deploy(one, "ok", link));
    assertEquals("check", back.step());
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
  void going_back_twice_is_the_same_as_once() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    String before = scene.tree();
    var settings = scene.settings("ok");
    FolderTarget target = scene.target(settings, Landmarks.UNWATCHED);
    Release two = scene.release("two");
    var plan = target.plan(two);
    Deployment attempt =
        new Deployment(
            "0123456789ab",
            "dir",
            "viworks/service",
            "production",
            2,
            two.artifact(),
            null,
            two.promotion(),
            List.of(),
            settings.fingerprint(),
            Mark.NONE,
            Instant.now());
    target.goBack(attempt, plan.before());
    target.goBack(attempt, plan.before());
    assertEquals(before, scene.tree());
    assertEquals("one", scene.answers());
  }

  @Test
  void one_before_that_does_not_come_back_leaves_the_deployment_open() throws Exception {
    Release one = scene.release("one");
    scene.deploy(one, "ok");
    Outcome.Unfinished open =
        assertInstanceOf(
            Outcome.Unfinished.class,
            scene.deploy(scene.release("two"), "unready", swap(one, "before start")));
    assertEquals(ExitCode.UNDECIDED, open.code());
    assertTrue(open.toString().contains("is not well again"), open.toString());
    assertEquals(List.of(), scene.processes());
    var target = scene.target(scene.settings("ok"), Landmarks.UNWATCHED);
    Failure still = assertThrows(Failure.class, () -> scene.recover(target));
    assertEquals(ExitCode.UNDECIDED, still.code());
    replace(
        scene.folder.resolve("service-one"),
        scene.root.resolve("releases/" + one.artifact().hex() + "/service"));
    RolledBack back = assertInstanceOf(RolledBack.class, scene.recover(target).orElseThrow());
    assertTrue(back.stands().contains("runs again"), back.stands());
    assertEquals("one", scene.answers());
  }

  @Test
  void what_one_with_other_secrets_wrote_is_not_told() throws Exception {
    scene.deploy(scene.release("one"), "ok");
    Mark other = new Mark("hmac-sha256:" + "0".repeat(64));
    for (Mark known : List.of(Mark.NONE, other)) {
      Landmarks killed =
          place -> {
            if (place.equals("after health")) {
              throw new IllegalStateException("killed");
            }
          };
      Release two = scene.release("two");
      assertThrows(IllegalStateException.class, () -> scene.deploy(two, "ok", killed));
      var target = scene.target(scene.settings("ok"), Landmarks.UNWATCHED);
      RolledBack back =
          assertInstanceOf(RolledBack.class, scene.recover(target, known).orElseThrow());
      assertEquals(known.equals(other), back.lastLines().isEmpty(), back.toString());
      assertEquals("one", scene.answers());
    }
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

  @Test
  void one_that_was_told_to_end_is_ended_and_started_again() throws Exception {
    scene.deploy(scene.release("one"), "stubborn");
    String before = scene.tree();
    long pid = scene.processes().getFirst();
    Landmarks interrupted =
        place -> {
          if (place.equals("halt: noted")) {
            throw Failure.undecided("interrupted", "run it again");
          }
        };
    RolledBack back =
        assertInstanceOf(RolledBack.class, scene.deploy(scene.release("two"), "ok", interrupted));
    assertTrue(back.stands().contains("runs again"), back.stands());
    assertEquals(1, scene.processes().size());
    assertFalse(scene.processes().contains(pid));
    assertEquals(before, scene.tree());
  }
}
