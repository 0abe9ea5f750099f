package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.compare.tree.Archives;
import dev.selfsame.docker.FakeDaemon;
import dev.selfsame.docker.FakeDaemon.Answer;
import dev.selfsame.scenes.Records;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code verify} where what answers for containers is dead, slow, or says what cannot be. */
@Timeout(120)
class VerifyFaultyEngineTest {
  private static final String ID = "0123456789abcdef".repeat(4);
  private static final Records RECORDS = Records.of("the promoted binary");

  @TempDir Path folder;
  private RegistryScene scene;
  private FakeDaemon daemon;
  private String inspected = "";
  private String stat = "";
  private byte[] archive = new byte[0];

  @BeforeEach
  void release() throws Exception {
    scene = new RegistryScene(folder);
    scene.stage.release(RECORDS);
    daemon = FakeDaemon.start(folder.resolve("nothing.sock"), _ -> new Answer(new byte[0], 0));
    inspected = state("exited", 0, "2026-11-26T08:00:00Z");
    stat = stat("agent", RECORDS.binary.length, "2026-11-26T07:00:00Z");
    archive = tar(new Archives().file("agent", 0755, RECORDS.binary));
  }

  @AfterEach
  void stop() throws IOException {
    daemon.close();
  }

  private byte[] tar(Archives entries) throws IOException {
    return Files.readAllBytes(entries.write(Files.createTempFile(folder, "archive", ".tar")));
  }

  private static String state(String status, long pid, String started) {
    return """
    {"Id":"%s","Name":"/agent","Image":"sha256:%s","Path":"/opt/agent","Args":[],
    "State":{"Status":"%s","Running":%s,"Pid":%d,"StartedAt":"%s"},
    "Config":{"Image":"agent:1","User":"","Env":["SECRET=hunter2"]},
    "NetworkSettings":{"Networks":{},"Ports":{}}}
    """
        .formatted(ID, ID, status, pid > 0, pid, started);
  }

  private static String stat(String name, long size, String modified) {
    return """
    {"name":"%s","size":%d,"mode":493,"mtime":"%s","linkTarget":""}\
    """
        .formatted(name, size, modified);
  }

  private Answer honest(String request) {
    if (request.contains("/archive?")) {
      String header = Base64.getEncoder().encodeToString(stat.getBytes(StandardCharsets.UTF_8));
      return FakeDaemon.answer(
          200,
          Map.of("Content-Type", "application/x-tar", "X-Docker-Container-Path-Stat", header),
          archive);
    } else if (request.contains("/containers/")) {
      return json(200, inspected);
    }
    return json(404, "{\"message\":\"No such image\"}");
  }

