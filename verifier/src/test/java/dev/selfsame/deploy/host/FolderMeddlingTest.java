package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome.Healthy;
import dev.selfsame.deploy.Outcome.NothingToDo;
import dev.selfsame.deploy.Outcome.RolledBack;
import dev.selfsame.deploy.Release;
import dev.selfsame.deploy.Sight;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.status.Finding;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What others do to a folder, its port and its process is found out. */
@Needs(Component.GCC)
class FolderMeddlingTest extends OnHost {
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
}
