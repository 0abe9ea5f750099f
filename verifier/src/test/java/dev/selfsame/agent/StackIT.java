package dev.selfsame.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.launcher.DemoRun;
import dev.selfsame.launcher.Leaks;
import dev.selfsame.launcher.Shell;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The founding set-up, {@code examples/stack}, from its one command to a program that somebody has
 * copied into the container by hand. Its registry is a copy of the demo's.
 */
@Needs(Component.BWRAP)
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@Needs(Component.APT)
@Needs(Component.CURL)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class StackIT {
  private static final String AGENT = "selfsame-stack-agent";
  private static final String POSTGRES = "selfsame-stack-postgres";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What every command has said so far. */
  private static final StringBuilder SAID = new StringBuilder();

  private static Path folder = Path.of("");
  private static Path example = Path.of("");
  private static int port;

  @BeforeAll
  static void up() throws Exception {
    folder = Files.createTempDirectory("stack");
    Path given = Path.of(System.getProperty("selfsame.basedir", ".")).resolve("examples/stack");
    example = folder.resolve("stack");
    Path demo = DemoRun.once().folder();
    sh("cp", "-r", given.toAbsolutePath().toString(), example.toString());
    sh("cp", "-r", demo.toString(), folder.resolve("demo").toString());
    port = Ports.free();
    deployer();
    sh(example.resolve("down").toString());
    Shell.Result up = deployByUp();
    assertEquals(0, up.status(), up.out() + up.err());
    assertTrue(up.out().contains("leads to the promoted agent"), up.out());
  }

  @AfterAll
  static void down() throws Exception {
    sh(example.resolve("down").toString());
    FileTree.delete(folder);
  }

  private static void deployer() throws IOException, InterruptedException {
    Path demo = folder.resolve("demo");
    String launcher = DemoRun.launcher().toString();
    sh(launcher, "keys", "generate", "--out", demo + "/deployer.key", "--no-passphrase");
    sh(
        launcher,
        "trust",
        "add",
        demo + "/trust-root.json",
        "--role",
        "deployer",
        "--operator",
        "me",
        "--key",
        demo + "/deployer.pub");
  }

  private static Shell.Result call(Map<String, String> more, String... command)
      throws IOException, InterruptedException {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "SELFSAME", DemoRun.launcher().toString(),
                "STACK_PORT", Integer.toString(port),
                "XDG_DATA_HOME", folder.resolve("data").toString()));
    environment.putAll(more);
    Shell.Result result = Shell.run(folder, environment, List.of(command));
    SAID.append(result.out()).append(result.err());
    return result;
  }

  private static String sh(String... command) throws IOException, InterruptedException {
    Shell.Result result = call(Map.of(), command);
    assertEquals(0, result.status(), String.join(" ", command) + result.out() + result.err());
    return result.out().strip();
  }

  private static List<String> evidence() {
    return List.of(
        "--registry",
        folder.resolve("demo/registry").toString(),
        "--trust-root",
        folder.resolve("demo/trust-root.json").toString());
  }

  private static Shell.Result deployByUp(String... more) throws IOException, InterruptedException {
    return deployByUp(Map.of(), more);
  }

  private static Shell.Result deployByUp(Map<String, String> variables, String... more)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(example.resolve("up").toString()));
    words.addAll(evidence());
    words.addAll(List.of("--key", folder.resolve("demo/deployer.key").toString()));
    words.addAll(List.of(more));
    return call(variables, words.toArray(String[]::new));
  }

  private static Shell.Result selfsame(String... more) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(DemoRun.launcher().toString()));
    words.addAll(List.of(more));
    words.addAll(evidence());
    return call(Map.of(), words.toArray(String[]::new));
  }

  /** Submits other bytes with a record of their own, and promotes them. */
  private static Digest promote(Path binary) throws IOException, InterruptedException {
    Path demo = folder.resolve("demo");
    Digest digest = Digest.sha256(binary);
    String before = Digest.sha256(demo.resolve("promoted")).toString();
    String text =
        Files.readString(demo.resolve("build-record.json")).replace(before, digest.toString());
    ObjectNode record = (ObjectNode) JSON.readTree(text);
    ((ObjectNode) record.path("source"))
        .put(
            "packageDigest",
            Digest.sha256(digest.toString().getBytes(StandardCharsets.UTF_8)) + "");
    ObjectNode output = (ObjectNode) record.path("outputs").path(0);
    output.put("size", Files.size(binary)).set("facts", JSON.createObjectNode());
    Path file = Files.write(folder.resolve("record.json"), JSON.writeValueAsBytes(record));
    Shell.Result submitted =
        selfsame(
            "submit",
            binary.toString(),
            "--record",
            file.toString(),
            "--key",
            demo.resolve("keys/builder.key").toString());
    assertEquals(0, submitted.status(), submitted.out() + submitted.err());
    Shell.Result promoted =
        selfsame(
            "promote",
            "selfsame-agent",
            "--digest",
            digest.toString(),
            "--policy",
            demo.resolve("policy.toml").toString(),
            "--key",
            demo.resolve("keys/promoter.key").toString());
    assertEquals(0, promoted.status(), promoted.out() + promoted.err());
    return digest;
  }

  private static JsonNode agent() throws IOException, InterruptedException {
    return JSON.readTree(sh("docker", "inspect", AGENT)).path(0);
  }

  @Test
  @Order(1)
  void nginx_leads_to_the_promoted_agent_on_two_networks() throws Exception {
    assertTrue(agent().path("NetworkSettings").path("Networks").has("selfsame-stack-internal"));
    assertTrue(
        agent()
            .at("/NetworkSettings/Networks/selfsame-stack-public/Aliases")
            .toString()
            .contains("\"agent\""));
    assertEquals(true, agent().at("/HostConfig/ReadonlyRootfs").asBoolean());
    assertEquals("true", internal("internal"));
    assertEquals("false", internal("public"));
    String networks = "{{range $n, $v := .NetworkSettings.Networks}}{{$n}} {{end}}";
    for (String store : List.of(POSTGRES, "selfsame-stack-redis")) {
      assertEquals("selfsame-stack-internal", sh("docker", "inspect", "-f", networks, store));
    }
    assertEquals(
        "201",
        sh(
            "curl",
            "-s",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "-d",
            "{\"host\":\"web-1\",\"load\":0.5,\"memory_used_bytes\":1}",
            "-H",
            "Content-Type: application/json",
            "http://127.0.0.1:%d/v1/reports".formatted(port)));
    String internal = "/NetworkSettings/Networks/selfsame-stack-internal/IPAddress";
    assertEquals(
        "200",
        sh(
            "curl",
            "-s",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "--noproxy",
            "*",
            "http://%s:8081/metrics".formatted(agent().at(internal).asText())));
    Shell.Result verified = selfsame("verify", "--binary", "docker:" + AGENT);
    assertEquals(0, verified.status(), verified.out() + verified.err());
    Shell.Result well = agentStatus();
    assertEquals(0, well.status(), well.out() + well.err());
    assertTrue(well.out().contains("health     yes: it answers by"), well.out());
    assertTrue(well.out().contains("settings   yes: those of the record"), well.out());
    assertEquals("healthy", recorded());
  }

  /** Whether Docker lets what is on a network reach that one alone. */
  private static String internal(String network) throws IOException, InterruptedException {
    return sh("docker", "network", "inspect", "-f", "{{.Internal}}", "selfsame-stack-" + network);
  }

  /** How the newest record of a deployer says that it ended. */
  private static String recorded() throws IOException, InterruptedException {
    Shell.Result status = selfsame("status", "selfsame-agent", "--to", "docker:" + AGENT, "--json");
    return JSON.readTree(status.out()).at("/targets/0/recorded/outcome").asText();
  }

  private static Shell.Result agentStatus() throws IOException, InterruptedException {
    return selfsame("status", "selfsame-agent", "--to", "docker:" + AGENT);
  }

  @Test
  @Order(2)
  void an_upgrade_loses_no_request_through_nginx() throws Exception {
    String before = agent().path("Id").asText();
    Digest two = promote(folder.resolve("demo/hand-made"));
    try (Load load = Load.on("http://127.0.0.1:%d/v1/reports".formatted(port))) {
      load.awaitAnswers(100);
      Shell.Result upgraded = deployByUp();
      assertEquals(0, upgraded.status(), upgraded.out() + upgraded.err());
      load.awaitAnswers(100);
      System.out.println("upgrade under load: " + load.summary());
      assertEquals(List.of(), load.lost());
    }
    assertNotEquals(before, agent().path("Id").asText());
    assertEquals(
        two.toString(), agent().at("/Config/Labels").path("dev.selfsame.artifact").asText());
  }

  @Test
  @Order(3)
  void a_broken_release_goes_back_by_itself_and_loses_no_request_either() throws Exception {
    String before = agent().path("Id").asText();
    Path source = Files.writeString(folder.resolve("broken.c"), BROKEN);
    Path broken = folder.resolve("broken");
    sh("gcc", "-static", "-o", broken.toString(), source.toString());
    promote(broken);
    try (Load load = Load.on("http://127.0.0.1:%d/v1/reports".formatted(port))) {
      Shell.Result deployed = deployByUp();
      assertEquals(1, deployed.status(), deployed.out() + deployed.err());
      assertTrue(deployed.out().contains("it ended with exit code 3"), deployed.out());
      assertTrue(deployed.out().contains("broken: nothing works here"), deployed.out());
      load.awaitAnswers(50);
      assertEquals(List.of(), load.lost());
    }
    assertEquals(before, agent().path("Id").asText());
    assertEquals("rolled-back", recorded());
  }

  private static final String BROKEN =
      """
      #include <stdio.h>
      int main(void) {
        fprintf(stderr, "broken: nothing works here\\n");
        return 3;
      }
      """;

  @Test
  @Order(4)
  void a_program_copied_in_by_hand_is_kept_out_or_found() throws Exception {
    Path other = folder.resolve("demo/hand-made");
    Shell.Result refused = call(Map.of(), "docker", "cp", other.toString(), place());
    assertNotEquals(0, refused.status(), "a read-only container took a program");
    // As in the founding case: a container that anybody may write to.
    Path settings = example.resolve("deploy.toml");
    Files.writeString(settings, "read-only = false\n" + Files.readString(settings));
    promote(Files.copy(folder.resolve("demo/promoted"), folder.resolve("again")));
    Shell.Result deployed = deployByUp();
    assertEquals(0, deployed.status(), deployed.out() + deployed.err());
    Shell.Result clean = selfsame("verify", "--binary", "docker:" + AGENT);
    assertEquals(0, clean.status(), clean.out() + clean.err());
    Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwxr-xr-x"));
    sh("docker", "cp", other.toString(), place());
    Shell.Result found = selfsame("verify", "--binary", "docker:" + AGENT);
    assertEquals(1, found.status(), found.out() + found.err());
    Shell.Result drift = agentStatus();
    assertEquals(1, drift.status(), drift.out() + drift.err());
    String changed =
        "changed    /usr/local/bin/selfsame-agent was changed: it is " + Digest.sha256(other);
    assertTrue(drift.out().contains("something else runs"), drift.out());
    assertTrue(drift.out().contains(changed), drift.out());
    // Started again, it is that program that runs.
    sh("docker", "restart", AGENT);
    Shell.Result restarted = agentStatus();
    assertEquals(1, restarted.status(), restarted.out() + restarted.err());
    assertTrue(restarted.out().contains("seen       " + Digest.sha256(other)), restarted.out());
  }

  private static String place() {
    return AGENT + ":/usr/local/bin/selfsame-agent";
  }

  @Test
  @Order(5)
  void no_password_is_in_what_the_engine_or_selfsame_shows() throws Exception {
    String cache =
        System.getenv().getOrDefault("XDG_CACHE_HOME", System.getenv("HOME") + "/.cache");
    String work = System.getenv().getOrDefault("STACK_WORK", cache + "/selfsame/stack");
    requireUnshown(Path.of(work, "passwords"));
  }

  private static void requireUnshown(Path passwords) throws IOException, InterruptedException {
    Map<String, String> secrets = new HashMap<>();
    for (String line : Files.readAllLines(passwords)) {
      String[] pair = line.split("=", 2);
      assertTrue(pair[1].length() > 20, pair[0]);
      secrets.put(pair[0], pair[1]);
    }
    assertEquals(Set.of("POSTGRES_PASSWORD", "REDIS_PASSWORD"), secrets.keySet());
    for (String one : List.of("agent", "postgres", "redis", "nginx")) {
      sh("docker", "inspect", "selfsame-stack-" + one);
      sh("docker", "logs", "selfsame-stack-" + one);
    }
    Leaks leaks = new Leaks(secrets);
    leaks.look("what was said", SAID.toString());
    leaks.lookInto(folder.resolve("data"));
    List<String> stated = leaks.lookInto(folder.resolve("demo/registry"));
    assertTrue(stated.stream().anyMatch(each -> each.contains(AGENT)), "no record of a deployment");
  }

  /** What a full disk and a container that was killed while it made its cluster have left. */
  @Test
  @Order(6)
  void what_was_broken_off_is_made_whole_and_what_is_to_run_otherwise_is_made_anew()
      throws Exception {
    String image = sh("docker", "inspect", "--format", "{{.Config.Image}}", POSTGRES);
    sh(example.resolve("down").toString());
    Path work = Files.createDirectory(folder.resolve("work"));
    Files.createFile(work.resolve("passwords"));
    sh("docker", "volume", "create", "selfsame-stack-data");
    // It belongs to whoever made it, as what initdb left does.
    String half =
        "mkdir -p /data/own/db.new && echo 17 >/data/own/db.new/PG_VERSION"
            + " && chown -R 999:999 /data/own";
    sh("docker", "run", "--rm", "-v", "selfsame-stack-data:/data", image, "sh", "-c", half);
    Map<String, String> variables =
        new HashMap<>(
            Map.of("STACK_WORK", work.toString(), "STACK_PORT", Integer.toString(Ports.free())));
    Shell.Result up = deployByUp(variables);
    assertEquals(0, up.status(), up.out() + up.err());
    String postgres = sh("docker", "inspect", "--format", "{{.Id}}", POSTGRES);
    String passwords = Files.readString(work.resolve("passwords"));
    int other = Ports.free();
    variables.put("STACK_PORT", Integer.toString(other));
    Shell.Result moved = deployByUp(variables);
    assertEquals(0, moved.status(), moved.out() + moved.err());
    assertTrue(moved.out().contains("making selfsame-stack-nginx anew"), moved.out());
    sh("curl", "-fsS", "http://127.0.0.1:%d/ready".formatted(other));
    assertEquals(postgres, sh("docker", "inspect", "--format", "{{.Id}}", POSTGRES));
    assertEquals(passwords, Files.readString(work.resolve("passwords")));
    String control = "mv /data/own/db/global/pg_control /data/own/pg_control";
    sh("docker", "exec", POSTGRES, "sh", "-c", control);
    sh("docker", "kill", POSTGRES);
    Shell.Result broken = deployByUp(variables);
    assertEquals(1, broken.status(), broken.out() + broken.err());
    String error = "error: selfsame-stack-postgres does not answer: ";
    assertTrue(broken.err().contains(error), broken.err());
    assertTrue(broken.err().contains("pg_control"), broken.err());
    sh("docker", "stop", POSTGRES);
    String back =
        "mv /data/own/pg_control /data/own/db/global/pg_control; echo 9 >/data/own/db/PG_VERSION";
    sh("docker", "run", "--rm", "-v", "selfsame-stack-data:/data", image, "sh", "-c", back);
    Shell.Result old = deployByUp(variables);
    assertEquals(1, old.status(), old.out() + old.err());
    assertTrue(old.err().contains("error: the data is of PostgreSQL 9, and"), old.err());
    requireUnshown(work.resolve("passwords"));
  }
}
