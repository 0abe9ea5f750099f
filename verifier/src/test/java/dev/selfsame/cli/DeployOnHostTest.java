package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.launcher.Leaks;
import dev.selfsame.promote.Image;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Records;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy} and {@code status} with a process on this machine, and with manifests. */
@Needs(Component.GCC)
@Timeout(120)
class DeployOnHostTest {
  @TempDir Path temporary;
  private Path folder;
  private RegistryScene scene;
  private int port;

  @BeforeEach
  void promote() throws Exception {
    folder = temporary.toRealPath();
    scene = new RegistryScene(folder);
    scene.environment = Map.of("PATH", System.getenv("PATH"), "PASSWORD", "s3cr3t-t0ken");
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    release("one");
    settings("ok");
  }

  @AfterEach
  void end() throws InterruptedException {
    ProcessHandle.allProcesses()
        .filter(process ->
            process.info().command().filter(path -> path.startsWith(folder.toString())).isPresent())
        .forEach(ProcessHandle::destroyForcibly);
    Thread.sleep(100);
  }

  private void release(String version) throws IOException, InterruptedException {
    Records records = Records.of(version);
    records.binary = service(version);
    scene.stage.release(records);
    scene.stage.now = scene.stage.now.plusSeconds(1);
  }

  private byte[] service(String version) throws IOException, InterruptedException {
    Path program = folder.resolve("service-" + version);
    Path source = folder.resolve("service.c");
    try (var in =
        DeployOnHostTest.class.getResourceAsStream("/dev/selfsame/deploy/host/service.c")) {
      Files.write(source, in.readAllBytes());
    }
    Process gcc =
        new ProcessBuilder(
                "gcc", "-DVERSION=\"" + version + "\"", "-o", program.toString(), source.toString())
            .inheritIO()
            .start();
    assertEquals(0, gcc.waitFor());
    return Files.readAllBytes(program);
  }

  private void settings(String mode) throws IOException {
    scene.write("service.conf", "password ${PASSWORD}\n".getBytes(StandardCharsets.UTF_8));
    scene.write(
        "deploy.toml",
        """
        keep-old = "200ms"
        arguments = ["--port=%d", "--mode=%s", "--config={config}"]
        [secrets]
        names = ["PASSWORD"]
        [config]
        template = "service.conf"
        path = "/etc/service/service.conf"
        [health]
        ready = "http://target:%d/ready"
        timeout = "%s"
        interval = "50ms"
        [kubernetes]
        registry = "registry.example.org"
        """
            .formatted(port, mode, port, mode.equals("ok") ? "20s" : "1s")
            .getBytes(StandardCharsets.UTF_8));
  }

  private int deploy(String... more) {
    List<String> words =
        new ArrayList<>(List.of("deploy", "viworks/agent", "--config", "deploy.toml"));
    words.addAll(List.of(more));
    return scene.run(words.toArray(String[]::new));
  }

  private int status(String... more) {
    List<String> words = new ArrayList<>(List.of("status", "viworks/agent", "--to", "dir:run"));
    words.addAll(List.of(more));
    return scene.run(words.toArray(String[]::new));
  }

  @Test
  void what_was_promoted_is_run_upgraded_and_gone_back_to() throws Exception {
    assertEquals(0, deploy("--to", "dir:run", "--plan"), scene.said());
    assertTrue(scene.out.contains("prove"), scene.out);
    assertFalse(Files.exists(folder.resolve("run/releases")));
    String[] signed = {"--to", "dir:run", "--key", "dora.key"};
    assertEquals(0, deploy(signed), scene.said());
    assertEquals(0, status(), scene.said());
    assertTrue(scene.out.contains("runs everywhere"), scene.out);
    assertTrue(scene.out.contains("settings   yes: those of the record"), scene.out);
    String place = folder.resolve("run").toString();
    Digest first = Recorded.newest(scene, "dir", place).release().artifact().digest();
    release("two");
    assertEquals(1, status(), "the old one runs");
    settings("unready");
    assertEquals(1, deploy(signed), scene.said());
    assertTrue(scene.said().contains("service two"), scene.said());
    assertFalse(scene.said().contains("s3cr3t"), scene.said());
    settings("ok");
    scene.stage.now = scene.stage.now.plusSeconds(1);
    assertEquals(0, deploy(signed), scene.said());
    assertEquals(0, status(), scene.said());
    assertEquals(0, deploy(signed), scene.said());
    assertTrue(scene.said().contains("deployed already"), scene.said());
    assertEquals(Optional.of(first), Recorded.newest(scene, "dir", place).course().previous());
    List<DeployClaim> all = Recorded.all(scene);
    assertEquals(3, all.size());
    assertEquals(DeployClaim.Outcome.ROLLED_BACK, all.get(1).course().outcome());
    assertTrue(all.get(1).course().reason().orElseThrow().startsWith("health: "), "why");
    Leaks leaks = new Leaks(Map.of("PASSWORD", "s3cr3t"));
    List<String> stated = leaks.lookInto(scene.stage.registry());
    assertEquals(3, stated.stream().filter(one -> one.contains(place)).distinct().count());
    leaks.lookInto(folder.resolve("run/.selfsame"));
  }

