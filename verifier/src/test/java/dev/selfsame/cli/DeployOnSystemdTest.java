package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.launcher.Leaks;
import dev.selfsame.machine.OnSystemd;
import dev.selfsame.machine.SystemdMachine;
import dev.selfsame.scenes.Records;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The commands, from a promotion to a unit of a real systemd, and the timer that looks at it. */
@OnSystemd
@Needs(Component.GCC)
class DeployOnSystemdTest {
  private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

  private RegistryScene scene;
  private Path folder;

  private void open() throws Exception {
    folder = SystemdMachine.folder();
    scene = new RegistryScene(folder);
    scene.environment = Map.of("PATH", PATH, "PASSWORD", "s3cr3t-t0ken");
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    scene.write("service.conf", "password ${PASSWORD}\n".getBytes(StandardCharsets.UTF_8));
    scene.write(
        "deploy.toml",
        """
        keep-old = "200ms"
        arguments = ["--port=%d", "--mode=quiet", "--config={config}"]
        [secrets]
        names = ["PASSWORD"]
        [config]
        template = "service.conf"
        path = "/etc/service/service.conf"
        [health]
        ready = "http://target:%d/ready"
        timeout = "20s"
        interval = "50ms"
        """
            .formatted(port, port)
            .getBytes(StandardCharsets.UTF_8));
    release("one");
  }

  private void release(String version) throws IOException, InterruptedException {
    Records records = Records.of(version);
    records.binary = service(version);
    scene.stage.release(records);
    scene.stage.now = scene.stage.now.plusSeconds(1);
  }

  private byte[] service(String version) throws IOException, InterruptedException {
    Path source = folder.resolve("service.c");
    try (var in =
        DeployOnSystemdTest.class.getResourceAsStream("/dev/selfsame/deploy/host/service.c")) {
      Files.write(source, in.readAllBytes());
    }
    Path program = folder.resolve("service-" + version);
    said("gcc", "-DVERSION=\"" + version + "\"", "-o", program.toString(), source.toString());
    return Files.readAllBytes(program);
  }

  private int deploy(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("deploy", "viworks/agent", "--config", "deploy.toml", "--to", "systemd:agent"));
    words.addAll(List.of(more));
    return scene.run(words.toArray(String[]::new));
  }

  private int status() {
    return scene.run("status", "viworks/agent", "--to", "systemd:agent");
  }

  private static String said(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return said.strip();
  }

  private static String property(String unit, String name)
      throws IOException, InterruptedException {
    return said("systemctl", "show", "--value", "--property=" + name, unit);
  }

  private void swap() throws IOException, InterruptedException {
    Path file = Path.of("/opt/selfsame/agent/current/agent").toRealPath();
    service("evil");
    Files.delete(file);
    Files.copy(folder.resolve("service-evil"), file, StandardCopyOption.COPY_ATTRIBUTES);
  }

  @Test
  void a_promoted_service_is_run_found_by_its_pid_and_upgraded() throws Exception {
    open();
    assertEquals(0, deploy("--key", "dora.key"), scene.said());
    Recorded.newest(scene, "systemd", "agent");
    assertEquals(0, status(), scene.said());
    assertTrue(scene.out.contains("settings   yes: those of the record"), scene.out);
    String pid = property("agent.service", "MainPID");
    assertEquals(0, scene.verify("pid:" + pid), scene.said());
    release("two");
    assertEquals(1, status(), "the old one runs");
    assertEquals(0, deploy(), scene.said());
    assertEquals(0, status(), scene.said());
    assertFalse(property("agent.service", "MainPID").equals(pid));
    swap();
    assertEquals(1, status(), scene.said());
    assertTrue(scene.out.contains("was changed"), scene.out);
    said("systemctl", "restart", "agent.service");
    pid = property("agent.service", "MainPID");
    assertEquals(1, scene.verify("pid:" + pid), scene.said());
    assertEquals(1, status(), scene.said());
    assertTrue(scene.out.contains("executes other bytes than were deployed"), scene.out);
    assertEquals(0, deploy(), scene.said());
    assertEquals(0, status(), scene.said());
    requireUnshown();
  }

  /** The secret is in no record, no log and nothing that anybody may ask systemd. */
  private void requireUnshown() throws IOException, InterruptedException {
    Leaks leaks = new Leaks(Map.of("PASSWORD", "s3cr3t"));
    List<String> stated = leaks.lookInto(scene.stage.registry());
    assertTrue(stated.stream().anyMatch(one -> one.contains("\"systemd\"")), stated.toString());
    leaks.lookInto(Path.of("/opt/selfsame/agent/.selfsame"));
    String journal = said("journalctl", "--no-pager");
    assertTrue(journal.contains("agent.service"), journal);
    leaks.look("the journal", journal);
    leaks.look("systemctl show", said("systemctl", "show", "agent.service"));
    leaks.look("systemctl cat", said("systemctl", "cat", "agent.service"));
  }

  @Test
  void a_timer_looks_again_and_again_and_its_service_fails_on_drift() throws Exception {
    open();
    assertEquals(0, deploy(), scene.said());
    List<String> command =
        new ArrayList<>(
            List.of(
                "env",
                "--chdir=" + folder,
                "HOME=" + folder,
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(
        List.of("status", "viworks/agent", "--to", "systemd:agent", "--registry", "registry"));
    command.addAll(List.of("--trust-root", "trust-root.json", "--metrics", "status.prom"));
    command.addAll(List.of("--watch", "2", "--timer-unit", "/etc/systemd/system"));
    String written = said(command.toArray(String[]::new));
    String timer = written.replaceAll("(?s).*enable --now (\\S+[.]timer).*", "$1");
    String service = timer.replace(".timer", ".service");
    said("systemctl", "daemon-reload");
    assertFalse(said("systemctl", "enable", "--now", timer).contains("ailed"), written);
    // Two looks that find nothing: it repeats.
    await(() -> ended(service) >= 2, service);
    assertEquals("success", property(service, "Result"), said("journalctl", "-u", service));
    String metrics = Files.readString(folder.resolve("status.prom"));
    assertTrue(metrics.contains("target=\"systemd:agent\",host=\"\"} 0"), metrics);
    swap();
    // Looked for in the journal: the next look begins two seconds later.
    await(() -> log(service).contains("Failed with result 'exit-code'"), service);
    String log = log(service);
    assertTrue(log.contains("was changed"), log);
    assertTrue(log.contains("Main process exited, code=exited, status=1/FAILURE"), log);
    metrics = Files.readString(folder.resolve("status.prom"));
    assertTrue(metrics.contains("target=\"systemd:agent\",host=\"\"} 1"), metrics);
    assertEquals(0, deploy(), scene.said());
    long well = ended(service);
    await(() -> ended(service) > well, service);
  }

  private static String log(String service) throws IOException, InterruptedException {
    return said("journalctl", "--output=cat", "--unit=" + service);
  }

  /** How often it has looked, and found nothing. */
  private static long ended(String service) throws IOException, InterruptedException {
    return log(service).lines().filter(line -> line.contains("Deactivated successfully")).count();
  }

  private interface Seen {
    boolean now() throws IOException, InterruptedException;
  }

  private static void await(Seen seen, String service) throws IOException, InterruptedException {
    for (int i = 0; i < 1200; i++) {
      if (seen.now()) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError(said("journalctl", "--unit=" + service));
  }
}
