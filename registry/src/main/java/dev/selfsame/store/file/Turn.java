package dev.selfsame.store.file;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A thread's turn at a file that processes lock. A process loses all its locks of a file when any
 * of its descriptors of that file is closed (POSIX, fcntl), so that a thread which waited in vain
 * would end the lock of the one that works: no thread opens such a file before it is its turn.
 */
final class Turn implements AutoCloseable {
  /** Of the process, as its locks are. */
  private static final ConcurrentMap<Path, Semaphore> FILES = new ConcurrentHashMap<>();

  private final Semaphore file;

  private Turn(Semaphore file) {
    this.file = file;
  }

  /** Takes a turn; empty where another thread has it for longer than the patience. */
  static Optional<Turn> take(Path file, Duration patience) throws IOException {
    Semaphore one = FILES.computeIfAbsent(real(file), _ -> new Semaphore(1, true));
    try {
      return one.tryAcquire(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS)
          ? Optional.of(new Turn(one))
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Whichever way its folder is named. */
  private static Path real(Path file) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    return folder.toRealPath().resolve(Objects.requireNonNull(file.getFileName()));
  }

  @Override
  public void close() {
    file.release();
  }
}
