package dev.selfsame.docker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Waits for a daemon for as long as it says something. The library's own time-outs do not hold on
 * Unix sockets, where most daemons listen.
 */
final class Patience {
  private final Duration most;
  private volatile long heard = System.nanoTime();

  /**
   * @param most how long it may be silent
   */
  Patience(Duration most) {
    this.most = most;
  }

  Duration most() {
    return most;
  }

  /** It was silent for too long. */
  static final class SilenceException extends InterruptedIOException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Does work that asks the daemon, on a thread of its own.
   *
   * @throws SilenceException where nothing is {@link #hearing heard} for too long
   * @throws InterruptedException where this thread is interrupted; the work is, too
   */
  <T> T of(Callable<T> work) throws Exception {
    heard = System.nanoTime();
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().name("engine").start(task);
    try {
      for (long left = left(); left > 0; left = left()) {
        try {
          return task.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          // Something may have been heard meanwhile.
        }
      }
      throw new SilenceException();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      task.cancel(true);
    }
  }

  private long left() {
    return heard + most.toNanos() - System.nanoTime();
  }

  /** A stream whose bytes count as something that was said. */
  InputStream hearing(InputStream in) {
    return new FilterInputStream(in) {
      @Override
      public int read() throws IOException {
        int read = super.read();
        heard = System.nanoTime();
        return read;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = super.read(bytes, offset, length);
        heard = System.nanoTime();
        return read;
      }
    };
  }
}
