package dev.selfsame.cli;

import dev.selfsame.oci.http.Room;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.upkeep.Collector;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Takes away what nobody needs, from time to time while a server runs. */
final class Collecting implements AutoCloseable {
  /** A server that is started often must collect some day too, but not while it starts. */
  private static final Duration FIRST = Duration.ofMinutes(10);

  /** How often the disk is looked at, and how often it is collected at most while it is full. */
  private static final Duration LOOK = Duration.ofMinutes(1);

  private static final Duration WHILE_FULL = Duration.ofMinutes(10);

  /** An upload to which nothing was added for so long goes from a full disk. */
  private static final Duration IDLE = Duration.ofMinutes(10);

  /** One request to a bucket that hangs must not keep the process. */
  private static final Duration LONGEST_END = Duration.ofSeconds(30);

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Collector collector;
  private final Duration grace;
  private final Room room;
  private final Console console;
  private final Thread thread;

  private Collecting(ServeSettings how, Collector collector, Room room, Console console) {
    this.collector = collector;
    this.grace = how.grace();
    this.room = room;
    this.console = console;
    this.thread = Thread.ofPlatform().daemon().name("gc").unstarted(() -> loop(how.collectEvery()));
  }

  static Collecting start(ServeSettings how, Collector collector, Room room, Console console) {
    Collecting started = new Collecting(how, collector, room, console);
    if (!how.collectEvery().isZero()) {
      started.thread.start();
    }
    return started;
  }

  private void loop(Duration every) {
    try {
      Duration pause = every.compareTo(FIRST) < 0 ? every : FIRST;
      long last = System.nanoTime();
      while (!closed.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        // Where blobs are in a bucket, taking uploads away there makes no room here.
        boolean full = room.holdsBlobs() && room.isLow();
        if (full) {
          carryOut(() -> collector.clear(IDLE, _ -> {}));
        }
        Duration since = Duration.ofNanos(System.nanoTime() - last);
        if (since.compareTo(full && WHILE_FULL.compareTo(pause) < 0 ? WHILE_FULL : pause) >= 0) {
          carryOut(() -> collector.run(grace, _ -> {}));
          last = System.nanoTime();
          pause = every;
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void carryOut(Supplier<Collector.Report> work) {
    try {
      Collector.Report report = work.get();
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
      thread.join(LONGEST_END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
