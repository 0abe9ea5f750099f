package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.compare.tree.Archives;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.Json;
import dev.selfsame.promote.Promoter;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.where.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify} of several binaries at once. */
class VerifyManyTest {
  @TempDir Path folder;
  private RegistryScene scene;
  private Promoter.Done released;

  @BeforeEach
  void release() {
    scene = new RegistryScene(folder);
    Records records = Records.of("the promoted binary");
    released = scene.stage.release(records);
    scene.write("promoted", records.binary);
    scene.write("copy", records.binary);
    scene.write("other", "other".getBytes());
  }

  private void assertSums(int status, String summary, String... words) {
    assertEquals(status, scene.verify(words), scene.said());
    assertEquals(summary, scene.out.lines().toList().getLast(), scene.said());
  }

  @Test
  void all_promoted_is_a_yes() {
    assertSums(0, "2 binaries: 2 promoted", "promoted", "--binary", "copy");
    assertEquals("", scene.err);
    List<String> heads = scene.out.lines().filter(line -> line.startsWith("promoted: ")).toList();
    assertEquals(
        List.of(
            "promoted: promoted is viworks/agent, promotion 1 into production",
            "promoted: copy is viworks/agent, promotion 1 into production"),
        heads);
  }

  @Test
  void one_that_is_not_makes_it_a_no() {
    assertSums(1, "2 binaries: 1 promoted, 1 unknown", "promoted", "--binary", "other");
    assertSums(1, "2 binaries: 1 promoted, 1 unknown", "other", "--binary", "promoted");
  }

  @Test
  void what_cannot_be_told_hides_no_answer_and_is_worse_than_a_no() {
    assertSums(
        3,
        "3 binaries: 1 promoted, 1 unknown, 1 could not be told",
        "absent",
        "--binary",
        "other",
        "--binary",
        "promoted");
    assertTrue(scene.out.startsWith("could not tell: absent: no file at "), scene.out);
    assertTrue(scene.out.contains("\n  next         check the path; without"), scene.out);
    assertEquals("", scene.err);
  }

  @Test
  void bad_evidence_is_the_worst() throws IOException {
    Stage.flip(scene.stage.blob(released.promotion().bundle()), 40);
    assertSums(
        4,
        "3 binaries: 1 unknown, 1 could not be told, 1 with bad evidence",
        "promoted",
        "--binary",
        "other",
        "--binary",
        "absent");
  }

  @Test
  void json_is_one_document() {
    assertEquals(3, scene.verify("promoted", "--binary", "absent", "--binary", "other", "--json"));
    JsonNode json = Json.tree(scene.out.getBytes());
    assertEquals("selfsame.audits/1", json.path("schema").asText());
    assertEquals(3, json.path("exit").asInt());
    assertEquals(3, json.path("audits").size());
    assertEquals("promoted", json.at("/audits/0/verdict").asText());
    assertEquals("selfsame.audit/1", json.at("/audits/0/schema").asText());
    JsonNode untold = json.at("/audits/1");
    assertEquals("could-not-tell", untold.path("verdict").asText());
    assertEquals("absent", untold.path("where").asText());
    assertTrue(untold.path("error").asText().startsWith("no file at "), scene.out);
    assertEquals(5, untold.size(), scene.out);
    assertEquals("unknown", json.at("/audits/2/verdict").asText());
  }

  @Test
  void a_wrong_place_ends_it_before_anything_is_told() {
    assertEquals(2, scene.verify("promoted", "--binary", "docker::/x"), scene.said());
    assertEquals("", scene.out);
    assertTrue(scene.err.startsWith("error: not a place in a container: docker::/x"), scene.err);
    assertEquals(2, scene.verify("promoted", "--binary", ""), scene.said());
    assertEquals("", scene.out);
  }

  @Test
  void without_a_registry_there_is_no_answer_for_any() throws IOException {
    assertEquals(
        3, scene.verify("promoted", "--binary", "other", "--registry", "elsewhere"), scene.said());
    assertEquals("", scene.out);
    assertEquals(2, scene.err.lines().count(), scene.err);
    Files.delete(folder.resolve("trust-root.json"));
    assertEquals(2, scene.verify("promoted", "--binary", "other"), scene.said());
  }

  @Test
  void a_place_with_a_line_break_forges_no_line() {
    assertEquals(3, scene.verify("other", "--binary", "a\npromoted: a"), scene.said());
    assertTrue(scene.out.lines().noneMatch(line -> line.startsWith("promoted")), scene.out);
  }

  @Test
  @Needs(Component.DOCKER_REGISTRY)
  void a_file_in_any_registry_is_told_with_the_digest_that_its_tag_stood_for() throws Exception {
    byte[] promoted = Files.readAllBytes(folder.resolve("promoted"));
    byte[] layer =
        Files.readAllBytes(
            new Archives().file("opt/agent", 0755, promoted).write(folder.resolve("layer.tgz")));
    try (Registry registry = Registry.start(folder)) {
      String agent = "oci:" + registry.address() + "/agent";
      Digest artifact = registry.push("agent", "blob", "application/x-agent", List.of(promoted));
      Digest image =
          registry.push(
              "agent", "image", "application/vnd.oci.image.config.v1+json", List.of(layer));
      assertEquals(0, scene.verify(agent + ":blob"), scene.said());
      assertTrue(scene.out.contains("/agent:blob as " + artifact + "\n"), scene.out);
      assertEquals(0, scene.verify(agent + ":image!/opt/agent", "--json"), scene.said());
      assertEquals(
          image.toString(), Json.tree(scene.out.getBytes()).at("/subject/image/manifest").asText());
      assertEquals(0, scene.verify(agent + "@" + artifact), scene.said());
      assertEquals(3, scene.verify(agent + ":absent"), scene.said());
      assertEquals(2, scene.verify(agent + ":image"), scene.said());
    }
  }

  @Test
  @Needs(Component.DOCKER_REGISTRY)
  void a_registry_that_wants_an_account_is_given_that_of_docker_login() throws Exception {
    byte[] promoted = Files.readAllBytes(folder.resolve("promoted"));
    try (Registry registry = Registry.withAccount(folder, "pat", "secret")) {
      registry.push("agent", "blob", "application/x-agent", List.of(promoted));
      String agent = "oci:" + registry.address() + "/agent:blob";
      assertEquals(3, scene.verify(agent), scene.said());
      assertTrue(scene.err.contains("docker login " + registry.address()), scene.err);
      Path docker = Files.createDirectory(folder.resolve("docker"));
      scene.environment = Map.of("DOCKER_CONFIG", docker.toString());
      String login = "{\"auths\":{\"%s\":{\"auth\":\"cGF0OnNlY3JldA==\"}}}";
      Files.writeString(docker.resolve("config.json"), login.formatted(registry.address()));
      assertEquals(0, scene.verify(agent), scene.said());
      Files.writeString(docker.resolve("config.json"), login.formatted("elsewhere.example.org"));
      // What was fetched with an account is asked for anew without one.
      assertEquals(3, scene.verify(agent), scene.said());
    }
  }
}
