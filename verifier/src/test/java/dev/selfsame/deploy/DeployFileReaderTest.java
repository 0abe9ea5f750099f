package dev.selfsame.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of a deployment, their template and their secrets. */
class DeployFileReaderTest {
  private static final String HEALTH = "[health]\nready = \"http://target:8080/ready\"\n";

  @TempDir private Path folder;

  private DeployFile read(String toml) throws IOException {
    Files.writeString(folder.resolve("deploy.toml"), toml);
    return DeployFileReader.read(folder.resolve("deploy.toml"), "deploy.toml");
  }

  private Failure refused(String toml) {
    Failure failure = assertThrows(Failure.class, () -> read(toml));
    assertEquals(ExitCode.USAGE, failure.code());
    return failure;
  }

  @Test
  void every_setting_is_read() throws IOException {
    Files.writeString(folder.resolve("agent.toml"), "url = \"${URL}\"\n");
    DeployFile file =
        read(
            """
            stop-grace = "3s"
            keep-old = "250ms"
            arguments = ["--quiet"]
            publish = ["127.0.0.1:80:8080", "8081:8081", "[::1]:9:10"]
            read-only = false
            [[networks]]
            name = "internal"
            [[networks]]
            name = "public"
            aliases = ["agent", "backend"]
            [environment]
            LEVEL = "info"
            [secrets]
            names = ["URL", "TOKEN"]
            file = "s.env"
            to-environment = ["TOKEN"]
            [config]
            template = "agent.toml"
            path = "/etc/agent/agent.toml"
            [health]
            live = "http://target:8080/health"
            ready = "http://target:8080/ready"
            timeout = "1m"
            interval = "200ms"
            """);
    assertEquals(Duration.ofSeconds(3), file.stopGrace());
    assertEquals(Duration.ofMillis(250), file.keepOld());
    assertEquals(
        List.of("127.0.0.1:80:8080", "8081:8081", "[::1]:9:10"),
        file.published().stream().map(DeployFile.Published::text).toList());
    assertEquals(List.of("agent", "backend"), file.networks().getLast().aliases());
    assertEquals(Map.of("LEVEL", "info"), file.environment());
    assertEquals(folder.resolve("s.env"), file.secrets().file().orElseThrow());
    assertEquals(8080, file.health().port().orElseThrow());
    assertTrue(!file.readOnly() && file.config().isPresent());
  }

  @Test
  void what_a_container_may_do_and_use_is_read() throws IOException {
    ContainerSettings read =
        read("""
        [container]
        capabilities = ["SETUID", "NET_BIND_SERVICE"]
        memory = "1g"
        cpus = "0.29"
        processes = 100
        open-files = 4096
        tmpfs = { "/run" = "512k", "/tmp" = "1m" }
        """
                + HEALTH)
            .container();
    assertEquals(
        new ContainerSettings(
            List.of("NET_BIND_SERVICE", "SETUID"),
            Map.of("/run", 512L << 10, "/tmp", 1L << 20),
            1L << 30,
            290_000_000L,
            100L,
            4096L),
        read);
    assertEquals(Map.of("/tmp", 64L << 20), read("[container]\n" + HEALTH).container().tmpfs());
    assertEquals(Map.of(), read("[container]\ntmpfs = {}\n" + HEALTH).container().tmpfs());
  }

  @Test
  void bounds_are_declared_only_where_they_are_not_the_usual_ones() throws IOException {
    String before =
        "{\"schema\":\"selfsame.deploy-settings/1\",\"arguments\":[],\"published\":[],"
            + "\"readOnly\":true,\"networks\":[],\"environment\":{},\"secrets\":[],"
            + "\"toEnvironment\":[],\"health\":{\"ready\":\"http://target:8080/ready\","
            + "\"timeoutMillis\":60000,\"intervalMillis\":500},\"stopGraceMillis\":10000,"
            + "\"keepOldMillis\":10000,\"writable\":[]}";
    assertEquals(before, Declared.of(read(HEALTH)).text(), "as versions before this one wrote it");
    assertEquals(
        ContainerSettings.USUAL, Declared.read(before).orElseThrow().confined(), "and meant it");
    String usual = "[container]\ntmpfs = { \"/tmp\" = \"64m\" }\n" + HEALTH;
    assertEquals(before, Declared.of(read(usual)).text());
    DeployFile other = read("[container]\nmemory = \"64m\"\n" + HEALTH);
    Declared declared = Declared.of(other);
    assertEquals(Optional.of(declared), Declared.read(declared.text()));
    assertEquals(other.container(), declared.confined());
    assertNotEquals(read(HEALTH).fingerprint(), other.fingerprint());
  }

