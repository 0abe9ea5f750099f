package dev.selfsame.pins.fetch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A loopback mirror that can be told to misbehave. */
public final class Shelf implements AutoCloseable {
  /** How it answers. */
  public enum Manner {
    HONEST,
    WRONG_BYTES,
    CUT_SHORT,
    STALLS,
    NO_RANGES,
    TOO_LONG,
    MISSING,
    /** Sends 64 KiB, and from then on a byte now and then. */
    DRIPS,
    /** Sends 64 KiB, waits until {@link #release}, and sends the rest, where there is one. */
    PAUSES
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final java.util.concurrent.CountDownLatch released =
      new java.util.concurrent.CountDownLatch(1);
  private final Semaphore pauses = new Semaphore(0);
  private final Manner manner;

  public Shelf(Manner manner) throws IOException {
    this.manner = manner;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  public URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public void put(String path, byte[] content) {
    files.put(path, content);
  }

  /** Each request as {@code PATH RANGE}. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  public void release() {
    released.countDown();
  }

  public void awaitPause() throws InterruptedException {
    awaitPauses(1);
  }

  /** Waits until so many answers pause at the same time; before {@link #release}. */
  public void awaitPauses(int count) throws InterruptedException {
    if (!pauses.tryAcquire(count, 2, TimeUnit.MINUTES)) {
      throw new AssertionError("%d answers at once never came: %s".formatted(count, requests));
    }
    pauses.release(count);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      String path = exchange.getRequestURI().getPath();
      requests.add(path + " " + (range == null ? "" : range));
      byte[] content = files.get(path);
      if (content == null || manner == Manner.MISSING) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      send(exchange, content.clone(), range);
    }
  }

  private void send(HttpExchange exchange, byte[] content, String range) throws IOException {
    int from = 0;
    if (range != null && manner != Manner.NO_RANGES) {
      from = Integer.parseInt(range.replaceAll("[^0-9]", ""));
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(from, content.length - 1, content.length));
    }
    if (manner == Manner.WRONG_BYTES) {
      content[content.length - 1] ^= 1;
    }
    int status = from > 0 ? 206 : 200;
    long declared = content.length - from + (manner == Manner.TOO_LONG ? 1000 : 0);
    exchange.sendResponseHeaders(status, declared);
    OutputStream out = exchange.getResponseBody();
    int first = Math.min(content.length - from, 1 << 16);
    out.write(content, from, manner == Manner.CUT_SHORT ? first / 2 : first);
    out.flush();
    switch (manner) {
      case CUT_SHORT -> throw new IOException("cut short on purpose");
      case DRIPS -> drip(out);
      case STALLS -> pause();
      case PAUSES -> {
        if (from + first < content.length) {
          pause();
        }
      }
      default -> {}
    }
    out.write(content, from + first, content.length - from - first);
    if (manner == Manner.TOO_LONG) {
      out.write(new byte[1000]);
    }
  }

  private void drip(OutputStream out) throws IOException {
    try {
      while (!released.await(20, TimeUnit.MILLISECONDS)) {
        out.write(0);
        out.flush();
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void pause() throws IOException {
    pauses.release();
    try {
      released.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