  @Test
  void one_that_hangs_or_whose_configuration_was_changed_is_not_as_it_was_deployed()
      throws Exception {
    assertEquals(0, deploy("--to", "dir:run"), scene.said());
    assertEquals(0, status(), scene.said());
    assertTrue(scene.out.contains("health     yes: it answers on this machine"), scene.out);
    assertTrue(scene.out.contains("settings   yes: as it was deployed"), scene.out);
    ProcessHandle process =
        ProcessHandle.allProcesses()
            .filter(one -> one.info().command().filter(this::isOurs).isPresent())
            .findFirst()
            .orElseThrow();
    signal("-STOP", process);
    assertEquals(1, status(), scene.said());
    assertTrue(scene.out.contains("health     no: http://127.0.0.1:"), scene.out);
    signal("-CONT", process);
    Path config = folder.resolve("run/current/service.conf").toRealPath();
    Files.writeString(config, "password guessed\n");
    assertEquals(1, status(), scene.said());
    assertTrue(scene.out.contains("service.conf was changed"), scene.out);
    Files.delete(folder.resolve("run/.selfsame/settings.key"));
    assertEquals(3, status(), scene.said());
    assertTrue(scene.out.contains("settings   could not tell: the key is gone"), scene.out);
    assertEquals(0, deploy("--to", "dir:run"), scene.said());
    assertEquals(0, status(), scene.said());
    scene.environment = Map.of("PATH", System.getenv("PATH"), "PASSWORD", "s3cr3t-of-tomorrow");
    assertEquals(0, deploy("--to", "dir:run"), scene.said());
    assertTrue(scene.out.startsWith("deployed: "), scene.said());
    Path next = folder.resolve("run/current/service.conf").toRealPath();
    assertEquals("password s3cr3t-of-tomorrow\n", Files.readString(next));
  }

  private boolean isOurs(String path) {
    return path.startsWith(folder.toString());
  }

  private static void signal(String which, ProcessHandle process) throws Exception {
    String pid = Long.toString(process.pid());
    assertEquals(0, new ProcessBuilder("kill", which, pid).inheritIO().start().waitFor());
  }

