package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.cli.Liar.Answer;
import dev.selfsame.cli.Liar.Ending;
import dev.selfsame.scenes.Records;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that cannot be read, refusals, and servers that are not there. */
@Timeout(300)
final class BrokenAnswersTest {
  private static final String CHANNEL = "GET /selfsame/v1/channel/production/viworks/agent";

  @TempDir Path folder;
  private RegistryScene scene;
  private Hosted server;
  private Liar liar;
  private final Records first = Records.of("the first");
  private final Records second = Records.of("the second");

  @BeforeEach
  void start() throws IOException {
    scene = new RegistryScene(folder);
    scene.stage.release(first);
    scene.stage.release(second);
    server = new Hosted(scene.stage.registry(), scene.stage);
    liar = new Liar(server.url());
    scene.registry = liar.url();
    scene.write("first", first.binary);
    scene.write("second", second.binary);
    scene.built(second);
  }

  @AfterEach
  void stop() {
    liar.close();
    server.close();
  }

  /** Lies about requests that begin so. */
  private void about(String beginning, UnaryOperator<Answer> lie) {
    liar.lie =
        (asked, honest) -> asked.startsWith(beginning) ? lie.apply(honest.get()) : honest.get();
  }

  private void assertSaid(int status, int found, String... whats) {
    assertEquals(status, found, scene.said());
    for (String what : whats) {
      assertTrue(scene.said().contains(what), scene.said());
    }
    if (status == 3) {
      assertEquals(2, scene.err.lines().count(), scene.err);
    }
    assertFalse(Files.exists(folder.resolve("out")));
  }

  private int pull() {
    return scene.run("pull", "viworks/agent", "-o", "out");
  }

  private int promote(Records what) {
    return promote(what, "pat");
  }

  private int promote(Records what, String who) {
    return scene.run(
        "promote",
        "viworks/agent",
        "--policy",
        "policy.toml",
        "--key",
        who + ".key",
        "--digest",
        what.artifact().toString());
  }

  private int submit() {
    return scene.run("submit", "agent", "--record", "build-record.json", "--key", "alice.key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE html><title>Welcome</title>",
        "",
        "[]",
        "{}",
        "null",
        "{\"bundles\":7,\"blobs\":[]}",
        "{\"bundles\":[7],\"blobs\":[]}",
        "{\"bundles\":[\"sha256:0\"],\"blobs\":[]}",
        "{\"bundles\":[],\"blobs\":[{\"digest\":\"x\",\"size\":1}]}",
        "{\"bundles\":[],\"blobs\":[{\"size\":1}]}",
        "{\"bundles\":[]",
        "{\"names\":[\"..\"],\"more\":false}",
        "{\"names\":[\"b\",\"a\"],\"more\":true}",
        "{\"schema\":\"selfsame.registry/2\",\"name\":\"r-1\"}",
        "{\"schema\":\"selfsame.registry/1\",\"name\":\"../../x\"}",
      })
  void an_answer_that_cannot_be_read_is_no_answer(String body) {
    for (String place : List.of(CHANNEL, "GET /selfsame/v1/names/", "GET /selfsame/v1/")) {
      liar.lie =
          (asked, honest) ->
              asked.equals(place) || (place.length() > 18 && asked.startsWith(place))
                  ? new Answer(200, Map.of(), body.getBytes(StandardCharsets.UTF_8), Ending.WHOLE)
                  : honest.get();
      boolean list = place.startsWith("GET /selfsame/v1/names/");
      int status = scene.verify("second");
      if (list && body.startsWith("{\"names\":[\"b\"")) {
        // No name is believed: two that are not there are two that hold nothing.
        assertEquals(0, status, scene.said());
      } else {
        assertSaid(3, status, "with what no registry of Selfsame says");
      }
      if (!list) {
        assertSaid(3, pull(), "with what no registry of Selfsame says");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "401, wants to know who asks: so it is said",
    "403, refuses /selfsame/v1/: so it is said",
    "404, no /selfsame/v1/ at",
    "405, with status 405",
    "429, with status 429",
    "500, with status 500",
    "503, with status 503: so it is said",
    "302, sends one elsewhere",
    "307, sends one elsewhere",
    "204, with status 204",
  })
  void a_refusal_is_told_with_its_reason(int status, String what) {
    String body = "{\"errors\":[{\"code\":\"X\",\"message\":\"so it is said\"}]}";
    liar.lie =
        (_, _) ->
            new Answer(
                status,
                Map.of("Location", "http://evil.example.org/"),
                status == 204 ? new byte[0] : body.getBytes(StandardCharsets.UTF_8),
                Ending.WHOLE);
    assertSaid(3, scene.verify("second"), what);
    assertSaid(3, pull(), what);
    assertSaid(3, promote(first), what);
    assertSaid(3, submit(), what);
  }

  @ParameterizedTest
  @ValueSource(strings = {"CUT", "ENDLESS"})
  void a_body_without_an_end_is_no_answer(Ending ending) {
    for (String place : List.of(CHANNEL, "GET /selfsame/v1/names/")) {
      about(place, answer -> answer.ending(ending));
      assertSaid(3, scene.verify("second"), ending == Ending.CUT ? "was cut off" : "more than");
    }
  }

  @Test
  void a_server_that_is_not_there_is_no_answer() throws IOException {
    scene.registry = "http://127.0.0.1:1";
    assertSaid(3, scene.verify("second"), "cannot reach the registry http://127.0.0.1:1");
    scene.registry = "http://no-such-host.invalid";
    assertSaid(3, scene.verify("second"), "there is no such host");
    scene.registry = server.url().replace("http:", "https:");
    assertSaid(3, scene.verify("second"), "no TLS with the registry");
    for (String wrong :
        List.of("ftp://x", "http://", "http://a/b", "https://u:p@h", "https://h?q", "http://a:x")) {
      scene.registry = wrong;
      assertSaid(2, scene.verify("second"), "");
      assertFalse(scene.said().contains("u:p"), scene.said());
    }
  }

  @Test
  void a_verification_asks_little_and_never_for_the_binary() {
    assertSaid(0, scene.verify("second"), "promoted: ");
    assertEquals(3, liar.asked.size(), liar.asked.toString());
    liar.asked.clear();
    assertSaid(0, scene.verify("second", "--name", "viworks/agent"), "promoted: ");
    assertEquals(2, liar.asked.size(), liar.asked.toString());
  }
}
