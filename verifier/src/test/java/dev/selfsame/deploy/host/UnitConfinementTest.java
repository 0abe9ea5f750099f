package dev.selfsame.deploy.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.machine.OnSystemd;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a real systemd makes of what a unit declares: read from the kernel, and tried. */
@OnSystemd
@Needs(Component.GCC)
class UnitConfinementTest {
  private static final String SECRET = "s3cr3t-t0ken";

  @Test
  void the_kernel_says_that_the_process_is_confined() throws Exception {
    UnitScene scene = new UnitScene();
    scene.healthy(scene.release("one"));
    Path process = Path.of("/proc", Long.toString(scene.pid()));
    Map<String, String> status = new HashMap<>();
    for (String line : Files.readAllLines(process.resolve("status"))) {
      String[] field = line.split(":\\s*", 2);
      status.put(field[0], field[1]);
    }
    String uid = status.get("Uid").split("\\s")[0];
    // systemd's range for users that it makes (systemd.exec(5), DynamicUser=).
    assertTrue(Integer.parseInt(uid) >= 61184 && Integer.parseInt(uid) <= 65519, uid);
    assertEquals(String.join("\t", uid, uid, uid, uid), status.get("Uid"));
    assertEquals("1", status.get("NoNewPrivs"));
    assertEquals("2", status.get("Seccomp"), "filtered");
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertEquals("0000000000000000", status.get(set), set);
    }
    assertEquals("0077", status.get("Umask"));
    for (String namespace : List.of("mnt", "user", "uts")) {
      assertNotEquals(
          Files.readSymbolicLink(Path.of("/proc/1/ns", namespace)),
          Files.readSymbolicLink(process.resolve("ns").resolve(namespace)),
          namespace);
    }
    String root =
        Files.readAllLines(process.resolve("mountinfo")).stream()
            .filter(line -> line.split(" ")[4].equals("/"))
            .reduce("", (_, last) -> last);
    assertTrue(root.split(" ")[5].startsWith("ro"), root);
    assertTrue(
        HostScene.text(process.resolve("cgroup")).strip().endsWith("/system.slice/service.service"),
        "what it starts is stopped with it");
  }

  @Test
  void what_a_service_that_is_broken_into_tries_is_refused() throws Exception {
    UnitScene scene = new UnitScene();
    scene.deploy(scene.release("one"), "escape");
    assertEquals("one", scene.answers());
    Map<String, String> tried = new TreeMap<>();
    scene
        .journal()
        .lines()
        .filter(line -> line.startsWith("try "))
        .map(line -> line.substring(4).split(": ", 2))
        .forEach(one -> tried.put(one[0], one[1]));
    assertEquals("done", tried.remove("write own state"), "that it may");
    assertEquals("done", tried.remove("write /tmp"), "its own");
    assertFalse(Files.exists(Path.of("/tmp/escape")));
    assertEquals(13, tried.size(), tried.toString());
    assertFalse(tried.containsValue("done"), tried.toString());
    assertEquals("Read-only file system", tried.get("write /etc"));
    assertEquals("No such file or directory", tried.get("see process 1"));
  }

  @Test
  void a_secret_is_where_the_service_finds_it_and_nowhere_else() throws Exception {
    UnitScene scene = new UnitScene();
    scene.deploy(scene.release("one"), "quiet");
    scene.deploy(scene.release("two"), "quiet");
    assertEquals("two", scene.answers());
    Path process = Path.of("/proc", Long.toString(scene.pid()));
    assertTrue(HostScene.text(process.resolve("environ")).contains(SECRET), "it has it");
    for (String said :
        List.of(
            UnitScene.said("journalctl", "--all", "--output=export"),
            UnitScene.said("systemctl", "show", "--all", HostScene.UNIT.name()),
            UnitScene.said("systemctl", "status", "--full", HostScene.UNIT.name()),
            UnitScene.said("systemctl", "cat", HostScene.UNIT.name()),
            UnitScene.said("systemctl", "show-environment") + " service",
            HostScene.text(process.resolve("cmdline")))) {
      assertTrue(said.contains("service"), said);
      assertFalse(said.contains(SECRET), said);
    }
    for (String root :
        List.of("/opt", "/etc/systemd", "/run/systemd", "/run/credentials", "/var/lib")) {
      String found =
          UnitScene.said(
              "runuser", "-u", "nobody", "--", "grep", "-rsl", SECRET, root, "--binary-files=text");
      assertEquals("", found, "seen by another user");
    }
    String environ = UnitScene.said("runuser", "-u", "nobody", "--", "cat", process + "/environ");
    assertTrue(environ.contains("Permission denied"), environ);
    assertTrue(
        UnitScene.said("grep", "-rsl", SECRET, "/opt").lines().count() >= 2,
        "the search itself finds what root may read");
    for (String name : List.of("environment", "run.json", "service.conf")) {
      Path file = scene.root().resolve("current").resolve(name);
      assertEquals("rw-------", mode(file), name);
    }
  }

  private static String mode(Path file) throws Exception {
    return java.nio.file.attribute.PosixFilePermissions.toString(
        Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void a_mask_that_shuts_others_out_does_not_shut_the_service_out() throws Exception {
    UnitScene scene = new UnitScene();
    scene.release("one");
    Process process = Deploying.start(scene.scene, "077", "one", "ok", "nowhere", "unit");
    String said = new String(process.getInputStream().readAllBytes());
    assertEquals("ended: YES\n", said, scene::journal);
    assertEquals("one", scene.answers());
  }
}
