package dev.selfsame.store.jdbi;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.store.Repositories;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import dev.selfsame.store.file.RegistryFolder;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * What the adapters of {@link Repositories} do in a second, one after the other in each round: by
 * hand, with the folder to work in, the seconds for each, and the rounds. Both are real and sync.
 */
final class RepositoriesBench {
  private static final RepositoryName APP = new RepositoryName("staging/app");
  private static final int[] THREADS = {1, 8};
  private static final int TAGS = 1000;

  private final Duration each;
  private final AtomicLong numbers = new AtomicLong();

  private RepositoriesBench(Duration each) {
    this.each = each;
  }

  /** args: folder, milliseconds, rounds. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    RepositoriesBench bench = new RepositoriesBench(Duration.ofMillis(Long.parseLong(args[1])));
    RegistryFolder registry = RegistryFolder.create(folder.resolve("h2"));
    try (PostgresServer server = PostgresServer.in(folder.resolve("postgres"));
        Repositories h2 =
            H2Repositories.open(
                registry.path(), registry.changes(Clock.systemUTC()), Progress.SILENT);
        PostgresStore store =
            PostgresStore.open(
                new PostgresAddress(
                    server.url(server.newDatabase()), PostgresServer.USER, PostgresServer.PASSWORD),
                Duration.ZERO,
                Clock.systemUTC(),
                Progress.SILENT)) {
      fill(h2);
      fill(store.repositories());
      for (int round = 0; round < Integer.parseInt(args[2]); round++) {
        bench.round("H2", h2);
        bench.round("PostgreSQL", store.repositories());
      }
    }
  }

  private static void fill(Repositories rows) {
    for (int i = 0; i < TAGS; i++) {
      rows.put(APP, manifest(i), List.of(new TagName("t" + i)));
    }
  }

  private static StoredManifest manifest(long number) {
    byte[] bytes =
        ("{\"number\":" + number + "," + "x".repeat(900) + "}").getBytes(StandardCharsets.UTF_8);
    return new StoredManifest(
        Digest.sha256(bytes), "application/x", bytes, null, null, "{\"size\":1}");
  }

  private void round(String name, Repositories rows) throws Exception {
    for (int threads : THREADS) {
      measure(
          name,
          "link",
          threads,
          number ->
              rows.link(
                  APP, Digest.sha256(Long.toString(number).getBytes(StandardCharsets.UTF_8))));
      measure(
          name,
          "put with a tag",
          threads,
          number ->
              rows.put(APP, manifest(TAGS + number), List.of(new TagName("n" + number % TAGS))));
    }
    for (int threads : THREADS) {
      measure(
          name,
          "manifest by tag",
          threads,
          number -> rows.manifest(APP, new TagName("t" + number % TAGS)).orElseThrow());
      measure(name, "is linked", threads, _ -> rows.linked(APP, Digest.sha256(new byte[0])));
    }
  }

  private void measure(String name, String what, int threads, LongConsumer work) throws Exception {
    long end = System.nanoTime() + each.toNanos();
    long cpu = cpuNanos();
    List<long[]> times = new ArrayList<>();
    try (ExecutorService many = Executors.newFixedThreadPool(threads)) {
      List<Future<long[]>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(many.submit(() -> until(end, work)));
      }
      for (Future<long[]> one : running) {
        times.add(one.get());
      }
    }
    long[] all = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "%-10s %-16s %d threads: %8.0f/s, p50 %7.2f ms, p99 %7.2f ms, CPU of this process %5.0f us%n",
        name,
        what,
        threads,
        all.length / (each.toNanos() / 1e9),
        all[all.length / 2] / 1e6,
        all[(int) (all.length * 0.99)] / 1e6,
        (cpuNanos() - cpu) / 1e3 / all.length);
  }

  private long[] until(long end, LongConsumer work) {
    long[] times = new long[1 << 10];
    int count = 0;
    for (long at = System.nanoTime(); at < end; ) {
      work.accept(numbers.incrementAndGet());
      long now = System.nanoTime();
      times = count == times.length ? Arrays.copyOf(times, count * 2) : times;
      times[count++] = now - at;
      at = now;
    }
    return Arrays.copyOf(times, count);
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }
}
