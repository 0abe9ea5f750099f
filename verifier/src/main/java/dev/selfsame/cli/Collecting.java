package dev.selfsame.cli;

import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.upkeep.Collector;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Takes away what nobody needs, from time to time while a server runs. */
final class Collecting implements AutoCloseable {
  /** A server that is started often must collect some day too, but not while it starts. */
  private static final Duration FIRST = Duration.ofMinutes(10);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Collector collector;
  private final Duration grace;
  private final Console console;
  private final Thread thread;

  private Collecting(ServeSettings how, Collector collector, Console console) {
    this.collector = collector;
    this.grace = how.grace();
    this.console = console;
    this.thread = Thread.ofPlatform().daemon().name("gc").unstarted(() -> loop(how.collectEvery()));
  }

  static Collecting start(ServeSettings how, Collector collector, Console console) {
    Collecting started = new Collecting(how, collector, console);
    if (!how.collectEvery().isZero()) {
      started.thread.start();
    }
    return started;
  }

  private void loop(Duration every) {
    try {
      Duration pause = every.compareTo(FIRST) < 0 ? every : FIRST;
      while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        collect();
        pause = every;
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void collect() {
    try {
      Collector.Report report = collector.run(grace, _ -> {});
      if (report.bytes() > 0 || report.links().number() > 0) {
        console.message(
            "collected: %d links, %d blobs, %d uploads, %d bytes free"
                .formatted(
                    report.links().number(),
                    report.blobs().number(),
                    report.uploads().number(),
                    report.bytes()));
      }
    } catch (Failure e) {
      // The next time is soon enough; nothing was taken that is needed.
      console.failure(e);
    } catch (RuntimeException e) {
      console.failure(
          new Failure(ExitCode.BUG, "a bug in Selfsame, while collecting: " + e, "report it", e));
    }
  }

  /** Ends a run that is under way soon, and begins no other. */
  void stop() {
    closed.countDown();
    collector.stop();
  }

  @Override
  public void close() {
    stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
