package dev.selfsame.store;

import dev.selfsame.digest.Digest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * {@link Repositories#keeping} and {@link Repositories#removing} for a store that one process alone
 * writes to. Different blobs may share a lock.
 */
public final class BlobLocks {
  private static final int STRIPES = 256;

  private final List<ReentrantReadWriteLock> locks =
      Stream.generate(ReentrantReadWriteLock::new).limit(STRIPES).toList();

  /** See {@link Repositories#keeping}. */
  public <T> T keeping(Digest blob, Supplier<T> work) {
    return within(of(blob).readLock(), work);
  }

  /** See {@link Repositories#removing}. */
  public <T> T removing(Digest blob, Supplier<T> work) {
    return within(of(blob).writeLock(), work);
  }

  /** See {@link Repositories#removingSoon}. */
  public <T> Optional<T> removingSoon(Digest blob, Supplier<T> work) {
    Lock lock = of(blob).writeLock();
    boolean taken = false;
    try {
      taken = lock.tryLock(Repositories.SOON.toNanos(), TimeUnit.NANOSECONDS);
      return taken ? Optional.of(work.get()) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      if (taken) {
        lock.unlock();
      }
    }
  }

  private ReentrantReadWriteLock of(Digest blob) {
    return locks.get(Math.floorMod(blob.hashCode(), STRIPES));
  }

  private static <T> T within(Lock lock, Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }
}