  @Test
  void a_program_changed_by_hand_alarms() throws Exception {
    deploy("--to", "dir:run");
    List<String> posted = Collections.synchronizedList(new ArrayList<>());
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      String hook = "http://127.0.0.1:%d/".formatted(server.getAddress().getPort());
      assertEquals(0, status("--webhook", hook, "--metrics", "s.prom"), scene.said());
      assertEquals(List.of(), posted);
      Path file = folder.resolve("run/current/agent").toRealPath();
      Files.setPosixFilePermissions(file.getParent(), PosixFilePermissions.fromString("rwx------"));
      Files.delete(file);
      Files.write(file, service("evil"));
      assertEquals(1, status(), scene.said());
      assertEquals(
          1,
          status("--watch", "1", "--until-drift", "--webhook", hook, "--metrics", "s.prom"),
          scene.said());
      assertTrue(scene.out.contains("was changed"), scene.out);
      assertEquals(1, posted.size());
      assertTrue(
          Files.readString(folder.resolve("s.prom"))
              .contains("target=\"dir:%s\",host=\"\"} 1".formatted(folder.resolve("run"))),
          "metric");
      assertEquals(1, status("--json"));
      assertTrue(scene.out.contains("\"schema\" : \"selfsame.status/1\""), scene.out);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void a_server_that_is_away_for_a_while_ends_no_watch_and_is_no_yes() throws Exception {
    assertEquals(0, deploy("--to", "dir:run"), scene.said());
    Deque<Hosted> servers = new ArrayDeque<>();
    servers.add(new Hosted(scene.stage.registry(), scene.stage));
    Thread watch = Thread.currentThread();
    try (Liar gateway = new Liar(servers.element().url())) {
      scene.registry = gateway.url();
      scene.when("runs everywhere", () -> servers.remove().close());
      scene.when(
          "error: ",
          () -> {
            servers.add(new Hosted(scene.stage.registry(), scene.stage));
            gateway.upstream = servers.element().url();
            // When the next look has found it again, as a signal does.
            scene.when("runs everywhere", watch::interrupt);
          });
      assertEquals(3, status("--watch", "1"), scene.said());
    } finally {
      servers.forEach(Hosted::close);
    }
    assertTrue(scene.err.contains("error: the connection to the registry "), scene.said());
    assertEquals(2, scene.out.split("runs everywhere", -1).length - 1, scene.said());
  }

  @Test
  void what_cannot_be_seen_is_no_yes() {
    assertEquals(1, status(), "nothing is deployed");
    assertEquals(3, scene.run("status", "viworks/agent", "--to", "kubernetes:a.yaml"));
    assertEquals(2, status("--webhook", "http://example.org/"));
    assertEquals(2, status("--metrics", "file.txt"));
    assertEquals(2, status("--until-drift"));
    assertEquals(2, status("--watch", "0"));
    assertEquals(2, status("--to", "dir:run"), "twice");
    assertEquals(2, scene.run("status", "viworks/agent", "--to", "agent"));
    assertEquals(1, scene.run("status", "viworks/other", "--to", "dir:run"), scene.said());
  }

  @Test
  void a_timer_holds_no_webhook_that_others_may_read() throws Exception {
    assertEquals(2, status("--timer-unit", "units", "--webhook", "https://example.org/s3cr3t"));
    Path hook = folder.resolve("hook");
    Files.writeString(hook, "https://example.org/s3cr3t\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals(2, status("--timer-unit", "units", "--webhook-file", "hook"));
    assertTrue(scene.err.contains("others may read"), scene.err);
    assertEquals(2, status("--webhook-file", "absent"));
    assertFalse(Files.exists(folder.resolve("units")));
  }

  @Test
  void timers_of_two_questions_have_names_of_their_own() {
    String one = timer("dir:a");
    assertTrue(one.matches("selfsame-status-viworks-agent-production-[0-9a-f]{8}"), one);
    assertNotEquals(one, timer("dir:b"));
    assertEquals(one, timer("dir:a", "--watch", "60", "--timer-unit=units"));
  }

  private String timer(String target, String... more) {
    List<String> arguments = new ArrayList<>(List.of("status", "viworks/agent", "--to", target));
    arguments.addAll(List.of(more));
    return new StatusWatch.Question("viworks/agent", "production", arguments).timer(folder);
  }

  @Test
  void a_release_with_an_image_is_written_as_manifests_by_digest() throws Exception {
    Image image = new Images(scene.stage).release(Images.asked("with an image"));
    scene.stage.now = scene.stage.now.plusSeconds(1);
    String named = "image: \"registry.example.org/deploy/viworks/agent@" + image.manifest();
    settings("ok");
    Path file = folder.resolve("deploy.toml");
    Files.writeString(file, Files.readString(file).replace("names = [\"PASSWORD\"]", "names = []"));
    scene.write("service.conf", "level info\n".getBytes(StandardCharsets.UTF_8));
    assertEquals(0, deploy("--to", "kubernetes:agent.yaml", "--plan"), scene.said());
    assertTrue(scene.out.contains(named), scene.out);
    assertFalse(Files.exists(folder.resolve("agent.yaml")));
    assertEquals(0, deploy("--to", "kubernetes:agent.yaml"), scene.said());
    assertTrue(scene.out.contains("not applied"), scene.out);
    assertTrue(Files.readString(folder.resolve("agent.yaml")).contains(named));
  }

  @Test
  void a_release_without_an_image_is_no_manifest() {
    assertEquals(1, deploy("--to", "kubernetes:agent.yaml"), scene.said());
    assertTrue(scene.err.contains("no runtime image"), scene.err);
    assertFalse(Files.exists(folder.resolve("agent.yaml")));
  }
}