  private static Answer json(int status, String body) {
    return FakeDaemon.answer(
        status, Map.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
  }

  private void serve(Function<String, Answer> answers) throws IOException {
    daemon.close();
    Path socket = Files.createTempFile(folder, "d", ".sock");
    Files.delete(socket);
    daemon = FakeDaemon.start(socket, answers);
    scene.environment = daemon.environment();
  }

  private void assertFails(String error, String... words) {
    assertEquals(3, scene.verify(words), scene.said());
    assertTrue(scene.err.contains(error), scene.said());
    assertEquals("", scene.out);
    assertEquals(2, scene.err.lines().count(), scene.err);
  }

  private void assertLies(String error) {
    assertFails(error, "docker:agent:/opt/agent");
  }

  @Test
  void an_honest_answer_is_believed_of_the_file() throws Exception {
    serve(this::honest);
    assertEquals(0, scene.verify("docker:agent:/opt/agent"), scene.said());
    assertTrue(scene.out.contains("  runs         no: the container is exited\n"), scene.out);
    assertTrue(scene.out.contains("started last at 2026-11-26T08:00:00Z"), scene.out);
  }

  @Test
  void where_nothing_runs_there_is_no_answer_what_runs() throws Exception {
    serve(this::honest);
    for (String status : new String[] {"exited", "created", "restarting", "dead"}) {
      inspected = state(status, 0, "2026-11-26T08:00:00Z");
      assertFails("docker:agent is %s: nothing runs there".formatted(status), "docker:agent");
      assertTrue(scene.err.contains("file in it: docker:agent:/opt/agent"), scene.err);
      assertEquals(0, scene.verify("docker:agent:/opt/agent"), scene.said());
      assertTrue(scene.out.contains("  runs         no: the container is " + status), scene.out);
    }
  }

  @Test
  void what_runs_elsewhere_is_not_claimed() throws Exception {
    inspected = state("running", ProcessHandle.current().pid(), "2026-11-26T08:00:00Z");
    serve(this::honest);
    assertEquals(0, scene.verify("docker:agent:/opt/agent"), scene.said());
    assertTrue(scene.out.contains("  runs         cannot be told: process "), scene.out);
    assertFails("cannot tell what runs in docker:agent: process ", "docker:agent");
    inspected = state("running", 4194305, "2026-11-26T08:00:00Z");
    assertFails("there is no process 4194305", "docker:agent");
  }

  @Test
  void silence_ends_and_is_told() throws Exception {
    serve(request -> {
      Answer answer = honest(request);
      return new Answer(answer.bytes(), 60_000);
    });
    assertFails("Docker was silent for 1 s about docker:agent", "docker:agent", "--timeout", "1");
    // Commands that have no such option say the same.
    String hint =
        "hint: check the daemon: docker version; selfsame verify waits longer by --timeout SECONDS";
    assertEquals(hint, scene.err.lines().toList().getLast());
    serve(request ->
        request.contains("/archive?")
            ? new Answer(honest(request).bytes(), 60_000)
            : honest(request));
    assertFails("was silent for 1 s", "docker:agent:/opt/agent", "--timeout", "1");
  }

  @Test
  void a_dead_daemon_is_told() throws Exception {
    serve(_ -> new Answer(new byte[0], 0));
    assertFails("Docker does not give docker:agent", "docker:agent");
    scene.environment = Map.of("DOCKER_HOST", "unix://" + folder.resolve("absent.sock"));
    assertFails("cannot reach Docker for docker:agent: no socket at ", "docker:agent");
    scene.environment = Map.of("CONTAINER_HOST", "unix://" + folder.resolve("absent.sock"));
    assertFails("cannot reach Podman for podman:agent: no socket at ", "podman:agent");
    serve(_ -> new Answer("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.UTF_8), 0));
    assertFails("Docker does not give docker:agent", "docker:agent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "unix:///run/my docker.sock",
        "unix:run.sock",
        "unix://",
        "/var/run/docker.sock",
        "tcp://",
        "tcp:host",
        "ssh://host",
        "not an address"
      })
  void what_is_no_address_is_told_and_hides_no_other_answer(String address) {
    scene.environment = Map.of("DOCKER_HOST", address, "CONTAINER_HOST", address);
    scene.write("agent", RECORDS.binary);
    assertFails("cannot reach Docker for docker:agent: no address like unix:", "docker:agent");
    assertFails("cannot reach Podman for podman:agent: no address like unix:", "podman:agent");
    assertEquals(
        3,
        scene.run("verify", "--binary", "docker:agent", "--binary", "agent", "--format", "junit"),
        scene.said());
    assertTrue(scene.out.contains("tests=\"2\" failures=\"0\" errors=\"1\""), scene.said());
  }

  @Test
  void a_port_that_there_is_not_is_told() {
    scene.environment = Map.of("DOCKER_HOST", "tcp://127.0.0.1:99999");
    assertFails("cannot reach docker: ", "docker:agent");
    assertTrue(scene.err.contains("hint: check DOCKER_HOST, "), scene.err);
  }

  /** In a process of its own: what the library reads is the environment of the whole program. */
  @Test
  void certificates_or_a_configuration_that_cannot_be_used_are_told() throws Exception {
    serve(this::honest);
    Path damaged = Files.createDirectories(folder.resolve("damaged"));
    Files.writeString(damaged.resolve("config.json"), "{");
    for (Map<String, String> variables :
        List.of(
            Map.of("DOCKER_TLS_VERIFY", "1"),
            Map.of("DOCKER_TLS_VERIFY", "1", "DOCKER_CERT_PATH", "/absent"),
            Map.of("DOCKER_CONFIG", damaged.toString()))) {
      String said = alone(variables);
      assertTrue(said.startsWith("exit 3\nerror: cannot reach docker: "), said);
    }
    assertFalse(alone(Map.of()).contains("cannot reach"), "as usual");
  }

  private String alone(Map<String, String> variables) throws Exception {
    ProcessBuilder command =
        new ProcessBuilder(
            OwnJvm.command(
                Main.class,
                "verify",
                "--binary=docker:agent:/opt/agent",
                "--registry=" + folder.resolve("registry"),
                "--trust-root=" + folder.resolve("trust-root.json")));
    command.environment().keySet().removeIf(name -> name.startsWith("DOCKER_"));
    command.environment().put("HOME", folder.toString());
    command.environment().putAll(daemon.environment());
    command.environment().putAll(variables);
    Process process = command.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return "exit %d\n%s".formatted(process.waitFor(), said);
  }

  @Test
  void an_archive_must_fit_its_description() throws Exception {
    serve(this::honest);
    stat = stat("agent", 18, "2026-11-26T07:00:00Z");
    assertLies("does not fit: described as 18 bytes, archived as 19");
    stat = stat("other", 19, "2026-11-26T07:00:00Z");
    assertLies("does not fit: described as other, archived as agent");
    stat = stat("agent", 19, "2026-11-26T07:00:00Z");
    byte[] whole = archive;
    archive = tar(new Archives().file("agent", 0755, RECORDS.binary).file("more", "x"));
    assertLies("its archive holds more than one file");
    archive = tar(new Archives().link("agent", "/etc/passwd"));
    assertLies("its archive holds no regular file");
    archive = Arrays.copyOf(whole, 520);
    assertLies("docker:agent:/opt/agent");
    archive = new byte[0];
    assertLies("does not fit: ");
  }

  @Test
  void a_description_must_be_one() throws Exception {
    serve(this::honest);
    for (String malformed :
        new String[] {"", "{", "null", "[]", "{\"name\":\"agent\",\"size\":-5,\"mode\":493}"}) {
      stat = malformed;
      assertLies("docker:agent:/opt/agent");
    }
    stat = "{\"name\":\"agent\",\"size\":19,\"mode\":134218239,\"linkTarget\":\"/opt/agent\"}";
    assertLies("does not say where the link /opt/agent leads");
    stat = "{\"name\":\"agent\",\"size\":19,\"mode\":134218239,\"linkTarget\":\"../agent\"}";
    assertLies("does not say where the link /opt/agent leads");
    inspected = "{\"Id\":\"short\",\"State\":{}}";
    assertFails("the daemon describes no container", "docker:agent");
    inspected = "no json";
    assertFails("docker:agent", "docker:agent");
  }

  @Test
  void what_changes_while_it_is_read_is_no_answer() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    serve(request -> {
      if (request.contains("/archive?") && asked.getAndIncrement() > 0) {
        stat = stat("agent", 19, "2026-11-26T09:00:00Z");
      }
      return honest(request);
    });
    assertFails("was changed or replaced while it was read", "docker:agent:/opt/agent");
    AtomicInteger looked = new AtomicInteger();
    serve(request -> {
      if (request.contains("/json") && looked.getAndIncrement() > 0) {
        inspected = state("exited", 0, "2026-11-26T10:00:00Z");
      }
      return honest(request);
    });
    assertFails("was started, stopped or replaced while", "docker:agent:/opt/agent");
  }

  @Test
  void patience_has_limits() {
    assertEquals(2, scene.verify("docker:agent", "--timeout", "0"), scene.said());
    assertEquals(2, scene.verify("docker:agent", "--timeout", "86401"), scene.said());
  }
}
