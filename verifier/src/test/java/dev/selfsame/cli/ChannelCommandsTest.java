package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.cli.Liar.Answer;
import dev.selfsame.files.UserFolders;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.promote.Promoter;
import dev.selfsame.scenes.HandClock;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.wire.Offer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code rollback, freeze, unfreeze}, on a folder and on a server of it. */
@Timeout(300)
final class ChannelCommandsTest {
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
    scene.write("first", first.binary);
    scene.write("second", second.binary);
  }

  @AfterEach
  void stop() {
    liar.close();
    server.close();
  }

  private void by(String mode) {
    scene.registry = mode.equals("DIR") ? "registry" : liar.url();
  }

  private void says(int status, String what, String... words) {
    scene.stage.now = scene.stage.now.plusSeconds(1);
    assertEquals(status, scene.run(words), scene.said());
    assertTrue(scene.said().contains(what), scene.said());
  }

  private void changes(int status, String what, String verb, String who, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(verb, "viworks/agent", "--reason", "it hangs", "--key", who + ".key"));
    words.addAll(List.of(more));
    says(status, what, words.toArray(String[]::new));
  }

  @Test
  void a_command_that_waits_for_another_looks_at_the_clock_when_its_turn_comes() throws Exception {
    Stage stage = scene.stage;
    HandClock clock = new HandClock(stage.now);
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    Map<String, String> variables = Map.of("HOME", folder.toString());
    Surroundings surroundings =
        new Surroundings(
            variables,
            clock,
            UserFolders.of(variables),
            folder,
            new Console(out, out, false, false));
    stage.submit(Records.of("the third"), "alice");
    AtomicInteger status = new AtomicInteger(-1);
    Thread freezing =
        Thread.ofPlatform()
            .unstarted(() ->
                status.set(
                    new Main(surroundings)
                        .run(
                            "freeze",
                            "viworks/agent",
                            "--reason=inventory",
                            "--key=pat.key",
                            "--registry=registry",
                            "--trust-root=trust-root.json")));
    stage.writing((evidence, catalogue) -> {
      freezing.start();
      while (!said.toString(StandardCharsets.UTF_8).contains("waiting for another process")) {
        Thread.onSpinWait();
      }
      clock.advance(Duration.ofMinutes(10));
      return new Promoter(evidence, catalogue, "0.1.0")
          .promote(
              new Promoter.Request(
                  Stage.AGENT,
                  ChannelName.PRODUCTION,
                  Records.of("the third").artifact(),
                  PolicyFile.parse(Stage.POLICY.getBytes(StandardCharsets.UTF_8), "policy.toml"),
                  Stage.POLICY),
              stage.people.signer("paul"),
              clock.instant());
    });
    freezing.join();
    assertEquals(0, status.get(), said.toString(StandardCharsets.UTF_8));
    assertTrue(said.toString(StandardCharsets.UTF_8).contains("by record 4"), said.toString());
  }

  private void promote(int status, String what) {
    says(
        status,
        what,
        "promote",
        "viworks/agent",
        "--policy",
        "policy.toml",
        "--key",
        "pat.key",
        "--digest",
        second.artifact().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"DIR", "URL"})
  void a_rollback_is_verified_pulled_and_told(String mode) throws IOException {
    by(mode);
    changes(
        0,
        "holds %s again, promotion 1, by record 3".formatted(first.artifact()),
        "rollback",
        "pat");
    assertTrue(
        scene.out.contains("next: selfsame deploy viworks/agent --channel production --to TARGET"),
        scene.out);
    says(
        0,
        "first is viworks/agent, promotion 1 again by rollback 3 into production",
        "verify",
        "--binary",
        "first");
    assertTrue(scene.out.contains("by pat: it hangs"), scene.out);
    says(0, "\"rollback\"", "verify", "--binary", "first", "--json");
    says(
        1,
        "was promotion 2 of viworks/agent into production and was rolled back by pat to"
            + " promotion 1, %s: it hangs".formatted(first.artifact()),
        "verify",
        "--binary",
        "second");
    says(0, "pulled: ", "pull", "viworks/agent", "-o", "out");
    assertArrayEquals(first.binary, Files.readAllBytes(folder.resolve("out")));
    changes(1, "held nothing else", "rollback", "pat");
    changes(0, "nothing to roll back", "rollback", "pat", "--to", "1");
    changes(0, "promotion 2, by record 4", "rollback", "pat", "--to", second.artifact().toString());
    says(1, "rolled back by pat to promotion 2", "verify", "--binary", "first");
    promote(0, "promoted already");
    changes(1, "has no promotion 9", "rollback", "pat", "--to", "9");
    changes(2, "neither a place nor a digest", "rollback", "pat", "--to", "x");
    changes(4, "may not roll back", "rollback", "alice");
    says(2, "one line", "rollback", "viworks/agent", "--reason", "two\nlines", "--key", "pat.key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DIR", "URL"})
  void a_frozen_channel_takes_nothing_and_gives_what_it_has(String mode) throws IOException {
    by(mode);
    changes(0, "frozen: production of viworks/agent, by record 3", "freeze", "pat");
    changes(0, "frozen already", "freeze", "carol");
    promote(1, "is frozen by pat at ");
    assertTrue(scene.err.contains("hint: nothing may enter until a policy key lifts it"));
    changes(1, "is frozen by pat at ", "rollback", "pat");
    says(0, "promotion 2 into production", "verify", "--binary", "second");
    assertTrue(scene.out.contains("frozen       "), scene.out);
    says(1, "is replaced by promotion 2", "verify", "--binary", "first");
    says(0, "pulled: ", "pull", "viworks/agent", "-o", "out");
    assertArrayEquals(second.binary, Files.readAllBytes(folder.resolve("out")));
    changes(4, "may not lift a freeze", "unfreeze", "pat");
    changes(0, "lifted: production of viworks/agent may change again", "unfreeze", "carol");
    changes(0, "not frozen", "unfreeze", "carol");
    changes(0, "promotion 1, by record 5", "rollback", "pat");
    changes(1, "nothing to hold", "freeze", "pat", "--channel", "staging");
    changes(4, "may not freeze", "freeze", "alice");
  }

  /** Hides the newest records. */
  private void hiding(int records) {
    liar.lie =
        (asked, honest) -> {
          Answer answer = honest.get();
          if (!asked.startsWith(CHANNEL)) {
            return answer;
          }
          Offer offer = Offer.parse(answer.body());
          return answer.with(
              new Offer(offer.bundles().subList(0, offer.bundles().size() - records), offer.blobs())
                  .json());
        };
  }

  @Test
  void a_server_that_hides_a_rollback_or_a_freeze_is_found_out() {
    by("URL");
    changes(0, "rolled back", "rollback", "pat");
    hiding(1);
    says(4, "promotion 3 ", "verify", "--binary", "second");
    says(4, "promotion 3 ", "pull", "viworks/agent", "-o", "out");
    liar.lie = (_, honest) -> honest.get();
    changes(0, "frozen", "freeze", "carol");
    hiding(1);
    promote(4, "promotion 4 ");
    says(4, "promotion 4 ", "verify", "--binary", "first");
  }

  @Test
  void a_server_takes_nothing_into_a_frozen_channel_whoever_sends_it() {
    by("URL");
    changes(0, "frozen", "freeze", "carol");
    // Whoever was shown the channel without its freeze signs for a place that is taken.
    hiding(1);
    scene.home = folder.resolve("another's");
    says(
        3,
        "another record took place 3",
        "promote",
        "viworks/agent",
        "--policy",
        "policy.toml",
        "--key",
        "pat.key",
        "--digest",
        first.artifact().toString());
    assertEquals(
        3,
        new ChannelReader(scene.stage.evidence())
            .read(Stage.AGENT, ChannelName.PRODUCTION, scene.stage.now)
            .records()
            .size());
  }

  @Test
  void of_two_rollbacks_at_once_one_wins_and_the_other_is_told() throws Exception {
    by("URL");
    CyclicBarrier both = new CyclicBarrier(2);
    liar.lie =
        (asked, honest) -> {
          if (asked.startsWith("POST /selfsame/v1/channel/")) {
            try {
              both.await();
            } catch (Exception e) {
              throw new IOException(e);
            }
          }
          return honest.get();
        };
    RegistryScene other = new RegistryScene(folder, scene.stage);
    other.registry = liar.url();
    int[] status = {-1, -1};
    Thread one = Thread.ofPlatform().start(() -> status[0] = rollback(scene, "pat"));
    Thread two = Thread.ofPlatform().start(() -> status[1] = rollback(other, "paul"));
    one.join();
    two.join();
    RegistryScene loser = status[0] == 0 ? other : scene;
    assertEquals(3, status[0] + status[1], scene.said() + other.said());
    assertTrue(loser.err.contains("another record took place 3"), loser.err);
  }

  @Test
  void of_two_rollbacks_in_a_folder_the_second_does_not_go_a_step_further() throws Exception {
    scene.stage.release(Records.of("the third"));
    by("DIR");
    RegistryScene other = new RegistryScene(folder, scene.stage);
    int[] status = {-1, -1};
    // Whoever waits for the lock has made its plan before.
    try (var _ =
        dev.selfsame.store.file.RegistryFolder.open(scene.stage.registry())
            .write(java.time.Duration.ofSeconds(30), dev.selfsame.outcome.Progress.SILENT)) {
      Thread one = Thread.ofPlatform().start(() -> status[0] = rollback(scene, "pat"));
      Thread two = Thread.ofPlatform().start(() -> status[1] = rollback(other, "paul"));
      Thread.sleep(3000);
      assertTrue(one.isAlive() && two.isAlive());
    }
    for (int i = 0; i < 600 && (status[0] < 0 || status[1] < 0); i++) {
      Thread.sleep(100);
    }
    assertEquals(3, status[0] + status[1], scene.said() + other.said());
    says(0, "promotion 2 again by rollback 4", "verify", "--binary", "second");
  }

  private static int rollback(RegistryScene who, String key) {
    return who.run("rollback", "viworks/agent", "--reason", "it hangs", "--key", key + ".key");
  }
}
