package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed while it takes a submission, or a record of a channel: nothing half is
 * seen, and again works. {@code -Dselfsame.crashes=500} has it killed at so many records.
 */
final class KilledServerTest {
  private static final int REQUESTS_OF_A_SUBMISSION = 4;
  private static final int ROUNDS = 8;
  private static final int CRASHES = Integer.getInteger("selfsame.crashes", 8);

  /** What is done to a channel, over and over; each may follow the one before. */
  private static final List<Action> TURNS =
      List.of(Action.PROMOTE, Action.ROLLBACK, Action.FREEZE, Action.UNFREEZE);

  /** Instead of a time: killed once it has answered, before anybody else is told. */
  private static final int ONCE_ANSWERED = -1;

  @TempDir Path folder;

  @Test
  @Timeout(600)
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

  @Test
  @Timeout(4 * 3600)
  void a_record_of_a_channel_stays_once_acknowledged_and_else_is_there_whole_or_not_at_all()
      throws Exception {
    RegistryScene scene = new RegistryScene(folder);
    List<Records> binaries = binaries(scene);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int acknowledged = 0;
    int there = 0;
    Process server = start(scene);
    try (Liar between = new Liar(url(server))) {
      scene.registry = between.url();
      for (int crash = 0; crash < CRASHES; crash++) {
        int turn = crash / TURNS.size();
        Action action = TURNS.get(crash % TURNS.size());
        Records binary = binaries.get(1 + turn);
        // In the next turn each action is met by the other kind of death.
        int millis =
            (crash + turn) % 2 == 0 ? ONCE_ANSWERED : random.nextInt(1 << random.nextInt(8));
        List<Channel.Promotion> before = channel(scene).records();
        AtomicBoolean told = killAtRecord(between, server, millis);
        int cut = change(scene, action, binary);
        server.destroyForcibly().waitFor();
        String when =
            "seed %d, crash %d, %s, %d ms, acknowledged %s: %s"
                .formatted(seed, crash, action, millis, told, scene.said());
        assertTrue(cut == 3 || cut == 0, when);
        assertTrue(told.get() || (cut == 3 && millis != ONCE_ANSWERED), when);
        server = start(scene);
        between.upstream = url(server);
        between.lie = (_, honest) -> honest.get();

        List<Channel.Promotion> after = channel(scene).records();
        int more = after.size() - before.size();
        assertEquals(before, after.subList(0, before.size()), when);
        assertTrue(more == 1 || (more == 0 && !told.get()), more + " records more; " + when);
        if (more == 0) {
          assertServed(scene, between, binaries, when);
          assertEquals(0, change(scene, action, binary), when + scene.said());
        }
        assertEquals(before.size() + 1, channel(scene).records().size(), when);
        assertEquals(action, channel(scene).records().getLast().action(), when);
        assertEquals(action == Action.FREEZE, channel(scene).frozen().isPresent(), when);
        Digest held = assertServed(scene, between, binaries, when);
        if (action == Action.PROMOTE) {
          assertEquals(binary.artifact(), held, when);
        }
        acknowledged += told.get() ? 1 : 0;
        there += more;
      }
    } finally {
      server.destroyForcibly().waitFor();
    }
    System.err.printf(
        "killed at a record: %d, acknowledged: %d, there: %d, lost: 0%n",
        CRASHES, acknowledged, there);
    // Rows may be behind, and a file be left over; nothing that is believed is touched.
    int fsck = scene.run("registry", "fsck", "--registry", "registry");
    assertTrue(fsck == 0 || fsck == 1, scene.said());
  }

  /** What is promoted, one after the other; the first is at once. */
  private static List<Records> binaries(RegistryScene scene) {
    List<Records> binaries = new ArrayList<>(List.of(Records.of("binary 0")));
    scene.stage.release(binaries.getFirst());
    for (int turn = 0; turn * TURNS.size() < CRASHES; turn++) {
      Records next = Records.of("binary " + (turn + 1));
      scene.stage.submit(next, "alice");
      binaries.add(next);
    }
    return binaries;
  }

  private static Channel channel(RegistryScene scene) {
    return new ChannelReader(scene.stage.evidence())
        .read(Stage.AGENT, ChannelName.PRODUCTION, scene.stage.now);
  }

  /**
   * What the channel holds is believed, and what the server serves, to clients of OCI too.
   *
   * @return it
   */
  private static Digest assertServed(
      RegistryScene scene, Liar between, List<Records> binaries, String when) throws IOException {
    Channel channel = channel(scene);
    new ChannelReader(scene.stage.evidence()).requireBelieved(channel, scene.stage.now);
    Digest held = channel.head().orElseThrow().artifact();
    for (Records binary : binaries) {
      if (binary.artifact().equals(held)) {
        scene.write("agent", binary.binary);
      }
    }
    assertEquals(0, scene.verify("agent"), when + scene.said());
    Liar.Answer deployed = between.ask("/v2/deploy/viworks/agent/manifests/production");
    assertEquals(200, deployed.status(), when + deployed.text());
    assertTrue(deployed.text().contains(held.toString()), when + deployed.text());
    return held;
  }

  private static int change(RegistryScene scene, Action action, Records binary) {
    return switch (action) {
      case PROMOTE -> promote(scene, binary);
      case ROLLBACK, FREEZE -> reasoned(scene, action, "pat.key");
      case UNFREEZE -> reasoned(scene, action, "carol.key");
      case BREAK_GLASS -> throw new AssertionError(action);
    };
  }

  private static int reasoned(RegistryScene scene, Action action, String key) {
    String verb = action.name().toLowerCase(Locale.ROOT);
    return scene.run(verb, "viworks/agent", "--reason", "it hangs", "--key", key);
  }

  /**
   * Kills the server at the next record that it is sent.
   *
   * @return whether it acknowledged that
   */
  private static AtomicBoolean killAtRecord(Liar between, Process server, int millis) {
    AtomicBoolean told = new AtomicBoolean();
    between.lie =
        (asked, honest) -> {
          boolean met = asked.startsWith("POST /selfsame/v1/channel/");
          if (met && millis != ONCE_ANSWERED) {
            Thread.ofVirtual().start(() -> kill(server, millis));
          }
          try {
            Liar.Answer answer = honest.get();
            if (met) {
              told.set(answer.status() / 100 == 2);
            }
            if (met && millis == ONCE_ANSWERED) {
              server.destroyForcibly();
            }
            return answer;
          } catch (IOException dead) {
            return Liar.Answer.of(200, "").ending(Liar.Ending.CUT);
          }
        };
    return told;
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
