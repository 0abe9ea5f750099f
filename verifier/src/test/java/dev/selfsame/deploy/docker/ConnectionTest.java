package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.selfsame.deploy.Secrets;
import dev.selfsame.docker.Daemon;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an engine is asked about itself. */
class ConnectionTest {
  private final AtomicInteger asked = new AtomicInteger();
  private volatile int status = 200;
  private HttpServer engine;

  @BeforeEach
  void serve() throws IOException {
    engine = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    engine.createContext(
        "/",
        exchange -> {
          int now = asked.incrementAndGet();
          byte[] said =
              """
              {"Version": "5.4.%d", "Arch": "amd64", "message": "busy"}\
              """
                  .formatted(now)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/json");
          exchange.sendResponseHeaders(status, said.length);
          exchange.getResponseBody().write(said);
          exchange.close();
        });
    engine.start();
  }

  @AfterEach
  void end() {
    engine.stop(0);
  }

  private Connection open() {
    String address = "tcp://127.0.0.1:" + engine.getAddress().getPort();
    return Connection.open(
        Daemon.podman(Map.of("CONTAINER_HOST", address)), Duration.ofSeconds(60), Secrets.none());
  }

  @Test
  void what_an_engine_says_of_itself_is_asked_once_a_connection() throws Exception {
    try (Connection connection = open()) {
      assertEquals("amd64", connection.architecture());
      assertEquals("podman 5.4.1", connection.version());
      assertEquals("podman 5.4.1", connection.version());
      assertEquals(1, asked.get());
    }
    try (Connection another = open()) {
      assertEquals("podman 5.4.2", another.version());
    }
  }

  @Test
  void what_it_does_not_say_is_asked_again() throws Exception {
    try (Connection connection = open()) {
      status = 500;
      Failure failure = assertThrows(Failure.class, connection::architecture);
      assertEquals(ExitCode.UNDECIDED, failure.code());
      String message = String.valueOf(failure.getMessage());
      assertTrue(message.startsWith("podman does not say what machine it is on: "), message);
      int before = asked.get();
      status = 200;
      assertEquals("podman 5.4." + (before + 1), connection.version());
    }
  }
}
