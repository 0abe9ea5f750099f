package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.files.UserFolders;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.file.RegistryFolder;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ServeCommandTest {
  @TempDir private Path folder;

  /** A command in a thread of its own. */
  private final class Running extends OwnThread {
    Running(String... arguments) {
      super(
          folder,
          Map.of("HOME", folder.toString()),
          Clock.fixed(dev.selfsame.scenes.People.NOW.plusSeconds(120), ZoneOffset.UTC),
          arguments);
    }
  }

  private static HttpResponse<String> get(int port, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  @Test
  void it_serves_what_is_promoted_beside_it_until_it_is_ended() throws Exception {
    Stage stage = new Stage(folder);
    Files.write(folder.resolve("trust-root.json"), stage.root.json());
    Running server =
        new Running(
            "serve",
            "--data",
            "registry",
            "--listen",
            "127.0.0.1:0",
            "--trust-root",
            "trust-root.json");
    int port = server.port();
    assertEquals(200, get(port, "/v2/").statusCode());
    assertTrue(server.err().contains("no authentication"), server.err());
    Records records = new Records();
    stage.release(records);
    HttpResponse<String> blob = get(port, "/v2/deploy/viworks/agent/blobs/" + records.artifact());
    assertEquals(new String(records.binary, StandardCharsets.UTF_8), blob.body());

    // A key that is taken back counts no more, without a new start.
    stage.root =
        stage.people.rootWithout(
            "pat", dev.selfsame.attest.TrustedKey.Reason.COMPROMISED, stage.now.minusSeconds(5));
    Files.write(folder.resolve("trust-root.json"), stage.root.json());
    assertEquals(
        403, get(port, "/v2/deploy/viworks/agent/blobs/" + records.artifact()).statusCode());
    // Nor because an old copy was put back.
    byte[] newest = Files.readAllBytes(folder.resolve("trust-root.json"));
    Files.write(folder.resolve("trust-root.json"), stage.people.root().json());
    assertNotEquals(
        200, get(port, "/v2/deploy/viworks/agent/blobs/" + records.artifact()).statusCode());
    HttpResponse<String> ready = get(port, "/ready");
    assertEquals(503, ready.statusCode());
    assertTrue(ready.body().contains("trust root"), ready.body());
    Files.write(folder.resolve("trust-root.json"), newest);

    Running second = new Running("serve", "--data", "registry", "--listen", "127.0.0.1:0");
    assertEquals(3, second.end());
    assertTrue(second.err().startsWith("error: another server has"), second.err());
    assertEquals(200, get(port, "/v2/").statusCode());

    assertEquals(0, server.stop());
    Running again = new Running("serve", "--data", "registry", "--listen", "127.0.0.1:0");
    assertEquals(200, get(again.port(), "/v2/").statusCode());
    again.stop();
  }

  @Test
  void it_remembers_trust_roots_in_its_own_folder_and_needs_no_home() throws Exception {
    Path data = UserFolders.of(Map.of("HOME", folder.toString())).data();
    Files.createDirectories(Objects.requireNonNull(data.getParent()));
    Files.writeString(data, "no folder");
    Stage stage = new Stage(folder);
    Path file = folder.resolve("trust-root.json");
    byte[] old = stage.root.json();
    Files.write(
        file,
        stage
            .people
            .rootWithout("pat", dev.selfsame.attest.TrustedKey.Reason.COMPROMISED, stage.now)
            .json());
    String[] serve = {
      "serve", "--data", "own", "--listen", "127.0.0.1:0", "--trust-root", "trust-root.json",
    };
    Running server = new Running(serve);
    assertEquals(200, get(server.port(), "/ready").statusCode(), server.err());
    assertEquals(0, server.stop(), server.err());

    Files.write(file, old);
    Running again = new Running(serve);
    assertEquals(4, again.end(), again.err());
    assertTrue(again.err().contains("was read as version 2 before"), again.err());
    assertTrue(again.err().contains("delete " + folder.resolve("own")), again.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0:5000",
        "[::]:5000",
        "192.0.2.1:5000",
        ":5000",
        "127.0.0.1",
        "127.0.0.1:x",
        "127.0.0.1:99999",
        "",
        "no such host.invalid:1"
      })
  void only_a_loopback_address_is_listened_on(String address) throws Exception {
    Running refused = new Running("serve", "--data", "registry", "--listen", address);
    assertEquals(2, refused.end(), refused.err());
    assertTrue(refused.err().contains("\nhint: --listen 127.0.0.1:5000\n"), refused.err());
  }

  @Test
  void a_port_that_is_taken_is_told() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Running refused =
          new Running(
              "serve", "--data", "registry", "--listen", "127.0.0.1:" + taken.getLocalPort());
      assertEquals(3, refused.end());
      assertTrue(refused.err().startsWith("error: cannot listen on"), refused.err());
      assertEquals(2, refused.err().lines().count(), refused.err());
    }
  }

  @Test
  void a_folder_with_other_files_and_an_unreadable_trust_root_are_told() throws Exception {
    Files.createDirectory(folder.resolve("other"));
    Files.writeString(folder.resolve("other/file"), "");
    Running refused = new Running("serve", "--data", "other", "--listen", "127.0.0.1:0");
    assertEquals(2, refused.end(), refused.err());
    Running blind =
        new Running(
            "serve",
            "--data",
            "registry",
            "--listen",
            "127.0.0.1:0",
            "--trust-root",
            "absent.json");
    assertTrue(blind.end() > 1, blind.err());
    assertTrue(blind.err().contains("absent.json"), blind.err());
  }

  private static String users() {
    return "ci:"
        + org.bouncycastle.crypto.generators.OpenBSDBCrypt.generate(
            "2y", "build".toCharArray(), new byte[16], 4)
        + "\n";
  }

  private static int status(int port, String path, String credentials) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
      if (!credentials.isEmpty()) {
        request.header("Authorization", credentials);
      }
      return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private String run(int expected, String... arguments) throws InterruptedException {
    Running command = new Running(arguments);
    assertEquals(expected, command.end(), command.err());
    return command.out().strip();
  }

  @Test
  void it_is_not_ready_while_nobody_can_sign_in_or_its_folder_is_gone() throws Exception {
    Path users = Files.writeString(folder.resolve("users"), users());
    Files.writeString(
        folder.resolve("settings.toml"),
        """
        data = "registry"
        listen = "127.0.0.1:0"
        [auth]
        passwords = "users"
        [[rule]]
        who = ["ci"]
        allow = ["pull"]
        repositories = ["staging/**"]
        """);
    Running server = new Running("serve", "--settings", "settings.toml");
    int port = server.port();
    ready(port, 200, "true");
    Path away = Files.move(users, folder.resolve("away"));
    ready(port, 503, "\"sign-in\":\"cannot read");
    Files.move(away, users);
    ready(port, 200, "true");
    Path format = folder.resolve("registry/format");
    Files.move(format, away);
    ready(port, 503, "\"blobs\":\"no registry at");
    Files.move(away, format);
    ready(port, 200, "true");
    assertEquals(0, server.stop(), server.err());
  }

  /** Files are looked at once a second. */
  private static void ready(int port, int status, String what) throws Exception {
    HttpResponse<String> answer = get(port, "/ready");
    for (int i = 0; i < 100 && answer.statusCode() != status; i++) {
      Thread.sleep(50);
      answer = get(port, "/ready");
    }
    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(what), answer.body());
  }

  @Test
  void settings_let_users_and_tokens_in_and_nobody_else() throws Exception {
    Files.writeString(folder.resolve("users"), users());
    Files.writeString(
        folder.resolve("settings.toml"),
        """
        data = "registry"
        listen = "127.0.0.1:0"
        [auth]
        passwords = "users"
        [[rule]]
        who = ["ci"]
        allow = ["pull", "push"]
        repositories = ["staging/**"]
        [limits]
        requests-per-second = 1000
        [log]
        requests = "access.log"
        """);
    Running server = new Running("serve", "--settings", "settings.toml");
    int port = server.port();
    String ci =
        "Basic "
            + java.util.Base64.getEncoder()
                .encodeToString("ci:build".getBytes(StandardCharsets.UTF_8));
    assertEquals(401, status(port, "/v2/staging/app/tags/list", ""));
    assertEquals(404, status(port, "/v2/staging/app/tags/list", ci));
    assertEquals(403, status(port, "/v2/deploy/app/tags/list", ci));
    assertEquals(200, status(port, "/ready", ""));
    String token =
        run(
            0,
            "tokens",
            "create",
            "--registry",
            "registry",
            "--user",
            "ci",
            "--allow",
            "pull",
            "--on",
            "staging/app");
    assertEquals(404, status(port, "/v2/staging/app/tags/list", "Bearer " + token));
    assertEquals(403, status(port, "/v2/deploy/app/tags/list", "Bearer " + token));
    String list = run(0, "tokens", "list", "--registry", "registry");
    assertTrue(list.contains("  ci  until ") && list.endsWith("  pull on staging/app"), list);
    String id = list.substring(0, 12);
    run(0, "tokens", "revoke", "--registry", "registry", id);
    assertEquals(401, eventually(port, "Bearer " + token, 401));
    run(1, "tokens", "revoke", "--registry", "registry", id);
    assertEquals(0, server.stop(), server.err());
    assertTrue(Files.readString(folder.resolve("registry/audit.log")).contains("\"who\":\"ci\""));
    assertTrue(Files.readString(folder.resolve("access.log")).contains("\"user\":\"ci\""));
  }

  @Test
  void a_mistyped_registry_is_not_one_without_tokens() throws Exception {
    run(3, "tokens", "list", "--registry", "rge");
    run(3, "tokens", "revoke", "--registry", "rge", "0123456789ab");
    assertFalse(Files.exists(folder.resolve("rge")));
    run(3, "tokens", "list", "--file", "rge.json");
    run(3, "tokens", "revoke", "--file", "rge.json", "0123456789ab");
    try (Stream<Path> made = Files.list(folder)) {
      assertEquals(List.of(), made.filter(it -> it.toString().contains("rge")).toList());
    }
    String[] create = {
      "tokens", "create", "--registry", "reg", "--user", "ci", "--allow", "pull", "--on", "**"
    };
    assertTrue(saidBy(create).contains("a new registry: "));
    assertFalse(saidBy(create).contains("a new registry: "));
    assertEquals(2, run(0, "tokens", "list", "--registry", "reg").lines().count());
  }

  private String saidBy(String... arguments) throws InterruptedException {
    Running command = new Running(arguments);
    assertEquals(0, command.end(), command.err());
    return command.err();
  }

  private static int eventually(int port, String credentials, int wanted) throws Exception {
    int found = status(port, "/v2/staging/app/tags/list", credentials);
    for (int i = 0; i < 50 && found != wanted; i++) {
      Thread.sleep(100);
      found = status(port, "/v2/staging/app/tags/list", credentials);
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense = 1",
        "listen = 5",
        "listen = \"127.0.0.1:0\"\n[tls]\ncertificate = \"x\"",
        "[auth]\npasswords = \"users\"",
        "[auth]\n"
            + "passwords = \"users\"\n"
            + "[[rule]]\n"
            + "who = [\"ci\"]\n"
            + "allow = [\"fly\"]\n"
            + "repositories = [\"**\"]",
        "[[rule]]\nwho = [\"a b\"]\nallow = [\"pull\"]\nrepositories = [\"**\"]",
        "[[rule]]\nwho = [\"ci\"]\nallow = [\"pull\"]\nrepositories = [\"a/**/b\"]",
        "[[rule]]\nwho = [\"ci\"]\nallow = [\"pull\"]",
        "[limits]\nconnections = -1",
        "[limits]\nconnections = 0",
        "[limits]\nidle-seconds = 0",
        "[limits]\nslow-after-seconds = 0",
        "[limits]\nblob-mib = 0",
        "[limits]\nblob-mib = 99999999999",
        "[s3]\nbucket = \"blobs\"",
        "trusted-proxies = \"127.0.0.1\"",
        "trusted-proxies = \"proxy.example.org\"",
        "[database]\nurl = \"mysql://x\"",
        "url = \"registry.example.org\"",
        "listen = \"0.0.0.0:0\"\n"
            + "[auth]\n"
            + "passwords = \"users\"\n"
            + "[[rule]]\n"
            + "who = [\"ci\"]\n"
            + "allow = [\"pull\"]\n"
            + "repositories = [\"**\"]",
        "[broken",
      })
  void a_wrong_setting_is_told_and_nothing_is_served(String toml) throws Exception {
    Files.writeString(folder.resolve("users"), users());
    Files.writeString(folder.resolve("settings.toml"), toml);
    Running refused = new Running("serve", "--settings", "settings.toml", "--data", "registry");
    assertEquals(2, refused.end(), refused.err());
    assertEquals(2, refused.err().lines().count(), refused.err());
    assertTrue(refused.err().startsWith("error: "), refused.err());
  }

  @Test
  void settings_that_are_absent_and_a_database_that_does_not_answer_are_3() throws Exception {
    Running absent = new Running("serve", "--settings", "absent.toml");
    assertEquals(3, absent.end(), absent.err());
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Files.writeString(
          folder.resolve("settings.toml"),
          "[database]\nurl = \"postgresql://127.0.0.1:%d/none\"\n".formatted(free.getLocalPort()));
      free.close();
      String where =
          "PostgreSQL at 127.0.0.1:%d/none cannot be reached: ".formatted(free.getLocalPort());
      Running unreachable = new Running("serve", "--settings", "settings.toml", "--data", "r");
      assertEquals(3, unreachable.end(), unreachable.err());
      told(List.of("error: " + where, "hint: "), unreachable.err());
      // It tries more than once, and says so once.
      Running patient =
          new Running("serve", "--settings", "settings.toml", "--data", "r", "--wait", "2");
      assertEquals(3, patient.end(), patient.err());
      told(
          List.of("waiting for the database: " + where, "error: " + where, "hint: "),
          patient.err());
    }
  }

  private static void told(List<String> beginnings, String err) {
    List<String> lines = err.lines().toList();
    assertEquals(beginnings.size(), lines.size(), err);
    for (int i = 0; i < lines.size(); i++) {
      assertTrue(lines.get(i).startsWith(beginnings.get(i)), err);
    }
  }

  @Test
  void a_folder_whose_repositories_are_in_a_database_is_not_served_without_it() throws Exception {
    RegistryFolder.create(folder.resolve("registry")).noteRowsElsewhere();
    Path note = folder.resolve("registry/rows-elsewhere");
    Running refused = new Running("serve", "--data", "registry", "--listen", "127.0.0.1:0");
    assertEquals(3, refused.end(), refused.err());
    assertTrue(refused.err().contains("stands in a database"), refused.err());
    assertEquals(2, refused.err().lines().count(), refused.err());
    // Left by an older version that never reached one, it is told how to go on.
    assertTrue(refused.err().contains("delete " + note), refused.err());
    Files.delete(note);
    Running server = new Running("serve", "--data", "registry", "--listen", "127.0.0.1:0");
    assertEquals(200, get(server.port(), "/v2/").statusCode());
    assertEquals(0, server.stop(), server.err());
  }
}
