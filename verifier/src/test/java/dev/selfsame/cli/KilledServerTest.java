package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.scenes.Records;
import dev.selfsame.suites.OwnJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed while it takes a submission: nothing half is seen, and again works. */
@Timeout(600)
final class KilledServerTest {
  private static final int REQUESTS_OF_A_SUBMISSION = 4;
  private static final int ROUNDS = 8;

  @TempDir Path folder;

  @Test
  void a_submission_that_was_cut_short_can_be_repeated() throws Exception {
    RegistryScene scene = new RegistryScene(folder);
    Random random = new Random();
    Process server = start(scene);
    try (Liar between = new Liar(url(server))) {
      scene.registry = between.url();
      for (int round = 0; round < ROUNDS; round++) {
        Records records = Records.of("binary " + round);
        scene.built(records);
        int fatal = 1 + round % REQUESTS_OF_A_SUBMISSION;
        int millis = random.nextInt(40);
        killAt(between, server, fatal, millis);
        String when = "round %d, request %d, %d ms: ".formatted(round, fatal, millis);
        int cut = submit(scene);
        assertTrue(cut == 3 || cut == 0, when + scene.said());
        server.destroyForcibly().waitFor();
        server = start(scene);
        between.upstream = url(server);
        between.lie = (_, honest) -> honest.get();

        assertEquals(1, scene.verify("agent"), when + scene.said());
        assertEquals(0, submit(scene), when + scene.said());
        assertEquals(200, manifest(between, records), when);
        assertEquals(0, promote(scene, records), when + scene.said());
        assertEquals(0, scene.verify("agent"), when + scene.said());
      }
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  private static int submit(RegistryScene scene) {
    return scene.run("submit", "agent", "--record", "build-record.json", "--key", "alice.key");
  }

  private static int promote(RegistryScene scene, Records records) {
    return scene.run(
        "promote",
        "viworks/agent",
        "--policy",
        "policy.toml",
        "--key",
        "pat.key",
        "--digest",
        records.artifact().toString());
  }

  /** What {@code oras discover} asks for first. */
  private static int manifest(Liar server, Records records) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      String path = "/v2/staging/viworks/agent/manifests/" + records.artifact().hex();
      return client
          .send(
              HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }

  /** Kills the server some time after it got its n-th write. */
  private static void killAt(Liar between, Process server, int fatal, int millis) {
    AtomicInteger writes = new AtomicInteger();
    between.lie =
        (asked, honest) -> {
          if (asked.startsWith("POST ") && writes.incrementAndGet() == fatal) {
            Thread.ofVirtual().start(() -> kill(server, millis));
          }
          try {
            return honest.get();
          } catch (IOException dead) {
            return Liar.Answer.of(200, "").ending(Liar.Ending.CUT);
          }
        };
  }

  private static void kill(Process server, int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.destroyForcibly();
  }

  private static Process start(RegistryScene scene) throws IOException {
    return new ProcessBuilder(
            OwnJvm.command(
                HostedMain.class,
                List.of("-Xmx200m"),
                scene.folder.resolve("registry").toString(),
                scene.folder.resolve("trust-root.json").toString(),
                scene.stage.now.toString()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String url(Process server) throws IOException {
    String line =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    if (line == null) {
      throw new AssertionError("the server did not start");
    }
    return line;
  }
}
