package dev.selfsame.pins.fetch;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ends transfers in which nothing arrives any more, or next to nothing: the HTTP client's bodies
 * know no time-out.
 */
public final class StallGuard implements AutoCloseable {
  private final long limitNanos;
  private final long least;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final ScheduledExecutorService clock;

  /**
   * @param limit how long nothing may arrive
   */
  public StallGuard(Duration limit) {
    this(limit, 0);
  }

  /**
   * @param limit how long nothing may arrive
   * @param rate bytes a second that have to arrive, as a mean over each such time
   */
  public StallGuard(Duration limit, long rate) {
    this.limitNanos = limit.toNanos();
    this.least = rate * limit.toMillis() / 1000;
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("fetch-stall").factory());
    long period = Math.max(20, limit.toMillis() / 10);
    var _ = clock.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
  }

  /** Watches a transfer until it is closed. */
  public Watch watch(InputStream body) {
    Watch watch = new Watch(body);
    watches.add(watch);
    return watch;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  private void look() {
    long now = System.nanoTime();
    watches.forEach(watch -> watch.endIfStalled(now));
  }

  /** One transfer. */
  public final class Watch implements AutoCloseable {
    private final InputStream body;
    private final AtomicLong arrived = new AtomicLong();
    private volatile long last = System.nanoTime();
    private long since = last;
    private volatile boolean stalled;

    private Watch(InputStream body) {
      this.body = body;
    }

    /** So many bytes have arrived. */
    public void alive(long bytes) {
      arrived.addAndGet(bytes);
      last = System.nanoTime();
    }

    /** Whether it was ended. */
    public boolean stalled() {
      return stalled;
    }

    private void endIfStalled(long now) {
      boolean over = now - since > limitNanos;
      boolean slow = over && arrived.getAndSet(0) < least;
      if (over) {
        since = now;
      }
      if ((slow || now - last > limitNanos) && !stalled) {
        stalled = true;
        try {
          body.close();
        } catch (IOException e) {
          // The reader sees the end either way.
          stalled = true;
        }
      }
    }

    @Override
    public void close() {
      watches.remove(this);
    }
  }
}
