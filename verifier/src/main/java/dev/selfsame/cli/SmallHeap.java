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
 * little. What is needed may still take all the memory there may be.
 */
final class SmallHeap implements AutoCloseable {
  private static final String OLD = "Tenured Gen";

  /** How much may become old before it is looked at. */
  private static final long GROWTH = 64L << 20;

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
      long most = old.isPresent() ? old.get().getUsage().getUsed() + GROWTH : 0;
      while (old.isPresent() && !closed.await(look.toMillis(), TimeUnit.MILLISECONDS)) {
        if (old.get().getUsage().getUsed() > most) {
          ManagementFactory.getMemoryMXBean().gc();
          most = old.get().getUsage().getUsed() + GROWTH;
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
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
