package dev.selfsame.store.file;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Records on a small disk that becomes full meanwhile, and says {@code well} if all is as told. */
public final class AuditOnFullDisk {
  private static final int THREADS = 16;
  private static final int EACH = 40;

  /** What the file system hands out. */
  private static final int PAGE = 4096;

  /** More than an entry has. */
  private static final int LINE = 400;

  private AuditOnFullDisk() {}

  /** Argument: the disk. */
  public static void main(String[] arguments) throws IOException {
    Path disk = Path.of(arguments[0]);
    Path file = disk.resolve("audit.log");
    Path filling = disk.resolve("filling");
    try (FileAuditLog log = FileAuditLog.open(file, Clock.systemUTC())) {
      fill(filling);
      AtomicInteger refused = recordTogether(log);
      require(refused.get() > 0, "nothing was refused");
      require(
          log.trouble().filter(why -> why.contains("No space left")).isPresent(),
          "no trouble is told: " + log.trouble());
      Set<String> kept = places(file);
      require(kept.size() > 1, "there is only " + kept);
      long left = (PAGE - Files.size(file) % PAGE) % PAGE;
      require(left < LINE, "%d bytes are left, and were not used".formatted(left));
      Files.delete(filling);
      require(log.trouble().equals(Optional.empty()), "trouble stays: " + log.trouble());
      require(places(file).size() == THREADS * EACH, "lost: there are " + places(file).size());
      log.record(FileAuditLogTest.entry("deploy/after"));
      require(places(file).contains("deploy/after"), "nothing more is recorded");
    }
    System.out.println("well");
  }

  private static AtomicInteger recordTogether(FileAuditLog log) {
    AtomicInteger refused = new AtomicInteger();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < THREADS; thread++) {
        String name = "deploy/t" + thread + "/";
        pool.submit(() ->
            IntStream.range(0, EACH)
                .forEach(i -> {
                  try {
                    log.record(FileAuditLogTest.entry(name + i));
                  } catch (Failure full) {
                    refused.incrementAndGet();
                  }
                }));
      }
    }
    return refused;
  }

  /** All but a page or two. */
  private static void fill(Path filling) throws IOException {
    try (OutputStream out = Files.newOutputStream(filling)) {
      while (Files.getFileStore(filling).getUsableSpace() > 2 * PAGE) {
        out.write(new byte[PAGE]);
      }
    }
  }

  private static Set<String> places(Path file) {
    Set<String> places = ConcurrentHashMap.newKeySet();
    ChainedFile.check(file, (_, line) -> places.add(line.path("place").asText()));
    return places;
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
