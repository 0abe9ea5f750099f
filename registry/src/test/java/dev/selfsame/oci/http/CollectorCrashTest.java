package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.store.Blob;
import dev.selfsame.store.file.RegistryFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that collects garbage all the while, and is killed in the middle of it. {@code
 * -Dselfsame.crashes=500} has it killed that often.
 */
final class CollectorCrashTest {
  private static final int CRASHES = Integer.getInteger("selfsame.crashes", 6);
  private static final List<String> REPOSITORIES = List.of("/v2/staging/a", "/v2/staging/b");

  @TempDir private Path folder;

  @Test
  @Timeout(4 * 3600)
  void a_collector_that_is_killed_leaves_nothing_by_halves() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<CollectorLoad> loads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      loads.add(new CollectorLoad("c" + i, REPOSITORIES, random.nextLong(), Duration.ZERO));
    }
    for (int i = 0; i < CRASHES; i++) {
      crash(loads, 800 + random.nextInt(2500));
      assertEquals(List.of(), losses(loads), "seed %d, crash %d".formatted(seed, i));
    }
    int pushed = loads.stream().mapToInt(CollectorLoad::pushed).sum();
    System.err.printf("killed while collecting: %d, pushes: %d, lost: 0%n", CRASHES, pushed);
    assertTrue(pushed > CRASHES, "too little was pushed to tell anything");
    requireOnlyTheNeeded(loads, seed);
  }

  private void crash(List<CollectorLoad> loads, int millis) throws Exception {
    Process server = CrashTest.start(folder.resolve("registry"), "0");
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    int port = CrashTest.port(server);
    for (CollectorLoad load : loads) {
      load.connect(port);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  load.runUntilKilled();
                } catch (Throwable e) {
                  wrong.set(e);
                }
              }));
    }
    Thread.sleep(millis);
    server.destroyForcibly().waitFor();
    for (Thread thread : threads) {
      thread.join();
    }
    if (wrong.get() != null) {
      throw new AssertionError(wrong.get());
    }
  }

  /** Of a server in this process, which starts sooner than one of its own. */
  private List<String> losses(List<CollectorLoad> loads) throws Exception {
    try (Served served = Served.at(folder.resolve("registry"))) {
      List<String> losses = new ArrayList<>();
      for (CollectorLoad load : loads) {
        load.connect(served.port());
        losses.addAll(load.losses());
      }
      return losses;
    }
  }

  private void requireOnlyTheNeeded(List<CollectorLoad> loads, long seed) throws Exception {
    Path registry = folder.resolve("registry");
    try (Served served = Served.at(registry)) {
      served.collector().run(Duration.ZERO, _ -> {});
      Set<Digest> needed = new HashSet<>();
      for (CollectorLoad load : loads) {
        load.connect(served.port());
        assertEquals(List.of(), load.losses(), "seed " + seed);
        needed.addAll(load.needed());
      }
      assertEquals(
          needed,
          RegistryFolder.open(registry).registry().blobs().list().stream()
              .map(Blob::digest)
              .collect(Collectors.toSet()));
    }
  }
}
