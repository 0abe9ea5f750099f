package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.compare.tree.Archives;
import dev.selfsame.digest.Digest;
import dev.selfsame.docker.ContainerScene;
import dev.selfsame.docker.SmallProgram;
import dev.selfsame.evidence.Json;
import dev.selfsame.promote.Image;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Records;
import dev.selfsame.where.Where;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify} of what containers of a real engine have and run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
abstract class VerifyContainerContract {
  private final Where.Engine engine;
  private byte[] promoted = new byte[0];
  byte[] other = new byte[0];

  @TempDir Path folder;
  RegistryScene scene;
  ContainerScene containers;

  VerifyContainerContract(Where.Engine engine) {
    this.engine = engine;
  }

  @BeforeAll
  void programs(@TempDir Path built) throws Exception {
    promoted = SmallProgram.compile(built, "promoted");
    other = SmallProgram.compile(built, "other");
  }

  @BeforeEach
  void release() {
    scene = new RegistryScene(folder);
    Records records = Records.of("agent");
    records.binary = promoted;
    scene.stage.release(records);
    containers = new ContainerScene(engine, folder);
  }

  @AfterEach
  void remove() throws Exception {
    containers.close();
  }

  private Archives root() {
    return new Archives()
        .file("opt/agent", 0755, promoted)
        .file("opt/other", 0755, other)
        .file("sbin/tini", 0755, other)
        .file("data/v1/agent", 0755, promoted)
        .link("data/v1/up", "../../opt/agent")
        .link("opt/latest", "agent")
        .link("opt/v", "/data/v1")
        .link("opt/out", "/../../../../opt/agent")
        .link("opt/host", "../../../../../../../../../../../etc/passwd")
        .link("opt/circle", "circle");
  }

  String start(String... command) throws Exception {
    String image = containers.image(root());
    String[] words = new String[command.length + 3];
    words[0] = "--env";
    words[1] = "DATABASE_PASSWORD=hunter2";
    words[2] = image;
    System.arraycopy(command, 0, words, 3, command.length);
    String id = containers.run(words);
    awaitUp(id, 1);
    return id;
  }

