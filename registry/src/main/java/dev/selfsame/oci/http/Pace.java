package dev.selfsame.oci.http;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends connections of clients that are too slow, on purpose or not: each holds memory and one of
 * the connections that there may be. A body has to go on at a least rate, measured over a while;
 * headers have to be whole within that while.
 *
 * <p>A thread that waits for its client is interrupted, which closes the connection. It is never
 * interrupted in anything else: the files that it works on would be closed too.
 */
final class Pace implements Http1ConnectionListener, AutoCloseable {
  private static final long LOOK_MILLIS = 500;

  private final long leastPerSecond;
  private final Duration window;
  private final Set<Step> steps = ConcurrentHashMap.newKeySet();
  private final Map<Thread, Step> headers = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  /**
   * @param leastPerSecond bytes; 0 for no limit
   * @param window over how long it is measured, and how long headers may take
   */
  Pace(long leastPerSecond, Duration window) {
    this.leastPerSecond = leastPerSecond;
    this.window = window;
    if (leastPerSecond > 0) {
      Thread.ofVirtual().name("pace").start(this::watch);
    }
  }

  /** One thread at work for a client. */
  static final class Step {
    private final Thread thread = Thread.currentThread();
    private boolean waiting;
    private boolean cut;
    private long bytes;
    private long since = System.nanoTime();

    synchronized void enter() {
      waiting = true;
    }

    synchronized void leave(long count) throws TooSlowException {
      bytes += Math.max(0, count);
      if (end()) {
        throw new TooSlowException();
      }
    }

    /** Ends the waiting; whether it was cut short. */
    synchronized boolean end() {
      waiting = false;
      if (cut) {
        // Or the next file that this thread works on is closed.
        Thread.interrupted();
      }
      return cut;
    }

    synchronized void look(long now, long windowNanos, long leastPerSecond) {
      if (now - since < windowNanos) {
        return;
      }
      if (bytes < leastPerSecond * (now - since) / 1_000_000_000L) {
        if (waiting && !cut) {
          cut = true;
          thread.interrupt();
        }
        return;
      }
      bytes = 0;
      since = now;
    }
  }

  /** A client that was too slow; its connection is closed. */
  static final class TooSlowException extends IOException {
    private static final long serialVersionUID = 1L;

    TooSlowException() {
      super("the client is too slow");
    }
  }

  private void watch() {
    try {
      while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        long now = System.nanoTime();
        // Of headers that were malformed nobody says that they have ended.
        headers.keySet().removeIf(thread -> !thread.isAlive());
        headers.values().forEach(step -> step.look(now, window.toNanos(), leastPerSecond));
        steps.forEach(step -> step.look(now, window.toNanos(), leastPerSecond));
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** A request's line has come: its headers have to follow. */
  @Override
  public void prologue(ConnectionContext context, HttpPrologue prologue) {
    if (leastPerSecond > 0) {
      Step step = new Step();
      step.enter();
      headers.put(Thread.currentThread(), step);
    }
  }

  @Override
  public void headers(ConnectionContext context, Headers all) {
    Step step = headers.remove(Thread.currentThread());
    if (step != null) {
      try {
        step.leave(0);
      } catch (TooSlowException e) {
        throw new CloseConnectionException("headers came too slowly", e);
      }
    }
    Wire.begun();
  }

  /** Sends a whole answer, which has to be taken in time. */
  void during(Runnable sending) {
    if (leastPerSecond == 0) {
      sending.run();
      return;
    }
    Step step = begun();
    step.enter();
    boolean cut = false;
    try {
      sending.run();
    } finally {
      steps.remove(step);
      cut = step.end();
    }
    if (cut) {
      throw new CloseConnectionException("the client is too slow");
    }
  }

  /**
   * A body that has to arrive in time. Its end is only noted: Helidon's own would wait for another
   * piece of it, and nobody would watch.
   */
  InputStream of(InputStream body) {
    Step step = leastPerSecond == 0 ? new Step() : begun();
    return new FilterInputStream(body) {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int from, int count) throws IOException {
        int read = 0;
        step.enter();
        try {
          read = in.read(bytes, from, count);
          Wire.taken();
          return read;
        } finally {
          step.leave(read);
        }
      }

      @Override
      public void close() {
        steps.remove(step);
      }
    };
  }

  /**
   * A body that has to be taken in time.
   *
   * @param socket to which it is written as it is, or null
   */
  OutputStream of(OutputStream body, @Nullable SocketChannel socket) {
    Step step = leastPerSecond == 0 ? new Step() : begun();
    return new PacedOutput(body, step, socket, () -> steps.remove(step));
  }

  private Step begun() {
    Step step = new Step();
    steps.add(step);
    return step;
  }

  /** How many clients are being served with bodies or headers. */
  int underWay() {
    return steps.size() + headers.size();
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
