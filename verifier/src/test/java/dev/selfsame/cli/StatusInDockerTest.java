package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.selfsame.deploy.docker.Dock;
import dev.selfsame.deploy.docker.TinyAgent;
import dev.selfsame.digest.Digest;
import dev.selfsame.scenes.Images;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code status} of a container of a real engine: one that anybody may write to, for all tests. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class StatusInDockerTest {
  private static final String WRITABLE = "read-only = false\n";
  private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]++|\\\\.)*+)\"");

  private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
  private Path folder;
  private RegistryScene scene;
  private Dock dock;
  private byte[] program;

  @BeforeAll
  void deploy(@TempDir Path temporary) throws Exception {
    folder = temporary.toRealPath();
    scene = new RegistryScene(folder);
    scene.environment = Map.of("PASSWORD", Dock.SECRET);
    dock = new Dock(folder, "docker", scene.stage);
    dock.settings(WRITABLE);
    program = new TinyAgent(folder).compiled("v1");
    dock.release(program);
    deploy("--key", "dora.key");
  }

  @AfterAll
  void remove() throws Exception {
    dock.close();
  }

  private void deploy(String... more) {
    List<String> words =
        new ArrayList<>(List.of("deploy", "viworks/agent", "--to", "docker:" + dock.name));
    words.addAll(List.of("--config", "deploy.toml"));
    words.addAll(List.of(more));
    assertEquals(0, scene.run(words.toArray(String[]::new)), scene.said());
  }

  private int status(String... more) {
    List<String> words =
        new ArrayList<>(List.of("status", "viworks/agent", "--to", "docker:" + dock.name));
    words.addAll(List.of(more));
    return scene.run(words.toArray(String[]::new));
  }

  private void said(String... all) {
    for (String one : all) {
      assertTrue(scene.said().contains(one), () -> "no " + one + " in " + scene.said());
    }
  }

  @Test
  void what_runs_is_held_against_the_record_of_its_settings() throws Exception {
    assertEquals(0, status(), scene.said());
    said("health     yes: it answers", "settings   yes: those of the record");
    dock.settings(WRITABLE + "[environment]\nLEVEL = \"info\"");
    deploy();
    assertEquals(1, status(), scene.said());
    said("what should run is not as it was deployed", "settings   no: they are ");
    scene.stage.now = scene.stage.now.plusSeconds(60);
    deploy("--again", "--key", "dora.key");
    assertEquals(0, status(), scene.said());
    dock.cli("pause", dock.name);
    assertEquals(1, status(), scene.said());
    said("health     no: ", "does not answer");
    dock.cli("unpause", dock.name);
  }

  @Test
  void a_program_copied_over_it_alarms_by_exit_code_webhook_and_metric_also_by_a_timer()
      throws Exception {
    byte[] evil = TinyAgent.variant(program, "evil");
    String changed =
        "%s was changed: it is %s now".formatted(Images.SETTINGS.entrypoint(), Digest.sha256(evil));
    HttpServer server = listen();
    try {
      String[] alarms = {"--webhook-file", "hook.url", "--metrics", "status.prom"};
      String[] timer = timer(alarms);
      assertEquals(0, timed(timer), scene.said());
      assertTold(0, 0);
      scene.when("runs everywhere", () -> copyOver(evil));
      List<String> watch = new ArrayList<>(List.of("--watch", "1", "--until-drift"));
      watch.addAll(List.of(alarms));
      assertEquals(1, status(watch.toArray(String[]::new)), scene.said());
      said("runs everywhere", changed);
      assertTold(1, 1);
      assertTrue(posted.getFirst().contains("selfsame.status/1"), posted.getFirst());
      assertTrue(posted.getFirst().contains(changed), posted.getFirst());
      Files.delete(folder.resolve("status.prom"));
      assertEquals(1, timed(timer), scene.said());
      said(changed);
      assertTold(2, 1);
      assertTrue(posted.getLast().contains(changed), posted.getLast());
      copyOver(program);
      assertEquals(0, timed(timer), scene.said());
      assertTold(3, 0);
    } finally {
      server.stop(0);
    }
  }

  /** A receiver, whose address stands in a file as a secret does. */
  private HttpServer listen() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    String address = "http://127.0.0.1:%d/\n".formatted(server.getAddress().getPort());
    Path file = scene.write("hook.url", address.getBytes(StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return server;
  }

  /** How often the webhook was told, and what the metric says. */
  private void assertTold(int times, int drift) throws IOException {
    assertEquals(times, posted.size(), posted::toString);
    List<String> metrics =
        Files.readAllLines(folder.resolve("status.prom")).stream()
            .filter(line -> line.startsWith("selfsame_status_drift{"))
            .toList();
    assertEquals(1, metrics.size(), metrics::toString);
    String metric = metrics.getFirst();
    assertTrue(metric.contains(",target=\"docker:%s\",".formatted(dock.name)), metric);
    assertTrue(metric.endsWith("} " + drift), metric);
  }

  private void copyOver(byte[] bytes) throws Exception {
    Path file = scene.write("copied", bytes);
    assertTrue(file.toFile().setExecutable(true, false));
    dock.cli("cp", file.toString(), dock.name + ":" + Images.SETTINGS.entrypoint());
  }

  /**
   * The arguments in the unit that a timer starts. Written by a process of its own: the unit starts
   * what it was written by.
   */
  private String[] timer(String... alarms) throws Exception {
    List<String> asked = new ArrayList<>(List.of("status", "viworks/agent"));
    asked.addAll(List.of("--to", "docker:" + dock.name, "--registry", "registry"));
    asked.addAll(List.of("--trust-root", "trust-root.json", "--watch", "60"));
    asked.addAll(List.of(alarms));
    asked.addAll(List.of("--timer-unit", "units"));
    Process process =
        OwnProcess.of(folder, asked.toArray(String[]::new)).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    try (var files = Files.newDirectoryStream(folder.resolve("units"), "*.service")) {
      String unit = Files.readString(files.iterator().next());
      assertTrue(unit.contains("\nWorkingDirectory=" + folder + "\n"), unit);
      List<String> words = execStart(unit);
      assertTrue(Files.isExecutable(Path.of(words.getFirst())), unit);
      int main = words.indexOf(Main.class.getName());
      assertTrue(main > 0, unit);
      return words.subList(main + 1, words.size()).toArray(String[]::new);
    }
  }

  /** As systemd takes the line apart (systemd.service(5), Command lines). */
  private static List<String> execStart(String unit) {
    String line =
        unit.lines().filter(one -> one.startsWith("ExecStart=")).findFirst().orElseThrow();
    return QUOTED
        .matcher(line)
        .results()
        .map(found -> found.group(1).replaceAll("\\\\(.)", "$1"))
        .map(word -> word.replace("%%", "%").replace("$$", "$"))
        .toList();
  }

  /** Runs just these words, with no more variables than a service has. */
  private int timed(String... words) {
    Map<String, String> before = scene.environment;
    scene.environment = Map.of();
    try {
      return scene.runPlain(words);
    } finally {
      scene.environment = before;
    }
  }
}
