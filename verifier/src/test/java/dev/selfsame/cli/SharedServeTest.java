package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.scenes.Records;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two {@code serve --settings} over one PostgreSQL and one bucket, as they are shipped. */
@Timeout(300)
@Needs(Component.POSTGRES_USER)
@Needs(Component.S3PROXY)
final class SharedServeTest extends OnPostgresAndS3 {
  private static final Map<String, String> PASSWORD =
      Map.of("SELFSAME_SERVE_DATABASE_PASSWORD", PostgresServer.PASSWORD);
  private static final String APP = SharedServer.APP;
  private static final String DEPLOY = "/v2/deploy/viworks/agent/";
  private static final String CHANNEL = DEPLOY + "manifests/production";

  private RegistryScene scene;
  private Running one;
  private Running two;
  private final Records first = Records.of("the first");
  private final Records second = Records.of("the second");

  @BeforeEach
  void start() throws Exception {
    scene = new RegistryScene(folder);
    one = started("one");
    two = started("two");
    one.listen();
    two.listen();
  }

  @AfterEach
  void stop() throws InterruptedException {
    int ofOne = one.stop();
    int ofTwo = two.stop();
    assertEquals(0, ofOne, one.err());
    assertEquals(0, ofTwo, two.err());
  }

  private Running started(String name) throws IOException {
    Files.writeString(folder.resolve(name + ".toml"), settings(name));
    return new Running(name);
  }

  /** A server in a thread of its own, with a folder of its own. */
  private final class Running extends SharedServer {
    Running(String name) {
      super(folder, Hosted.clock(() -> scene.stage.now), name + ".toml");
    }

    void serves(Records records) throws Exception {
      HttpResponse<String> blob = get(blob(records));
      assertEquals(200, blob.statusCode(), blob.body() + err());
      assertEquals(new String(records.binary, StandardCharsets.UTF_8), blob.body());
      HttpResponse<String> manifest = get(CHANNEL);
      assertEquals(200, manifest.statusCode(), manifest.body() + err());
      assertTrue(manifest.body().contains(records.artifact().toString()), manifest.body());
    }

    void denies(String path, String reason) throws Exception {
      HttpResponse<String> answer = get(path);
      assertEquals(403, answer.statusCode(), answer.body() + err());
      JsonNode error = new ObjectMapper().readTree(answer.body()).at("/errors/0");
      assertEquals("DENIED", error.path("code").asText());
      assertTrue(error.path("message").asText().contains(reason), error.toString());
    }
  }

  private String settings(String data) {
    return """
    data = "%s"
    listen = "127.0.0.1:0"
    trust-root = "trust-root.json"
    """
            .formatted(data)
        + places(database, prefix);
  }

  private static String blob(Records records) {
    return DEPLOY + "blobs/" + records.artifact();
  }

  private String lastChange() throws SQLException {
    return postgres.ask(database, "select seq from selfsame.head");
  }

  private void says(Running at, int status, String what, String... words) {
    scene.registry = at.url;
    assertEquals(status, scene.run(words), scene.said() + at.err());
    assertTrue(scene.said().contains(what), scene.said());
  }

  private void submit(Records records, Running at, int status, String what) {
    scene.stage.now = scene.stage.now.plusSeconds(60);
    scene.built(records);
    says(at, status, what, "submit", "agent", "--record", "build-record.json", "--key=alice.key");
  }

  private void promote(Records records, Running at) {
    says(
        at,
        0,
        "promoted: ",
        "promote",
        "viworks/agent",
        "--policy=policy.toml",
        "--key=pat.key",
        "--digest",
        records.artifact().toString());
  }

  private void release(Records records, Running submitted, Running promoted) {
    submit(records, submitted, 0, "staged: ");
    promote(records, promoted);
  }

  private void fsck(int status, String what) {
    scene.environment = PASSWORD;
    assertEquals(
        status,
        scene.runPlain(
            "registry", "fsck", "--settings", "one.toml", "--trust-root", "trust-root.json"),
        scene.said());
    assertTrue(scene.said().contains(what), scene.said());
  }

