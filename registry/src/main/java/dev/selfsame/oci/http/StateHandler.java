package dev.selfsame.oci.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /health}: the process answers. {@code /ready}: everything that it needs for its work is
 * there, else 503 with what is missing; also while it is being stopped. {@code /metrics}: see
 * {@link Metrics}.
 */
final class StateHandler {
  private static final long EVERY_NANOS = 1_000_000_000;

  private final Map<String, Supplier<Optional<String>>> checks;
  private final Metrics metrics;
  private volatile boolean stopping;
  private @Nullable Map<String, String> last;
  private long lastAt;

  /**
   * @param checks what has to be well, by name, and what is the matter with it
   */
  StateHandler(Map<String, Supplier<Optional<String>>> checks, Metrics metrics) {
    this.checks = new TreeMap<>(checks);
    this.metrics = metrics;
  }

  static boolean isOne(String path) {
    return path.equals("/health") || path.equals("/ready") || path.equals("/metrics");
  }

  void stop() {
    stopping = true;
  }

  /**
   * Answers; whether the caller may see it was asked before.
   *
   * @param trusted whether the caller is told what is the matter, and not only with what
   */
  void handle(Exchange exchange, boolean trusted) throws IOException {
    if (!exchange.method().equals("GET") && !exchange.isHead()) {
      throw OciHandler.unsupported(exchange);
    }
    switch (exchange.path()) {
      case "/health" -> exchange.send(200, "application/json", OciHandler.bytes("{\"up\":true}"));
      case "/ready" -> ready(exchange, trusted);
      default -> exchange.send(200, Metrics.CONTENT_TYPE, metrics.text());
    }
  }

  private void ready(Exchange exchange, boolean trusted) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode wrong = JsonNodeFactory.instance.objectNode();
    if (stopping) {
      wrong.put("server", "it is being stopped");
    }
    looked().forEach((name, why) -> wrong.put(name, trusted ? why : "it is not well"));
    root.put("ready", wrong.isEmpty());
    if (!wrong.isEmpty()) {
      root.set("wrong", wrong);
    }
    exchange.send(
        wrong.isEmpty() ? 200 : 503, "application/json", OciHandler.bytes(root.toString()));
  }

  /** What is the matter, looked at once a second at most: anybody may ask. */
  private synchronized Map<String, String> looked() {
    long now = System.nanoTime();
    if (last == null || now - lastAt > EVERY_NANOS) {
      Map<String, String> found = new TreeMap<>();
      checks.forEach((name, check) -> check.get().ifPresent(why -> found.put(name, why)));
      last = found;
      lastAt = now;
    }
    return last;
  }
}
