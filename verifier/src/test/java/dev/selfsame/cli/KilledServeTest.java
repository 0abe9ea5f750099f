package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.files.FileTree;
import dev.selfsame.scenes.CrashLoads;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code serve} as it is shipped, killed while it is written to, again and again: what it
 * acknowledged is there, and its audit log tells of it. {@code -Dselfsame.crashes=500} has it
 * killed that often.
 */
final class KilledServeTest {
  private static final int CRASHES = Integer.getInteger("selfsame.crashes", 6);
  private static final int CLIENTS = 3;
  private static final int PER_REGISTRY = 6;

  /** Of each client at each kill: an answer goes before it is recorded, the next write after. */
  private static final int NOT_RECORDED = 2;

  /** One takes seconds, on a crowded machine tens of them. */
  private static final Duration A_KILL = Duration.ofMinutes(3);

  @TempDir private Path folder;

  @Test
  void what_serve_acknowledged_survives_a_kill_and_stands_in_the_audit_log() {
    long seed = new Random().nextLong();
    Duration most = A_KILL.multipliedBy(CRASHES + 1L);
    assertTimeoutPreemptively(most, () -> killAgainAndAgain(seed), () -> "seed " + seed);
  }

  private void killAgainAndAgain(long seed) throws Exception {
    Random random = new Random(seed);
    int acknowledged = 0;
    // A fresh registry now and then, or looking at all of it would be most of the work.
    for (int done = 0; done < CRASHES; ) {
      String registry = "registry-" + done;
      CrashLoads loads = CrashLoads.of(CLIENTS, random);
      int kills = 0;
      for (; kills < PER_REGISTRY && done < CRASHES; kills++, done++) {
        kill(registry, loads, 100 + random.nextInt(900), "seed %d, kill %d".formatted(seed, done));
      }
      String when = "seed %d, kill %d".formatted(seed, done);
      int written = goOn(registry, loads, when);
      requireSound(registry, written - kills * CLIENTS * NOT_RECORDED, when);
      FileTree.delete(folder.resolve(registry)); // A long run would fill the disk.
      acknowledged += written;
    }
    System.err.printf(
        "serve was killed: %d times, acknowledged writes: %d, lost: 0%n", CRASHES, acknowledged);
    // How many there are is the machine's speed; of none, nothing could have been lost.
    assertTrue(acknowledged > 0, "seed %d: nothing was written".formatted(seed));
  }

  /** A server that has to have what the killed ones acknowledged goes on, and is killed itself. */
  private void kill(String registry, CrashLoads loads, int millis, String when) throws Exception {
    Process server = OwnProcess.serving(folder, folder.resolve(registry)).start();
    try {
      int port = OwnProcess.port(server);
      assertEquals(List.of(), loads.losses(port), when);
      loads.untilKilled(port, server, millis);
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  /**
   * The last one is in this process, which starts sooner, and ends as it is told to.
   *
   * @return how many writes were acknowledged in all
   */
  private int goOn(String registry, CrashLoads loads, String when) throws Exception {
    OwnThread server =
        new OwnThread(
            folder,
            Map.of("HOME", folder.toString()),
            Clock.systemUTC(),
            "serve",
            "--data",
            registry,
            "--listen",
            "127.0.0.1:0");
    try {
      assertEquals(List.of(), loads.losses(server.port()), when);
    } finally {
      assertEquals(0, server.stop(), server.err());
    }
    return loads.acknowledged();
  }

  /** All that the killed ones left, with the chain of an audit log that has so many lines. */
  private void requireSound(String registry, int lines, String when) throws Exception {
    Captured program = new Captured(folder);
    int status = program.run("registry", "fsck", "--registry", registry, "--json");
    assertEquals(0, status, when + program.out() + program.err());
    long recorded = new ObjectMapper().readTree(program.out()).at("/audit/lines").asLong();
    assertTrue(recorded >= lines, "%s: %d lines, not %d or more".formatted(when, recorded, lines));
  }
}