  @Test
  void the_fingerprint_is_of_the_file_and_its_template() throws IOException {
    Files.writeString(folder.resolve("agent.toml"), "one");
    String toml = "[config]\ntemplate = \"agent.toml\"\n" + HEALTH;
    var first = read(toml).fingerprint();
    assertEquals(first, read(toml).fingerprint());
    Files.writeString(folder.resolve("agent.toml"), "two");
    assertNotEquals(first, read(toml).fingerprint());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stop-grace = '10'|deploy.toml:1:1: stop-grace is not a duration",
        "publish = ['x:1']|deploy.toml:1:1: publish holds what is not",
        "publish = ['1:2', '1:3']|deploy.toml:1:1: publish has a port of the host twice",
        "networks = ['internal']|deploy.toml:1:13: networks holds what is not a table",
        "unknown = 1|deploy.toml:1:1: unknown field unknown",
        "secrets = { to-environment = ['A'] }|secrets.names does not have A",
        "secrets = { names = ['A'] }\\nenvironment = { A = 'b' }|both a secret and written down",
        "config = { template = 'absent.toml' }|cannot read absent.toml",
        "container = { capabilities = ['NET_ALL'] }|container: no capability: NET_ALL",
        "container = { capabilities = ['ALL'] }|container: no capability: ALL",
        "container = { memory = '1m' }|container: memory is at least 6m",
        "container = { memory = '64' }|container.memory is not a size such as 64m",
        "container = { cpus = '0' }|container: not a number of processors",
        "container = { processes = 0 }|container: not a number of processes",
        "container = { open-files = -1 }|container.open-files is negative",
        "container = { tmpfs = { 'tmp' = '1m' } }|container: not a folder: tmp",
        "container = { tmpfs = { '/tmp' = '1' } }|container.tmpfs./tmp is not a size",
        "container = { privileged = true }|unknown field container.privileged",
      })
  void what_is_wrong_is_told_with_its_place(String line, String said) {
    String message =
        String.valueOf(refused(line.replace("\\n", "\n") + "\n" + HEALTH).getMessage());
    assertTrue(message.contains(said), message);
  }

  @Test
  void without_a_question_of_health_nothing_is_deployed() {
    assertTrue(refused("").toString().contains("field health is missing"));
    assertTrue(refused("[health]\ntimeout = \"1s\"\n").toString().contains("names no address"));
    assertTrue(refused("[health]\nlive = \"ftp://x\"\n").toString().contains("health.live"));
    for (String port : new String[] {"80800", "65536", "0"}) {
      String address = "http://target:%s/ready".formatted(port);
      assertTrue(
          refused("[health]\nready = \"%s\"\n".formatted(address))
              .toString()
              .contains("2:1: health.ready is not like http://target:8080/health: " + address));
    }
    assertTrue(
        refused("[health]\nready = \"http://agent:8080/\"\n")
            .toString()
            .contains("answered by the old one"));
  }

  @Test
  void a_template_asks_for_nothing_that_is_not_declared() throws IOException {
    Files.writeString(folder.resolve("agent.toml"), "a = 1\nb = \"${WHO}\"\n");
    Failure failure = refused("[config]\ntemplate = \"agent.toml\"\n" + HEALTH);
    assertTrue(failure.toString().contains("agent.toml:2: ${WHO} is declared nowhere"));
  }

  @Test
  void a_secret_cannot_end_the_string_that_it_is_written_in() throws IOException {
    Files.writeString(folder.resolve("agent.toml"), "url = \"${URL}\"\n");
    DeployFile file =
        read("[secrets]\nnames = [\"URL\"]\n[config]\ntemplate = \"agent.toml\"\n" + HEALTH);
    Secrets secrets = Secrets.find(file.secrets(), Map.of("URL", "a\"b\\c${URL}$1"));
    assertEquals(
        "url = \"a\\\"b\\\\c${URL}$1\"\n",
        new String(
            Rendering.of(file.config().orElseThrow(), file, secrets), StandardCharsets.UTF_8));
  }

  @Test
  void a_file_of_secrets_is_its_owners_alone_and_no_error_shows_one() throws IOException {
    Path file = Files.writeString(folder.resolve("s.env"), "# all\nA = x\nB=top=secret\nC\n");
    DeployFile.SecretNames names =
        new DeployFile.SecretNames(List.of("B"), Optional.of(file), List.of());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Failure open = assertThrows(Failure.class, () -> Secrets.find(names, Map.of()));
    assertTrue(open.toString().contains("others may read"), open.toString());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Failure line = assertThrows(Failure.class, () -> Secrets.find(names, Map.of()));
    assertTrue(line.toString().contains("s.env:4: not NAME=VALUE"), line.toString());
    Files.writeString(file, "B=top=secret\n");
    Secrets secrets = Secrets.find(names, Map.of());
    assertEquals("top=secret", secrets.value("B"));
    assertEquals("secrets [B]", secrets.toString());
    assertEquals("a ******** b ********", secrets.mask("a top=secret b top%3Dsecret"));
  }

  @ParameterizedTest
  @CsvSource({
    "docker:agent",
    "podman:agent",
    "docker:agent:/opt/agent/agent",
    "dir:/opt/agent",
    "systemd:agent.service",
    "kubernetes:out/agent.yaml"
  })
  void targets_are_read_as_they_are_written(String text) {
    assertEquals(text, TargetName.parse(text, folder).text());
  }

  @ParameterizedTest
  @CsvSource({
    "agent",
    "docker:",
    "docker:a b",
    "docker:agent:opt",
    "docker:agent:/opt/../agent",
    "dir:",
    "systemd:a/b",
    "oci:agent"
  })
  void what_is_no_target_is_refused(String text) {
    assertThrows(Failure.class, () -> TargetName.parse(text, folder));
  }

  @Test
  void a_journal_is_there_from_before_a_step_until_the_end() throws IOException {
    Journal journal = new Journal(folder);
    Files.writeString(folder.resolve("journal.json"), "{\"schema\": 1");
    Failure damaged = assertThrows(Failure.class, journal::open);
    assertEquals(ExitCode.UNDECIDED, damaged.code());
  }

  @Test
  void a_lock_is_of_one_at_a_time() throws Exception {
    try (TargetLock _ = TargetLock.take(folder, "docker:agent", Duration.ZERO)) {
      Failure second =
          assertThrows(
              Failure.class, () -> TargetLock.take(folder, "docker:agent", Duration.ofMillis(150)));
      assertEquals(ExitCode.UNDECIDED, second.code());
    }
    TargetLock.take(folder, "docker:agent", Duration.ZERO).close();
  }
}
