package dev.selfsame.build.crates;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord.Crate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/** A sparse registry on loopback, filled by the test. */
public final class SparseRegistry implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, byte[]> crates = new ConcurrentHashMap<>();
  private final Map<String, Integer> failures = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> after = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private volatile String config = "{\"dl\": \"BASE/dl\"}";

  public SparseRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /** Its index. */
  public URI index() {
    return URI.create(base() + "/index/");
  }

  private String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Every path that was asked for. */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** Another config.json; {@code BASE} stands for the server. */
  public void config(String json) {
    config = json;
  }

  /** Answers the next {@code times} requests for the crate with 503. */
  public void fail(Crate crate, int times) {
    failures.put(path(crate), times);
  }

  /** Serves other bytes than those that the crate's checksum is of. */
  public void alter(Crate crate) {
    byte[] bytes = crates.get(path(crate)).clone();
    bytes[bytes.length - 1] ^= 1;
    crates.put(path(crate), bytes);
  }

  /**
   * Sends half of a crate and no more.
   *
   * @return comes to zero once somebody has been sent that half
   */
  public CountDownLatch hold(Crate crate) {
    return held.computeIfAbsent(path(crate), _ -> new CountDownLatch(1));
  }

  /** Answers requests for a crate only after this. */
  public void answerAfter(CountDownLatch latch, Crate crate) {
    after.put(path(crate), latch);
  }

  /** Packs files as a crate and serves it. */
  public Crate add(String name, String version, Map<String, String> files) {
    byte[] bytes = pack(name, version, files);
    Crate crate = new Crate(name, version, Digest.sha256(bytes));
    crates.put(path(crate), bytes);
    String line =
        "{\"name\":\"%s\",\"vers\":\"%s\",\"deps\":[],\"features\":{},\"cksum\":\"%s\",\"yanked\":false}\n"
            .formatted(name, version, crate.checksum().hex());
    crates.merge(
        "/index/" + LocalRegistry.indexPath(name),
        line.getBytes(StandardCharsets.UTF_8),
        (before, more) ->
            ByteBuffer.allocate(before.length + more.length).put(before).put(more).array());
    return crate;
  }

  /** A library crate with one function. */
  public Crate addLibrary(String name, String version, String source) {
    String manifest =
        """
        [package]
        name = "%s"
        version = "%s"
        edition = "2021"
        """
            .formatted(name, version);
    return add(name, version, Map.of("Cargo.toml", manifest, "src/lib.rs", source));
  }

  private static String path(Crate crate) {
    return "/dl/%s/%s/download".formatted(crate.name(), crate.version());
  }

  private static byte[] pack(String name, String version, Map<String, String> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (Map.Entry<String, String> file : new TreeMap<>(files).entrySet()) {
        byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry =
            new TarArchiveEntry("%s-%s/%s".formatted(name, version, file.getKey()));
        entry.setSize(content.length);
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    asked.add(path);
    byte[] body = crates.get(path);
    if (path.equals("/index/config.json")) {
      body = config.replace("BASE", base()).getBytes(StandardCharsets.UTF_8);
    }
    int left = failures.getOrDefault(path, 0);
    int status = left > 0 ? 503 : body == null ? 404 : 200;
    failures.put(path, left - 1);
    try (exchange) {
      await(after.get(path));
      if (status == 200) {
        exchange.sendResponseHeaders(200, body.length);
        CountDownLatch half = held.get(path);
        if (half != null) {
          exchange.getResponseBody().write(body, 0, body.length / 2);
          exchange.getResponseBody().flush();
          half.countDown();
          await(closed);
        }
        exchange.getResponseBody().write(body);
      } else {
        exchange.sendResponseHeaders(status, -1);
      }
    }
  }

  private static void await(@Nullable CountDownLatch latch) throws IOException {
    try {
      if (latch != null) {
        latch.await();
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }
}
