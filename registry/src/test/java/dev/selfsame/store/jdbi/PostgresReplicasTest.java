package dev.selfsame.store.jdbi;

import static dev.selfsame.store.RepositoriesContract.APP;
import static dev.selfsame.store.RepositoriesContract.LATEST;
import static dev.selfsame.store.RepositoriesContract.manifest;
import static dev.selfsame.store.RepositoriesContract.tags;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.store.Repositories;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.suites.OwnJvm;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Several servers over one PostgreSQL, which share nothing else; either may be killed, and so may
 * PostgreSQL. {@code -Dselfsame.crashes=2000} has that done often.
 */
final class PostgresReplicasTest extends OnPostgres {
  private static final int CRASHES = Integer.getInteger("selfsame.crashes", 4);
  private static final int WRITERS = 4;

  private List<PostgresLoad> loads(Random random) {
    List<PostgresLoad> loads = new ArrayList<>();
    for (PostgresStore store : List.of(opened(), opened())) {
      for (int i = 0; i < WRITERS; i++) {
        loads.add(new PostgresLoad("own" + loads.size(), store.repositories(), random.nextLong()));
      }
    }
    return loads;
  }

  /** What happens while others write. */
  private interface Event {
    void happen() throws Exception;
  }

  private static void during(List<PostgresLoad> loads, Event event) throws Exception {
    try (ExecutorService many = Executors.newFixedThreadPool(loads.size())) {
      List<Future<?>> running = new ArrayList<>();
      loads.forEach(load -> running.add(many.submit(load)));
      try {
        event.happen();
      } finally {
        loads.forEach(PostgresLoad::stop);
      }
      for (Future<?> one : running) {
        one.get();
      }
    }
  }

  @Test
  void two_that_write_at_once_lose_and_duplicate_nothing() throws Exception {
    long seed = new Random().nextLong();
    List<PostgresLoad> loads = loads(new Random(seed));
    during(loads, () -> Thread.sleep(3000));
    for (PostgresLoad load : loads) {
      assertEquals(List.of(), load.losses(), "seed " + seed);
      assertEquals(0, load.refused());
      assertTrue(load.acknowledged() > 0);
    }
    assertEquals(ask(Replay.ROWS), Replay.of(opened().changes()), "seed " + seed);
  }

  @Test
  void what_one_has_deleted_no_other_shows() {
    Repositories one = opened().repositories();
    Repositories other = opened().repositories();
    for (int i = 0; i < 20; i++) {
      StoredManifest manifest = manifest("m" + i);
      one.put(APP, manifest, tags("latest"));
      assertEquals(manifest.digest(), other.manifest(APP, LATEST).orElseThrow().digest());
      assertTrue(other.manifest(APP, manifest.digest()).isPresent());
      other.delete(APP, manifest.digest());
      assertEquals(Optional.empty(), one.manifest(APP, manifest.digest()));
      assertEquals(Optional.empty(), one.manifest(APP, LATEST));
    }
  }

  @Test
  void what_was_acknowledged_survives_a_killed_postgresql() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int acknowledged = 0;
    for (int crash = 0; crash < CRASHES; crash++) {
      makeDatabase();
      List<PostgresLoad> loads = loads(random);
      during(
          loads,
          () -> {
            Thread.sleep(100 + random.nextInt(900));
            server.kill();
            server.start();
            // All of them go on by themselves.
            Thread.sleep(500);
          });
      for (PostgresLoad load : loads) {
        assertEquals(List.of(), load.losses(), "seed %d, crash %d".formatted(seed, crash));
        acknowledged += load.acknowledged();
      }
      assertEquals(ask(Replay.ROWS), Replay.of(opened().changes()), "seed " + seed);
      closeStores();
    }
    System.err.printf(
        "PostgreSQL killed: %d times, acknowledged writes: %d, lost: 0%n", CRASHES, acknowledged);
  }

  @Test
  void a_server_that_is_killed_leaves_nothing_half_and_nobody_waiting() throws Exception {
    List<PostgresLoad> others = loads(new Random());
    List<String> told = new ArrayList<>();
    during(
        others,
        () -> {
          for (int i = 0; i < CRASHES; i++) {
            told.addAll(killed(i));
          }
        });
    Repositories rows = opened().repositories();
    for (String tag : told) {
      assertTrue(rows.manifest(APP, tags(tag).getFirst()).isPresent(), tag);
    }
    for (PostgresLoad load : others) {
      assertEquals(List.of(), load.losses());
      assertEquals(0, load.refused());
    }
    assertTrue(told.size() > CRASHES, "too little was written to tell anything");
    assertEquals(ask(Replay.ROWS), Replay.of(opened().changes()));
  }

  /** A server in a process of its own that is killed while it writes; what it acknowledged. */
  private List<String> killed(int number) throws Exception {
    Process process =
        new ProcessBuilder(
                OwnJvm.command(
                    PostgresWriter.class, List.of("-Xmx100m"), server.url(database), "p" + number))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> told = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      told.add(String.valueOf(out.readLine()));
      Thread.sleep(200);
      // The process's own method would close the stream, with what was told and not read yet.
      process.toHandle().destroyForcibly();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        told.add(line);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return told;
  }
}