  /**
   * The engine says that it runs before the program is what executes, for the first time or not.
   */
  void awaitUp(String id, int times) throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (containers.engine("logs", id).lines().filter(line -> line.contains("up")).count()
        < times) {
      assertTrue(Instant.now().isBefore(end), () -> "it is not up: " + id);
      Thread.sleep(50);
    }
  }

  String place(String container, String path) {
    return engine.word() + ":" + container + path;
  }

  private void assertSays(int status, String first, String container, String path) {
    assertEquals(status, scene.verify(place(container, path)), scene.said());
    assertTrue(scene.out.startsWith(first), scene.said());
    assertEquals("", scene.err);
  }

  private void assertFails(String error, String container, String path) {
    assertEquals(3, scene.verify(place(container, path)), scene.said());
    assertTrue(scene.err.contains(error), scene.said());
    assertEquals("", scene.out);
    assertEquals(2, scene.err.lines().count(), scene.err);
  }

  private void assertTold(String words) {
    assertTrue(scene.out.contains(words), () -> words + "\n is not in\n" + scene.out);
  }

  private String pid(String container) throws Exception {
    return containers.engine("inspect", "-f", "{{.State.Pid}}", container);
  }

  @Test
  void a_promoted_file_that_runs_is_a_yes_that_says_what_the_container_is() throws Exception {
    String id = start("/opt/agent", "--password", "hunter2", "--level=3");
    assertSays(
        0, "promoted: %s is viworks/agent,".formatted(place(id, ":/opt/agent")), id, ":/opt/agent");
    String image = containers.engine("inspect", "-f", "{{.Image}}", id).replace("sha256:", "");
    assertTold("  container    ");
    assertTold("(%s, %s), running since 2".formatted(engine.word(), id.substring(0, 12)));
    assertTold("sha256:" + image + ", linux/");
    assertTold("  command      /opt/agent --password *** --level=3 as the image's user\n");
    assertTold(
        "  networks     %s 1".formatted(engine == Where.Engine.DOCKER ? "bridge" : "podman"));
    assertTold("  ports        none\n");
    assertTold("  runs         as process %s, started from /opt/agent\n".formatted(pid(id)));
    assertFalse(scene.out.contains("hunter2"), scene.out);
  }

  @Test
  void the_main_process_is_found_and_json_says_the_same() throws Exception {
    String id = start("/opt/agent");
    assertSays(0, "promoted: " + place(id, " is"), id, "");
    assertEquals(0, scene.verify(place(id, ""), "--json"), scene.said());
    JsonNode json = Json.tree(scene.out.getBytes());
    assertEquals("promoted", json.path("verdict").asText());
    assertEquals(id, json.at("/subject/container/id").asText());
    assertEquals(engine.word(), json.at("/subject/container/engine").asText());
    assertEquals("running", json.at("/subject/container/state").asText());
    assertEquals("runs", json.at("/subject/running/state").asText());
    assertEquals(pid(id), json.at("/subject/running/pids/0").asText());
    assertFalse(scene.out.contains("hunter2"), scene.out);
    assertFalse(scene.out.contains("DATABASE_PASSWORD"), scene.out);
  }

  @Test
  void an_image_from_a_registry_is_told_by_the_digest_that_its_tag_stood_for() throws Exception {
    Records records = Images.asked("pulled");
    records.binary = other;
    // An image that nobody else has, so that it can be removed.
    Image image = new Images(scene.stage, "libc " + UUID.randomUUID()).release(records);
    String repository;
    String id;
    try (Hosted server = new Hosted(scene.stage.registry(), scene.stage)) {
      repository = server.url().replace("http://", "") + "/deploy/viworks/agent";
      id = containers.run(containers.pull(repository + ":production.image"));
    }
    awaitUp(id, 1);
    String known = repository + "@" + image.manifest();
    assertSays(0, "promoted: " + place(id, " is"), id, "");
    assertTold("  image        %s:production.image, sha256:".formatted(repository));
    assertTold("  known as     " + known + "\n");
    assertEquals(0, scene.verify(place(id, ""), "--json"), scene.said());
    JsonNode digests = Json.tree(scene.out.getBytes()).at("/subject/container/imageDigests");
    assertTrue(digests.toString().contains("\"" + known + "\""), scene.out);
  }

  @Test
  void a_file_copied_over_the_running_one_is_never_a_yes() throws Exception {
    String id = start("/opt/agent");
    containers.copyOver(id, other, "/opt/agent");
    for (String path : new String[] {":/opt/agent", ""}) {
      assertSays(1, "other bytes run: " + place(id, path + ": the running process "), id, path);
      assertTold(Digest.sha256(promoted).toString());
      assertTold(Digest.sha256(other).toString());
    }
  }

  @Test
  void a_promoted_file_copied_over_another_that_runs_is_never_a_yes() throws Exception {
    String id = start("/opt/other");
    containers.copyOver(id, promoted, "/opt/other");
    for (String path : new String[] {":/opt/other", ""}) {
      assertSays(1, "other bytes run: " + place(id, path + ": the running process "), id, path);
    }
  }

  @Test
  void a_file_replaced_by_the_same_bytes_is_still_a_yes() throws Exception {
    String id = start("/opt/agent");
    containers.copyOver(id, promoted, "/opt/agent");
    assertSays(0, "promoted: ", id, ":/opt/agent");
    assertTold("runs         as process ");
    assertSays(0, "promoted: ", id, "");
  }

  @Test
  void a_deleted_program_is_known_by_what_still_runs() throws Exception {
    String id = start("/opt/agent", "unlink", "/opt/agent");
    assertSays(0, "promoted: ", id, "");
    assertTold("started from /opt/agent, which was deleted since\n");
    assertFails("no file /opt/agent in " + id, id, ":/opt/agent");
  }

  @Test
  void links_lead_within_the_container_and_what_they_lead_to_is_compared() throws Exception {
    String id = start("/opt/agent");
    for (String path : new String[] {"latest", "v/agent", "v/up", "out"}) {
      assertSays(0, "promoted: ", id, ":/opt/" + path);
      assertTold(
          path.equals("v/agent")
              ? "runs         no: no process runs it; the main one runs /opt/agent\n"
              : "runs         as process ");
    }
    String here = scene.write("here", promoted).toString();
    assertEquals(0, scene.runPlain("compare", here, place(id, ":/opt/latest")), scene.said());
    assertTrue(scene.out.startsWith("identical: "), scene.said());
    assertEquals(0, scene.runPlain("compare", place(id, ""), here), scene.said());
    assertEquals(
        1, scene.runPlain("compare", "--json", place(id, ":/opt/other"), place(id, ":/opt/v/up")));
    JsonNode json = Json.tree(scene.out.getBytes());
    assertEquals(Digest.sha256(other).toString(), json.at("/a/sha256").asText());
    assertEquals(Digest.sha256(promoted).toString(), json.at("/b/sha256").asText());
    assertFails("no file ", id, ":/opt/host");
    assertFails("links lead in circles from ", id, ":/opt/circle");
    assertFails("is no regular file in ", id, ":/opt");
    assertFails("no file ", id, ":/opt/absent");
    assertFails("no file ", id, ":/opt/agent/x");
  }

  @Test
  void a_container_that_does_not_run_is_known_by_its_files() throws Exception {
    String image = containers.image(root());
    String created = containers.create(image, "/opt/agent");
    assertSays(0, "promoted: ", created, ":/opt/agent");
    assertTold("created, never started\n");
    assertTold("runs         no: the container is created\n");
    assertFails(" is created: nothing runs there", created, "");

    String id = start("/opt/agent");
    containers.engine("kill", id);
    containers.engine("wait", id);
    assertSays(0, "promoted: ", id, ":/opt/agent");
    assertTold("exited, started last at 2");
    assertTold("runs         no: the container is exited\n");
    assertFails(" is exited: nothing runs there", id, "");
  }

  @Test
  void a_paused_container_still_executes_its_bytes() throws Exception {
    String id = start("/opt/agent");
    containers.engine("pause", id);
    try {
      for (String path : new String[] {":/opt/agent", ""}) {
        assertSays(0, "promoted: ", id, path);
        assertTold(", paused since ");
        assertTold("runs         as process ");
      }
    } finally {
      containers.engine("unpause", id);
    }
  }

  @Test
  void a_main_process_that_only_starts_others_is_named_with_what_to_ask() throws Exception {
    String id = start("/sbin/tini", "spawn", "/opt/agent");
    assertSays(1, "unknown to the registry: " + place(id, "\n"), id, "");
    assertTold("started from /sbin/tini\n");
    assertTold(
        "but          /sbin/tini is there to start or wait for others; ask for what runs beside it: "
            + place(id, ":/opt/agent\n"));
    assertSays(0, "promoted: ", id, ":/opt/agent");
    assertTold("runs         as process ");
    containers.copyOver(id, other, "/opt/agent");
    assertSays(1, "other bytes run: ", id, ":/opt/agent");
  }

  @Test
  void a_container_that_is_not_there_is_no_answer() {
    assertFails("no such container: ", "selfsame-no-such", ":/opt/agent");
    assertFails("no such container: ", "selfsame-no-such", "");
  }

  @Test
  void ports_are_told() throws Exception {
    String image = containers.image(root());
    String id = containers.run("-p", "127.0.0.1::8080", image, "/opt/agent");
    awaitUp(id, 1);
    assertSays(0, "promoted: ", id, "");
    assertTold("ports        8080/tcp at 127.0.0.1:");
  }

  @Test
  void several_with_one_that_cannot_be_told_end_with_it() throws Exception {
    String id = start("/opt/agent");
    assertEquals(
        3,
        scene.verify(
            place(id, ""), "--binary", place(id, ":/absent"), "--binary", place(id, ":/opt/other")),
        scene.said());
    assertTrue(
        scene.out.endsWith("3 binaries: 1 promoted, 1 unknown, 1 could not be told\n"), scene.out);
  }

  @Test
  void a_file_of_another_architecture_is_told_by_its_facts() throws Exception {
    byte[] foreign = promoted.clone();
    foreign[18] = (byte) 0xb7; // e_machine: EM_AARCH64 (ELF gABI)
    foreign[19] = 0;
    String image = containers.image(new Archives().file("opt/agent", 0755, foreign));
    String id = containers.create(image, "/opt/agent");
    assertSays(1, "unknown to the registry: ", id, ":/opt/agent");
    assertTold("  says itself  format ELF, machine AArch64, rustc unknown, strip ");
    assertTold("  nearest      viworks/agent, promotion 1 (");
  }
}
