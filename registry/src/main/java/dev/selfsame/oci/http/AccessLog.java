package dev.selfsame.oci.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.selfsame.outcome.Failure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Requests, a JSON line each, for whoever looks at traffic. Lines are written together each second;
 * what must not be lost is in the audit log.
 */
public final class AccessLog implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final BufferedWriter out;
  private final CountDownLatch closed = new CountDownLatch(1);

  private AccessLog(BufferedWriter out) {
    this.out = out;
  }

  /**
   * Opens a file, to which lines are added.
   *
   * @throws Failure exit 3 where it cannot be written
   */
  public static AccessLog to(Path file) {
    try {
      AccessLog log =
          new AccessLog(
              new BufferedWriter(
                  Files.newBufferedWriter(
                      file,
                      StandardCharsets.UTF_8,
                      StandardOpenOption.CREATE,
                      StandardOpenOption.APPEND),
                  BUFFER));
      Thread.ofVirtual().name("access-log").start(log::flush);
      return log;
    } catch (IOException e) {
      throw Failure.undecided(
          "cannot write the access log %s: %s".formatted(file, e.getMessage()),
          "check its folder and permissions",
          e);
    }
  }

  /**
   * A request that was answered.
   *
   * @param at when it came, ISO 8601
   * @param address where from
   * @param user who, empty where nobody said
   * @param status of the answer
   * @param bytes of the answer's body
   * @param micros how long it took
   */
  record Line(
      String at,
      String address,
      String user,
      String method,
      String path,
      int status,
      long bytes,
      long micros,
      String agent) {
    String json() {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("at", at).put("address", address).put("user", user);
      node.put("method", method).put("path", path).put("status", status);
      node.put("bytes", bytes).put("micros", micros).put("agent", agent);
      return node.toString();
    }
  }

  void write(Line line) {
    String json = line.json();
    try {
      synchronized (out) {
        out.write(json);
        out.write('\n');
      }
    } catch (IOException full) {
      // Traffic goes on; the audit log is the one that must not miss anything.
      return;
    }
  }

  private void flush() {
    try {
      while (!closed.await(1, TimeUnit.SECONDS)) {
        flushOnce();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void flushOnce() {
    try {
      synchronized (out) {
        out.flush();
      }
    } catch (IOException full) {
      return; // In a second there may be room.
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      synchronized (out) {
        out.close();
      }
    } catch (IOException full) {
      return;
    }
  }
}
