package dev.selfsame.pins.fetch;

import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Fetches what the cache lacks, several at a time. Safe with many threads and processes on one
 * cache; a file is in {@code blobs} only once its SHA-256 was right.
 */
public final class Downloads implements AutoCloseable {
  private static final int AT_ONCE = 6;
  private static final Duration STALL = Duration.ofSeconds(60);

  /** Bytes a second: a mirror that sends less would hold a fetch for days. */
  private static final long SLOWEST = 1024;

  private final Path cacheFolder;
  private final StallGuard guard;
  private final ExecutorService workers;
  private final Set<String> unreachable = ConcurrentHashMap.newKeySet();

  /**
   * @param cacheFolder such as {@code ~/.cache/selfsame}
   */
  public Downloads(Path cacheFolder) {
    this(cacheFolder, STALL);
  }

  /**
   * @param stall how long an origin may send nothing, or next to nothing, before the next is tried
   */
  public Downloads(Path cacheFolder, Duration stall) {
    this.cacheFolder = cacheFolder;
    this.guard = new StallGuard(stall, SLOWEST);
    this.workers =
        Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().daemon().name("fetch-", 0).factory());
  }

  /** Where a blob stands once it is whole. */
  public Path placeOf(Digest digest) {
    return folderOf(digest).resolve(digest.hex());
  }

  private Path folderOf(Digest digest) {
    return cacheFolder.resolve("blobs").resolve(digest.algorithm().prefix());
  }

  /** Whether a blob is there, whole: one whose bytes were damaged since would never heal. */
  private boolean has(Wanted wanted) throws IOException {
    Path blob = placeOf(wanted.digest());
    try {
      return Files.size(blob) == wanted.size() && Digest.sha256(blob).equals(wanted.digest());
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Begins to fetch; the order of the calls is the order of the downloads.
   *
   * @param step is advanced by bytes, those that were in the cache already included
   */
  public CompletableFuture<Path> begin(Wanted wanted, Progress.Step step) {
    return CompletableFuture.supplyAsync(() -> provide(wanted, step), workers);
  }

  /**
   * Waits for a file that was begun; an interrupt ends the waiting, not the download.
   *
   * @throws Failure as {@link #provide}
   */
  public static Path await(CompletableFuture<Path> file) throws InterruptedException {
    try {
      return file.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException its -> throw its;
        case Error its -> throw its;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /**
   * Fetches where the cache lacks it, and says where it stands.
   *
   * @throws Failure (undecided) where no origin has the right bytes or the disk is full
   */
  public Path provide(Wanted wanted, Progress.Step step) {
    Path blob = placeOf(wanted.digest());
    try {
      if (!has(wanted)) {
        fill(wanted, step);
      } else {
        step.advance(wanted.size());
      }
      return blob;
    } catch (IOException e) {
      throw DiskTrouble.failure("keeping " + wanted.label(), cacheFolder, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("fetching %s was broken off".formatted(wanted.label()), "try again");
    }
  }

  private void fill(Wanted wanted, Progress.Step step) throws IOException, InterruptedException {
    try (Claim _ = claim(wanted, step)) {
      if (has(wanted)) {
        step.advance(wanted.size());
        return;
      }
      Files.deleteIfExists(placeOf(wanted.digest()));
      try (Partial partial = new Partial(cacheFolder.resolve("partial"), wanted.digest().hex())) {
        fetch(wanted, partial, step);
        partial.publish(folderOf(wanted.digest()), wanted.digest().hex());
      }
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
    guard.close();
  }

  private Claim claim(Wanted wanted, Progress.Step step) throws IOException, InterruptedException {
    return Claim.take(
        cacheFolder.resolve("locks"),
        "blob-" + wanted.digest().hex(),
        () -> step.now("waiting for another process"));
  }

  private void fetch(Wanted wanted, Partial partial, Progress.Step step)
      throws IOException, InterruptedException {
    List<String> reasons = new ArrayList<>();
    long counted = 0;
    for (Origin origin : reachableFirst(wanted.origins())) {
      // What is there may be of another origin with wrong bytes: then once more from the start.
      for (boolean resumed = true; resumed; ) {
        resumed = partial.length() > 0;
        Attempt attempt = attempt(wanted, partial, origin, step, counted);
        counted = attempt.counted();
        if (attempt.reason().isEmpty()) {
          return;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        resumed &= attempt.wrongBytes();
        if (!resumed) {
          reasons.add(origin.name() + ": " + attempt.reason());
        }
      }
    }
    String why = reasons.isEmpty() ? "no mirror is known" : String.join("; ", reasons);
    throw Failure.undecided(
        "could not fetch %s: %s".formatted(wanted.label(), why),
        "check the network, or name another place with --mirror URL");
  }

  /**
   * How one attempt ended.
   *
   * @param reason why it failed, empty where it did not
   * @param wrongBytes whether all came and its hash was wrong
   * @param counted bytes that the step has been told of
   */
  private record Attempt(String reason, boolean wrongBytes, long counted) {}

  private Attempt attempt(
      Wanted wanted, Partial partial, Origin origin, Progress.Step step, long counted)
      throws IOException, InterruptedException {
    MessageDigest hash = sha256();
    if (partial.length() > wanted.size()) {
      partial.truncate();
    }
    partial.hashInto(hash);
    long have = partial.length();
    if (have == wanted.size() && matches(hash, wanted.digest())) {
      step.advance(Math.max(0, have - counted));
      return new Attempt("", false, have);
    }
    if (have == wanted.size()) {
      partial.truncate();
      return new Attempt("wrong bytes", true, counted);
    }
    Origin.Answer answer;
    try {
      answer = origin.open(have);
    } catch (IOException e) {
      noteUnreachable(origin, e);
      return new Attempt(words(e), false, counted);
    }
    if (answer.from() != have) {
      partial.truncate();
      hash.reset();
    }
    step.now(wanted.label());
    return receive(wanted, partial, answer, hash, step, counted);
  }

  private Attempt receive(
      Wanted wanted,
      Partial partial,
      Origin.Answer answer,
      MessageDigest hash,
      Progress.Step step,
      long counted)
      throws IOException {
    byte[] buffer = new byte[1 << 16];
    long have = answer.from();
    try (InputStream body = answer.body();
        StallGuard.Watch watch = guard.watch(body)) {
      while (have <= wanted.size()) {
        int n;
        try {
          n = body.read(buffer);
        } catch (IOException e) {
          return new Attempt(watch.stalled() ? "it sends too little" : words(e), false, counted);
        }
        if (n < 0) {
          break;
        }
        watch.alive(n);
        hash.update(buffer, 0, n);
        partial.write(buffer, n);
        have += n;
        step.advance(Math.max(0, Math.min(have, wanted.size()) - Math.max(counted, have - n)));
        counted = Math.max(counted, Math.min(have, wanted.size()));
      }
      if (have < wanted.size()) {
        String reason = watch.stalled() ? "it sends too little" : "it ended early";
        return new Attempt(
            "%s (%d of %d bytes)".formatted(reason, have, wanted.size()), false, counted);
      }
    }
    if (have > wanted.size() || !matches(hash, wanted.digest())) {
      partial.truncate();
      return new Attempt("wrong bytes", true, counted);
    }
    return new Attempt("", false, counted);
  }

  private List<Origin> reachableFirst(List<Origin> origins) {
    return origins.stream()
        .sorted(Comparator.comparing((Origin o) -> unreachable.contains(o.name())))
        .toList();
  }

  private void noteUnreachable(Origin origin, IOException e) {
    if (e instanceof java.net.ConnectException
        || e instanceof java.net.http.HttpTimeoutException
        || e instanceof java.net.UnknownHostException) {
      unreachable.add(origin.name());
    }
  }

  /** Why something could not be fetched. */
  public static String words(IOException e) {
    if (e instanceof java.net.ConnectException) {
      return "cannot be reached";
    }
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private static boolean matches(MessageDigest hash, Digest digest) {
    return HexFormat.of().formatHex(hash.digest()).equals(digest.hex());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }
}
