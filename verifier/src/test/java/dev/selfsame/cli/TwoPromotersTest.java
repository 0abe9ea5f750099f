package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.scenes.Records;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two who promote into one channel at the same moment. */
@Timeout(300)
final class TwoPromotersTest {
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

  @Test
  void of_two_promoters_at_once_one_wins_and_the_other_is_told() throws Exception {
    // Both have read the channel before either record arrives.
    var both = new java.util.concurrent.CyclicBarrier(2);
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
    Thread one = Thread.ofPlatform().start(() -> status[0] = promoteBy(scene, "pat"));
    Thread two = Thread.ofPlatform().start(() -> status[1] = promoteBy(other, "paul"));
    one.join();
    two.join();
    RegistryScene winner = status[0] == 0 ? scene : other;
    RegistryScene loser = status[0] == 0 ? other : scene;
    assertEquals(3, status[0] + status[1], scene.said() + other.said());
    assertTrue(winner.out.contains("is promotion 3 of viworks/agent"), winner.said());
    assertTrue(loser.err.contains("another record took place 3"), loser.said());
    liar.lie = (_, honest) -> honest.get();
    assertSaid(0, scene.verify("first"), "promotion 3 into production");
    assertEquals(0, promoteBy(loser, "pat"), loser.said());
    assertTrue(loser.out.contains("promoted already"), loser.said());
  }

  private int promoteBy(RegistryScene of, String who) {
    return of.run(
        "promote",
        "viworks/agent",
        "--policy",
        "policy.toml",
        "--key",
        who + ".key",
        "--digest",
        first.artifact().toString());
  }
}
