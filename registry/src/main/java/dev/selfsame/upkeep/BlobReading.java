package dev.selfsame.upkeep;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.store.Blob;
import dev.selfsame.store.Blobs;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/** Reads every blob, and puts aside what has not the bytes of its digest. */
final class BlobReading {
  private static final int THREADS = 2;

  private final Examined parts;
  private final Blobs blobs;
  private final Progress progress;
  private long number;
  private long bytes;

  BlobReading(Examined parts, Progress progress) {
    this.parts = parts;
    this.blobs = parts.registry().blobs();
    this.progress = progress;
  }

  /** How many there were. */
  long number() {
    return number;
  }

  /** How many bytes they had. */
  long bytes() {
    return bytes;
  }

  /** What does not fit, sorted. */
  List<Finding> run(boolean repair) {
    List<Blob> all = parts.blobs().blobs();
    number = all.size();
    bytes = all.stream().mapToLong(Blob::size).sum();
    ConcurrentLinkedQueue<Blob> open = new ConcurrentLinkedQueue<>(all);
    ConcurrentLinkedQueue<Finding> bad = new ConcurrentLinkedQueue<>();
    try (Progress.Step step =
            progress.begin("reading %d blobs".formatted(number), bytes, Progress.Unit.BYTES);
        ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        readers.add(
            pool.submit(() -> {
              for (Blob blob = open.poll(); blob != null; blob = open.poll()) {
                look(blob, repair).ifPresent(bad::add);
                step.advance(blob.size());
              }
            }));
      }
      readers.forEach(BlobReading::await);
    }
    return bad.stream().sorted(Comparator.comparing(Finding::what)).toList();
  }

  private Optional<Finding> look(Blob blob, boolean repair) {
    Optional<Finding> altered = read(blob);
    if (altered.isEmpty() || !repair) {
      return altered;
    }
    AtomicReference<Optional<Finding>> told = new AtomicReference<>(altered);
    parts
        .alone()
        .during(
            blob.digest(),
            () ->
                // Somebody may have put it again since.
                told.set(
                    read(blob)
                        .map(finding ->
                            finding.repaired("moved to " + parts.blobs().setAside(blob)))));
    return told.get();
  }

  private Optional<Finding> read(Blob blob) {
    try {
      blobs.copy(blob.digest(), OutputStream.nullOutputStream());
      return Optional.empty();
    } catch (Failure e) {
      if (e.code() != ExitCode.BAD_EVIDENCE) {
        throw e;
      }
      // A server may have collected it since it was listed.
      return blobs.size(blob.digest()).isEmpty()
          ? Optional.empty()
          : Optional.of(Finding.of(Finding.Kind.ALTERED_BLOB, String.valueOf(e.getMessage())));
    }
  }

  private static void await(Future<?> reader) {
    try {
      reader.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Failure failure ? failure : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.undecided("interrupted", "run the command again", e);
    }
  }
}
