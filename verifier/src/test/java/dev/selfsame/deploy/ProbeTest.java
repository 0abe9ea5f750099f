package dev.selfsame.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
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

  /** One server that is always well, asked for as long as somebody says whose it is. */
  @Test
  void an_answer_counts_only_where_it_is_its_own_before_and_afterwards() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    try {
      Probe probe =
          new Probe(
              new DeployFile.Health(
                  Optional.of(URI.create("http://target:%d/".formatted(port(server)))),
                  Optional.empty(),
                  Duration.ofMillis(300),
                  Duration.ofMillis(100)));
      assertEquals(Optional.empty(), probe.ask(reach(Optional.empty(), Optional.empty())));
      Optional<String> others = Optional.of("that of process 7");
      assertEquals(others, probe.ask(reach(others, Optional.empty())));
      assertEquals(others, probe.ask(reach(Optional.empty(), others)));
      Reach never = new Reach("127.0.0.1", Map.of(), "itself", () -> others);
      Failure late = assertThrows(Failure.class, () -> probe.await(never, Optional::empty));
      assertEquals(ExitCode.NO, late.code());
      Reach untold =
          new Reach(
              "127.0.0.1",
              Map.of(),
              "itself",
              () -> {
                throw Failure.undecided("could not tell whose", "look as root");
              });
      assertEquals(
          ExitCode.UNDECIDED,
          assertThrows(Failure.class, () -> probe.await(untold, Optional::empty)).code());
    } finally {
      server.stop(0);
    }
  }

  /** What is said before it is asked, and afterwards. */
  private static Reach reach(Optional<String> before, Optional<String> after) {
    Iterator<Optional<String>> said = List.of(before, after).iterator();
    return new Reach("127.0.0.1", Map.of(), "itself", said::next);
  }

  @Test
  void a_port_that_there_is_not_is_no_answer_and_never_asked_for_a_label() throws Exception {
    DeployFile.Health health =
        new DeployFile.Health(
            Optional.of(URI.create("http://target:99999/")),
            Optional.empty(),
            Duration.ofSeconds(1),
            Duration.ofMillis(100));
    String said = new Probe(health).ask(new Reach("127.0.0.1", Map.of(), "itself")).orElse("");
    assertTrue(said.startsWith("http://127.0.0.1:99999/ does not answer: "), said);
    Declared declared =
        new Declared(
            "selfsame.deploy-settings/1",
            List.of(),
            List.of(),
            true,
            List.of(),
            Map.of(),
            List.of(),
            List.of(),
            null,
            new Declared.Asked("http://target:99999/", null, 1000, 100),
            null,
            0,
            0,
            null,
            List.of());
    assertEquals(Optional.empty(), Declared.read(declared.text()).orElseThrow().toAsk());
  }

  private static int port(HttpServer server) {
    return server.getAddress().getPort();
  }
}
