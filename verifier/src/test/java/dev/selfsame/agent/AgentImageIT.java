package dev.selfsame.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.agent.AgentProcess.Answer;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.launcher.DemoRun;
import dev.selfsame.launcher.Shell;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The promoted agent's runtime image, as a server gives it to engines: by tag and by digest, run by
 * Docker with a real PostgreSQL and Redis, run by Podman, copied by skopeo.
 */
@Needs(Component.POSTGRES_USER)
@Needs(Component.REDIS)
@Needs(Component.BWRAP)
@Needs(Component.DOCKER)
@Needs(Component.PODMAN)
@Needs(Component.SKOPEO)
final class AgentImageIT {
  private static final Pattern PORT =
      Pattern.compile("listening on http://127\\.0\\.0\\.1:(\\d+),");
  private static final String REPORT = "{\"host\":\"web-1\",\"load\":0.5,\"memory_used_bytes\":1}";

  // Not a @TempDir: Podman leaves folders there that only it can remove quietly.
  private static Path folder = Path.of("");
  private static @Nullable Process server;
  private static String repository = "";
  private static Digest digest;

  @BeforeAll
  static void serve_what_the_demo_promoted() throws Exception {
    folder = Files.createTempDirectory("agent-image");
    Path demo = DemoRun.once().folder();
    Path said = folder.resolve("serve.out");
    server =
        Shell.start(
            folder,
            Map.of(),
            List.of(
                DemoRun.launcher().toString(),
                "serve",
                "--data",
                demo.resolve("registry").toString(),
                "--trust-root",
                demo.resolve("trust-root.json").toString(),
                "--listen",
                "127.0.0.1:0"),
            said,
            folder.resolve("serve.err"));
    Matcher port = Eventually.answer(() -> PORT.matcher(Files.readString(said)), Matcher::find);
    repository = "127.0.0.1:%s/deploy/selfsame-agent".formatted(port.group(1));
    digest = Digest.parse(inspect(repository + ":production.image").path("Digest").asText());
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.destroy();
      server.waitFor();
    }
    FileTree.delete(folder);
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Shell.Result result = Shell.run(folder, Map.of(), List.of(command));
    assertEquals(0, result.status(), String.join(" ", command) + result.out() + result.err());
    return result.out();
  }

  private static JsonNode inspect(String image) throws IOException, InterruptedException {
    return new ObjectMapper()
        .readTree(run("skopeo", "inspect", "--tls-verify=false", "docker://" + image));
  }

  private static String tag() {
    return repository + ":production.image";
  }

  private static String byDigest() {
    return repository + "@" + digest;
  }

  @Test
  void its_digest_is_the_one_that_the_demo_made_twice() throws Exception {
    String out = DemoRun.once().result().out();
    assertTrue(out.contains("image, the same twice: " + digest), out);
    assertTrue(out.contains("docker run --rm -p 8080:8080 127.0.0.1:5000/deploy/"), out);
    JsonNode labels = inspect(byDigest()).path("Labels");
    assertEquals(
        Digest.sha256(PromotedAgent.binary()).toString(),
        labels.path("dev.selfsame.artifact").asText());
    assertEquals("/etc/selfsame-agent/agent.toml", labels.path("dev.selfsame.config").asText());
  }

  @Test
  void skopeo_copies_it_unchanged_and_its_program_is_the_promoted_one() throws Exception {
    Path layout = folder.resolve("layout");
    run(
        "skopeo",
        "copy",
        "--preserve-digests",
        "--src-tls-verify=false",
        "docker://" + byDigest(),
        "oci:" + layout + ":agent");
    Path blobs = layout.resolve("blobs/sha256");
    JsonNode manifest = new ObjectMapper().readTree(blobs.resolve(digest.hex()).toFile());
    Digest layer = Digest.parse(manifest.at("/layers/1/digest").asText());
    Path out = Files.createDirectories(folder.resolve("unpacked"));
    run("tar", "-xzf", blobs.resolve(layer.hex()).toString(), "-C", out.toString());
    Path program = out.resolve("usr/local/bin/selfsame-agent");
    assertEquals(Digest.sha256(PromotedAgent.binary()), Digest.sha256(program));
  }

  @Test
  void docker_runs_it_with_its_stores_until_it_is_stopped() throws Exception {
    run("docker", "pull", "-q", tag());
    run("docker", "pull", "-q", byDigest());
    assertEquals(
        "65532:65532\n",
        run("docker", "image", "inspect", "--format", "{{.Config.User}}", byDigest()));
    try (PostgresServer postgres = new PostgresServer(folder);
        RedisServer redis = new RedisServer(folder)) {
      postgres.start();
      redis.start();
      List<String> words = new ArrayList<>(List.of("run", "--rm", "--network", "host"));
      words.addAll(List.of("--read-only", "--cap-drop", "ALL"));
      Map.of(
              "SELFSAME_AGENT_HTTP_LISTEN",
              "127.0.0.1:0",
              "SELFSAME_AGENT_METRICS_LISTEN",
              "127.0.0.1:0",
              "SELFSAME_AGENT_POSTGRES_URL",
              postgres.url(),
              "SELFSAME_AGENT_REDIS_URL",
              redis.url())
          .forEach((name, value) -> words.addAll(List.of("-e", name + "=" + value)));
      words.add(byDigest());
      Path docker = Component.DOCKER.program().orElseThrow();
      try (AgentProcess agent =
          AgentProcess.start(docker, folder, engine(), words.toArray(String[]::new))) {
        assertEquals(200, agent.get("/health").status());
        agent.readiness(200);
        Answer stored = agent.post("/v1/reports", REPORT);
        assertEquals(201, stored.status(), stored.toString());
        assertEquals(200, agent.get("/v1/reports/web-1").status());
        assertEquals(0, agent.terminate());
      }
    } finally {
      run("docker", "image", "rm", "-f", tag(), byDigest());
    }
  }

  /** The engine's own variables, since the agent's process gets no others. */
  private static Map<String, String> engine() {
    String host = System.getenv("DOCKER_HOST");
    String path = System.getenv().getOrDefault("PATH", "/usr/bin");
    return host == null
        ? Map.of("PATH", path, "HOME", folder.toString())
        : Map.of("PATH", path, "HOME", folder.toString(), "DOCKER_HOST", host);
  }

  @Test
  void podman_pulls_and_runs_it_by_tag_and_by_digest() throws Exception {
    Path configuration = folder.resolve("containers.conf");
    // The default limits cannot be raised inside another container or a small VM; and crun refuses
    // a machine that has cgroup 1 and 2 at once.
    Files.writeString(
        configuration,
        "[containers]\ndefault_ulimits = [\"nofile=1024:1024\", \"nproc=4096:4096\"]\n"
            + (Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"))
                ? ""
                : "[engine]\nruntime = \"runc\"\ncgroup_manager = \"cgroupfs\"\n"));
    for (String image : List.of(tag(), byDigest())) {
      podman(configuration, "pull", "-q", "--tls-verify=false", image);
      String version =
          podman(configuration, "run", "--rm", "--network", "none", image, "--version");
      assertTrue(version.startsWith("selfsame-agent "), version);
    }
  }

  private static String podman(Path configuration, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("podman", "--storage-driver", "vfs"));
    command.addAll(List.of("--root", folder.resolve("storage").toString()));
    command.addAll(List.of("--runroot", folder.resolve("run").toString()));
    command.addAll(List.of(words));
    Shell.Result result =
        Shell.run(folder, Map.of("CONTAINERS_CONF", configuration.toString()), command);
    assertEquals(0, result.status(), String.join(" ", words) + result.out() + result.err());
    return result.out();
  }
}
