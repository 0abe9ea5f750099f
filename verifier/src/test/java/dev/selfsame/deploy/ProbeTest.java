package dev.selfsame.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Questions of health to servers on this machine. */
class ProbeTest {
  @Test
  void a_body_that_never_ends_is_not_waited_for() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      server.setExecutor(threads);
      server.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            try {
              asked.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
      server.start();
      Probe probe =
          new Probe(
              new DeployFile.Health(
                  Optional.of(URI.create("http://target:%d/".formatted(port(server)))),
                  Optional.empty(),
                  Duration.ofSeconds(1),
                  Duration.ofMillis(100)));
      Reach reach = new Reach("127.0.0.1", Map.of(), "itself");
      assertEquals(
          Optional.empty(),
          assertTimeoutPreemptively(Duration.ofSeconds(30), () -> probe.ask(reach)));
      asked.countDown();
      server.stop(0);
    }
  }

  private static int port(HttpServer server) {
    return server.getAddress().getPort();
  }
}
