package dev.selfsame.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps the heap of a server small. The serial collector looks at what is old only when that has
 * filled all the memory there may be, a quarter of the machine's, and whatever outlives a
 * collection of the young is old from then on: a server would grow by what its requests leave
 * behind, whether or not anything needs it. So what is old is looked at once it has grown by a
 * little, and where much is needed by half of that: to look at it takes the longer the more is
 * needed. What is needed may still take all the memory there may be.
 */
final class SmallHeap implements AutoCloseable {
  private static final String OLD = "Tenured Gen";

  /** How much may at least become old before it is looked at. */
  private static final long LEAST_GROWTH = 64L << 20;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Duration look;

  private SmallHeap(Duration look) {
    this.look = look;
  }

  static SmallHeap start() {
    return start(Duration.ofSeconds(1));
  }

  /**
   * One that looks in its own time.
   *
   * @param look how often
   */
  static SmallHeap start(Duration look) {
    SmallHeap started = new SmallHeap(look);
    Thread.ofPlatform().daemon().name("heap").start(started::watch);
    return started;
  }

  private void watch() {
    try {
      // The beans cost something, and not while a server starts.
      if (closed.await(look.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      Optional<MemoryPoolMXBean> old = old();
      if (old.isPresent()) {
        watch(old.get());
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch(MemoryPoolMXBean old) throws InterruptedException {
    long growth = LEAST_GROWTH;
    long most = old.getUsage().getUsed() + growth;
    while (!closed.await(look.toMillis(), TimeUnit.MILLISECONDS)) {
      long used = old.getUsage().getUsed();
      if (used > most) {
        ManagementFactory.getMemoryMXBean().gc();
        used = old.getUsage().getUsed();
        growth = Math.max(LEAST_GROWTH, used / 2);
        most = used + growth;
      }
      // Less than before where the collector has looked at it by itself.
      most = Math.min(most, used + growth);
    }
  }

  /** Of the serial collector; others have ways of their own. */
  private static Optional<MemoryPoolMXBean> old() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getName().equals(OLD))
        .findFirst();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
