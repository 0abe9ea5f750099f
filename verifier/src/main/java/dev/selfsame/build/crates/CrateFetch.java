package dev.selfsame.build.crates;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord.Crate;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.fetch.DiskTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Provides locked crates from the cache, and fetches those that it lacks. The cache holds {@code
 * SHA256.crate} and its index line {@code SHA256.json}. A file is hashed each time it is used; one
 * with wrong bytes is removed and fetched anew. Safe with many processes on one cache.
 */
public final class CrateFetch {
  private static final int AT_ONCE = 8;

  /** What is not whole after so long, a killed process has left. */
  private static final Duration LONGEST = Duration.ofDays(1);

  private static final String FETCHED = ".fetch-";
  private static final String LINE = ".line-";
  private static final String TEMPORARY = ".tmp";

  private final Path cache;
  private final CrateOrigin origin;
  private final Progress progress;

  /**
   * @param cache folder of the crate files, such as {@code ~/.cache/selfsame/crates}
   */
  public CrateFetch(Path cache, CrateOrigin origin, Progress progress) {
    this.cache = cache;
    this.origin = origin;
    this.progress = progress;
  }

  /**
   * Every crate on the disk, in the order given.
   *
   * @throws Failure (undecided) where a crate cannot be had, (bad evidence) where the mirror's
   *     bytes are not those that Cargo.lock names
   * @throws InterruptedException when the calling thread was interrupted; what was whole is kept
   */
  public List<LocalRegistry.Provided> provide(List<Crate> crates) throws InterruptedException {
    ExecutorService workers =
        Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().daemon().name("crates-", 0).factory());
    try (Progress.Step step =
        progress.begin("fetching crates", crates.size(), Progress.Unit.ITEMS)) {
      Files.createDirectories(cache);
      discardLeft();
      List<Future<LocalRegistry.Provided>> futures = new ArrayList<>();
      for (Crate crate : crates) {
        futures.add(
            workers.submit(() -> {
              LocalRegistry.Provided provided = provide(crate, step);
              step.advance(1);
              return provided;
            }));
      }
      List<LocalRegistry.Provided> all = new ArrayList<>();
      for (Future<LocalRegistry.Provided> future : futures) {
        all.add(get(future));
      }
      return all;
    } catch (IOException e) {
      throw DiskTrouble.failure("keeping crates", cache, e);
    } finally {
      end(workers);
    }
  }

  private void discardLeft() throws IOException {
    Instant before = Instant.now().minus(LONGEST);
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(cache, "{" + FETCHED + "," + LINE + "}*" + TEMPORARY)) {
      for (Path file : left) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException e) {
      // Another process removes it just now.
    }
  }

  /** Waits for the workers, each of which removes what it has not finished. */
  private static void end(ExecutorService workers) {
    workers.shutdownNow();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = workers.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static <T> T get(Future<T> future) throws InterruptedException, IOException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case Failure failure -> throw failure;
        case IOException io -> throw io;
        case RuntimeException bug -> throw bug;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  private LocalRegistry.Provided provide(Crate crate, Progress.Step step)
      throws IOException, InterruptedException {
    Path file = cache.resolve(crate.checksum().hex() + ".crate");
    if (!isWhole(file, crate)) {
      step.now(crate.name() + " " + crate.version());
      Path temporary = Files.createTempFile(cache, FETCHED, TEMPORARY);
      try {
        Digest found = origin.fetch(crate, temporary);
        if (!found.equals(crate.checksum())) {
          throw Failure.badEvidence(
              "crate %s %s has SHA-256 %s, but Cargo.lock says %s"
                  .formatted(crate.name(), crate.version(), found.hex(), crate.checksum().hex()),
              "the mirror or the lock was tampered with: compare with crates.io before building");
        }
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    }
    return new LocalRegistry.Provided(crate, file, indexLine(crate, file));
  }

  private static boolean isWhole(Path file, Crate crate) throws IOException {
    try {
      if (Digest.sha256(file).equals(crate.checksum())) {
        return true;
      }
      Files.deleteIfExists(file);
      return false;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private String indexLine(Crate crate, Path file) throws IOException {
    Path kept = cache.resolve(crate.checksum().hex() + ".json");
    try {
      String line = Files.readString(kept, StandardCharsets.UTF_8);
      if (line.contains(crate.checksum().hex()) && line.endsWith("}\n")) {
        return line.strip();
      }
    } catch (NoSuchFileException e) {
      // It is made below.
    }
    String line;
    try {
      line = CrateManifest.indexLine(crate, file);
    } catch (IOException e) {
      throw Failure.undecided(
          "crate %s %s cannot be read: %s".formatted(crate.name(), crate.version(), e.getMessage()),
          "take another version of it",
          e);
    }
    Path temporary = Files.createTempFile(cache, LINE, TEMPORARY);
    try {
      Files.writeString(temporary, line + "\n", StandardCharsets.UTF_8);
      Files.move(
          temporary, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    return line;
  }
}
