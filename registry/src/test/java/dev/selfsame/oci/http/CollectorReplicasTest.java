package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.scenes.S3Proxy;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two servers over one PostgreSQL and one bucket, of which one takes pushes while the other
 * collects garbage without a pause. {@code -Dselfsame.schedules=2000} makes each client take so
 * many steps.
 */
@Needs(Component.POSTGRES_USER)
@Needs(Component.S3PROXY)
final class CollectorReplicasTest {
  private static final int STEPS = Integer.getInteger("selfsame.schedules", 20);
  private static final int CLIENTS = 4;
  private static final List<String> REPOSITORIES = List.of("/v2/staging/a", "/v2/staging/b");

  /** So many blobs have to go under the hands of the clients where there is no grace. */
  private static final int TAKEN = 5;

  private static final int MOST_STEPS = 50 * STEPS;
  private static final int TRIES = 600;

  private static PostgresServer postgres;
  private static S3Proxy s3;

  @TempDir private Path folder;
  private final long seed = new Random().nextLong();

  @BeforeAll
  static void startBoth(@TempDir Path folder) throws Exception {
    postgres = PostgresServer.in(folder.resolve("postgres"));
    s3 = S3Proxy.start();
  }

  @AfterAll
  static void stopBoth() throws IOException {
    postgres.close();
    s3.close();
  }

  private Process replica(String database, String... more) throws Exception {
    Path scratch = Files.createTempDirectory(folder, "replica");
    s3.settings("", scratch);
    List<String> arguments =
        new ArrayList<>(
            OwnJvm.command(
                ReplicaMain.class,
                List.of("-Xmx256m"),
                postgres.url(database),
                s3.endpoint().toString(),
                S3Proxy.BUCKET,
                scratch.resolve("credentials").toString(),
                scratch.resolve("spool").toString(),
                "false"));
    arguments.addAll(List.of(more));
    return new ProcessBuilder(arguments).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2000})
  @Timeout(3600)
  void what_one_acknowledged_is_served_whole_by_both_though_the_other_collects(long graceMillis)
      throws Exception {
    Duration grace = Duration.ofMillis(graceMillis);
    Path told = Files.createFile(folder.resolve("told"));
    String database = postgres.newDatabase();
    Process taking = replica(database, "noting");
    Process collecting = replica(database, "noting", Long.toString(graceMillis), told.toString());
    try {
      int port = CrashTest.port(taking);
      int other = CrashTest.port(collecting);
      List<CollectorLoad> loads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        CollectorLoad load = new CollectorLoad("c" + i, REPOSITORIES, seed + i, grace);
        load.connect(port);
        loads.add(load);
      }
      int least = grace.isZero() ? TAKEN : 0;
      work(loads, told, least);
      int pushed = loads.stream().mapToInt(CollectorLoad::pushed).sum();
      System.err.printf(
          "collected by another server, grace %s: %d blobs went, %d pushes acknowledged, %d refused"
              + " before, 0 lost%n",
          grace, gone(told), pushed, loads.stream().mapToInt(CollectorLoad::refused).sum());
      assertTrue(pushed >= STEPS / 2, "too little was pushed to tell anything: " + pushed);
      assertTrue(gone(told) >= least, "too little went meanwhile; it said last: " + last(told));
      requireNothingLost(loads, other);
      requireNothingLost(loads, port);
      for (CollectorLoad load : loads) {
        load.deleteHalf();
      }
      awaitOnlyTheNeeded(loads, told);
      requireNothingLost(loads, other);
      requireNothingLost(loads, port);
    } finally {
      taking.destroyForcibly().waitFor();
      collecting.destroyForcibly().waitFor();
    }
  }

  /** Has all clients work until they have done their steps, and so many blobs went meanwhile. */
  private void work(List<CollectorLoad> loads, Path told, int least) throws InterruptedException {
    AtomicReference<Throwable> wrong = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (CollectorLoad load : loads) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int i = 0; i < STEPS || (i < MOST_STEPS && gone(told) < least); i++) {
                    if (wrong.get() != null) {
                      return;
                    }
                    load.step();
                  }
                } catch (Throwable e) {
                  wrong.compareAndSet(null, e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (wrong.get() != null) {
      throw new AssertionError("seed " + seed, wrong.get());
    }
  }

  private static String last(Path told) throws IOException {
    List<String> lines = Files.readAllLines(told);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
  }

  /** How many blobs the other server has taken out of the bucket. */
  private static int gone(Path told) throws IOException {
    return (int) Files.readAllLines(told).stream().filter(line -> line.startsWith("blob")).count();
  }

  private void requireNothingLost(List<CollectorLoad> loads, int port) throws Exception {
    List<String> losses = new ArrayList<>();
    for (CollectorLoad load : loads) {
      load.connect(port);
      losses.addAll(load.losses());
    }
    assertEquals(List.of(), losses, "seed " + seed);
  }

  private void awaitOnlyTheNeeded(List<CollectorLoad> loads, Path told) throws Exception {
    Set<String> needed = new TreeSet<>();
    loads.forEach(load -> load.needed().stream().map(Digest::hex).forEach(needed::add));
    Set<String> there = blobs();
    for (int i = 0; i < TRIES && !there.equals(needed); i++) {
      Thread.sleep(100);
      there = blobs();
    }
    assertEquals(needed, there, "seed %d; it said last: %s".formatted(seed, last(told)));
  }

  private static Set<String> blobs() {
    return s3.keys("blobs/").stream()
        .map(key -> key.substring(key.lastIndexOf('/') + 1))
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