  @Test
  void what_is_promoted_and_rolled_back_at_one_is_so_at_the_other_with_the_next_request()
      throws Exception {
    one.ready(200, "true");
    release(first, one, two);
    for (Running server : List.of(one, two)) {
      server.serves(first);
    }
    release(second, two, one);
    for (Running server : List.of(two, one)) {
      // Each has proven the second just now.
      server.serves(second);
      server.denies(blob(first), "not promoted now");
    }
    scene.stage.now = scene.stage.now.plusSeconds(60);
    says(
        one,
        0,
        "holds %s again, promotion 1, by record 3".formatted(first.artifact()),
        "rollback",
        "viworks/agent",
        "--reason=it hangs",
        "--key=pat.key");
    for (Running server : List.of(two, one)) {
      server.denies(blob(second), "not promoted now");
      server.serves(first);
    }
    scene.write("first", first.binary);
    says(two, 0, "promotion 1 again by rollback 3 into production", "verify", "--binary", "first");
  }

  @Test
  void the_changes_of_a_server_vouch_for_its_audit_log() throws Exception {
    release(first, one, one);
    String marks =
        "select count(*) from selfsame.change where line like '%\"audit\":{%"
            + RegistryFolder.open(folder.resolve("one")).name()
            + "%'";
    // A line counts once it is on the disk, which is seen to once a second.
    for (int i = 0; i < SharedServer.TRIES && postgres.ask(database, marks).equals("0"); i++) {
      assertEquals(201, one.push("blob " + i).statusCode(), one.err());
      Thread.sleep(50);
    }
    assertNotEquals("0", postgres.ask(database, marks));
    one.stop();
    fsck(0, "nothing is wrong");
    Files.delete(folder.resolve("one/audit.log"));
    fsck(4, "was cut off");
  }

  @Test
  void a_channel_that_was_altered_in_the_database_is_refused_by_each_with_the_reason()
      throws Exception {
    release(first, one, one);
    release(second, one, one);
    sql("create table kept as table channel");
    String[][] damages = {
      {
        "update channel set bundle = (select bundle from kept where seq = 1) where seq = 2",
        "promotion 2 of viworks/agent into production was made for place 1",
      },
      {
        "update channel set seq = 3 where seq = 2",
        "channel production of viworks/agent has no promotion 2",
      },
      {
        "update channel set bundle = 'nonsense' where seq = 2",
        "a record of channel production of viworks/agent is malformed",
      },
    };
    for (String[] damage : damages) {
      for (Running server : List.of(one, two)) {
        server.serves(second);
      }
      sql(damage[0]);
      for (Running server : List.of(one, two)) {
        server.denies(CHANNEL, damage[1]);
        server.denies(blob(second), damage[1]);
        server.denies(blob(first), damage[1]);
      }
      sql("delete from channel; insert into channel table kept");
    }
    for (Running server : List.of(one, two)) {
      server.serves(second);
    }
  }

  @Test
  void while_the_database_is_gone_nothing_is_acknowledged_and_all_goes_on_when_it_is_back()
      throws Exception {
    release(first, one, two);
    String manifest = SharedServer.manifest();
    assertEquals(201, one.push("{}").statusCode(), one.err());
    assertEquals(201, two.send("PUT", APP + "manifests/1", manifest).statusCode(), two.err());
    String before = lastChange();
    postgres.kill();
    try {
      for (Running server : List.of(one, two)) {
        server.ready(503, "\"database\":\"PostgreSQL at 127.0.0.1:" + postgres.port());
        server.unavailable(server.push("pushed meanwhile"));
        server.unavailable(server.send("PUT", APP + "manifests/2", manifest));
        server.unavailable(server.send("DELETE", APP + "manifests/1", ""));
        server.unavailable(server.get(CHANNEL));
      }
      submit(second, one, 3, "error: ");
    } finally {
      postgres.start();
    }
    for (Running server : List.of(one, two)) {
      server.ready(200, "true");
      server.serves(first);
      String blob = APP + "blobs/" + SharedServer.digest("pushed meanwhile");
      assertEquals(404, server.get(blob).statusCode(), server.err());
      assertEquals(404, server.get(APP + "manifests/2").statusCode(), server.err());
      assertEquals(200, server.get(APP + "manifests/1").statusCode(), server.err());
    }
    assertEquals(before, lastChange());
    for (Running server : List.of(one, two)) {
      server.takesAgain("pushed meanwhile");
    }
    release(second, two, one);
    one.serves(second);
    two.serves(second);
  }
}
