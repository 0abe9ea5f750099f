package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Promoter;
import dev.selfsame.promote.Staging;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.Blob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pushes of the same blobs, mounts, deletes, submissions and promotions while garbage is collected
 * without a pause. {@code -Dselfsame.schedules=2000} makes each client take so many steps.
 */
final class CollectorSchedulesTest {
  private static final int STEPS = Integer.getInteger("selfsame.schedules", 40);
  private static final int CLIENTS = 4;
  private static final List<String> REPOSITORIES = List.of("/v2/staging/a", "/v2/staging/b");

  @TempDir private Path folder;
  private final long seed = new Random().nextLong();
  private final AtomicReference<Throwable> wrong = new AtomicReference<>();

  /** What evidence needs, by the account of those who put it. */
  private final Set<Digest> evidence = new HashSet<>();

  private interface Work {
    void run() throws Exception;
  }

  private Thread start(Work work) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            work.run();
          } catch (Throwable e) {
            wrong.compareAndSet(null, e);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2000})
  @Timeout(3600)
  void what_was_acknowledged_stays_and_what_nobody_needs_goes(long graceMillis) throws Exception {
    Duration grace = Duration.ofMillis(graceMillis);
    Stage stage = new Stage(folder);
    try (Served served =
        Served.noting(stage.registry(), () -> Optional.of(stage.evidence()), () -> stage.now)) {
      List<CollectorLoad> loads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        CollectorLoad load = new CollectorLoad("c" + i, REPOSITORIES, seed + i, grace);
        load.connect(served.port());
        loads.add(load);
      }
      AtomicBoolean ended = new AtomicBoolean();
      Thread collector =
          start(() -> {
            while (!ended.get()) {
              served.collector().run(grace, _ -> {});
            }
          });
      work(stage, served, loads);
      ended.set(true);
      collector.join();
      requireNothingWrong();
      int pushed = loads.stream().mapToInt(CollectorLoad::pushed).sum();
      System.err.printf(
          "collected under load, grace %s: %d pushes acknowledged, %d refused before, 0 lost%n",
          grace, pushed, loads.stream().mapToInt(CollectorLoad::refused).sum());
      assertTrue(pushed > STEPS, "too little was pushed to tell anything");
      requireOnlyTheNeeded(stage, served, loads);
    }
  }

  private void work(Stage stage, Served served, List<CollectorLoad> loads) throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (CollectorLoad load : loads) {
      threads.add(
          start(() -> {
            for (int i = 0; i < STEPS && wrong.get() == null; i++) {
              load.step();
            }
          }));
    }
    threads.add(start(() -> promote(stage, served)));
    for (Thread thread : threads) {
      thread.join();
    }
    requireNothingWrong();
  }

  private void requireNothingWrong() {
    if (wrong.get() != null) {
      throw new AssertionError("seed " + seed, wrong.get());
    }
  }

  /** Submits and promotes, also bytes that others push and delete as layers just now. */
  private void promote(Stage stage, Served served) throws Exception {
    Random random = new Random(seed);
    for (int i = 0; i < Math.max(6, STEPS / 5); i++) {
      boolean shared = random.nextBoolean();
      Records records = Records.of(shared ? CollectorLoad.layer(random.nextInt(6)) : "binary " + i);
      Staging.Submission submission = stage.submit(records, random.nextBoolean() ? "alice" : "bob");
      evidence.add(records.artifact());
      evidence.add(Digest.sha256(records.json()));
      evidence.add(submission.build().bundle());
      if (!shared) {
        stage.now = stage.now.plusSeconds(60);
        Promoter.Done done = (Promoter.Done) stage.promote(records);
        evidence.add(done.promotion().bundle());
        evidence.add(Digest.sha256(Served.bytes(Stage.POLICY)));
        assertEquals(200, served.get("/v2/deploy/viworks/agent/manifests/production").statusCode());
        assertEquals(
            200, served.get("/v2/deploy/viworks/agent/blobs/" + records.artifact()).statusCode());
      }
    }
  }

  private void requireOnlyTheNeeded(Stage stage, Served served, List<CollectorLoad> loads)
      throws Exception {
    Set<Digest> needed = new HashSet<>(evidence);
    for (CollectorLoad load : loads) {
      load.deleteHalf();
      assertEquals(List.of(), load.losses(), "seed " + seed);
      needed.addAll(load.needed());
    }
    Thread.sleep(20);
    served.collector().run(Duration.ZERO, _ -> {});
    Set<Digest> there =
        stage.evidence().registry().blobs().list().stream()
            .map(Blob::digest)
            .collect(Collectors.toSet());
    assertEquals(needed, there, "seed " + seed);
    for (CollectorLoad load : loads) {
      assertEquals(List.of(), load.losses(), "seed " + seed);
    }
  }
}
