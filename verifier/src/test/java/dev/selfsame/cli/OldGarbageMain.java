package dev.selfsame.cli;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Leaves a lot behind that has lived for a while, as a server's pages and answers do, and prints
 * how many MB of the heap are old then: with {@code watched}, when they have become few.
 */
final class OldGarbageMain {
  /** In MB; what is still needed and as much again as may grow are less. */
  static final int FEW = 150;

  private static final int PIECE = 64 << 10;

  /** More than fit with the young that outlive a collection. */
  private static final int NEEDED = 480;

  private static final int ALL = 6400;
  private static final long PATIENCE = Duration.ofSeconds(60).toNanos();

  private OldGarbageMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    MemoryPoolMXBean old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals("Tenured Gen"))
            .findFirst()
            .orElseThrow();
    boolean watched = arguments[0].equals("watched");
    SmallHeap heap = SmallHeap.start(watched ? Duration.ofMillis(20) : Duration.ofDays(1));
    Deque<byte[]> needed = new ArrayDeque<>();
    for (int i = 0; i < ALL; i++) {
      needed.add(new byte[PIECE]);
      if (needed.size() > NEEDED) {
        needed.remove();
      }
    }
    CountDownLatch never = new CountDownLatch(1);
    long begun = System.nanoTime();
    while (watched && megabytes(old) > FEW && System.nanoTime() - begun < PATIENCE) {
      var _ = never.await(20, TimeUnit.MILLISECONDS);
    }
    System.out.println(megabytes(old) + " " + needed.size());
    heap.close();
  }

  private static long megabytes(MemoryPoolMXBean pool) {
    return pool.getUsage().getUsed() >> 20;
  }
}
