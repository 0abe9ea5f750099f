package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import dev.selfsame.deploy.Landmarks;
import dev.selfsame.deploy.Outcome;
import dev.selfsame.deploy.OutcomeText;
import dev.selfsame.deploy.Target;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Ports of containers: published, and on the machine's own network. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class ContainerPortsTest extends OnDock {
  @Test
  void a_port_that_somebody_else_has_brings_the_old_one_back() throws Exception {
    String before = running();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dock.settings("publish = [\"127.0.0.1:%d:8080\"]".formatted(taken.getLocalPort()));
      dock.release(agents.compiled("v2"));
      Outcome.RolledBack outcome = rolledBack();
      assertEquals("start", outcome.step());
      assertSays(outcome.reason(), "address already in use");
      assertSays(outcome.stands(), "started again");
    }
    assertEquals(before, dock.state());
  }

  @Test
  void a_published_port_moves_with_a_gap_that_the_plan_tells_of() throws Exception {
    int port = free();
    dock.settings("publish = [\"127.0.0.1:%d:8080\"]".formatted(port));
    running();
    dock.release(agents.compiled("v2"));
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      assertSays(target.plan(dock.head()).text(), "a gap while the published ports move");
    }
    Outcome outcome = dock.deploy();
    assertSays(OutcomeText.of(outcome), "by the published port of 127.0.0.1");
    assertEquals("v2", Cli.get("http://127.0.0.1:" + port + "/"));
  }

  @Test
  void an_answer_of_another_program_on_the_machines_own_network_is_none() throws Exception {
    HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    other.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    other.start();
    try {
      dock.onMachine(free(), other.getAddress().getPort(), "1s");
      dock.release(agents.compiled("v1"));
      Outcome.RolledBack outcome = rolledBack();
      assertEquals("health", outcome.step());
      assertSays(
          outcome.reason(),
          "port %d is not its own: process %d"
              .formatted(other.getAddress().getPort(), ProcessHandle.current().pid()));
      assertEquals("", dock.state());
    } finally {
      other.stop(0);
    }
  }

  @Test
  void on_the_machines_own_network_the_old_one_ends_before_the_new_one_begins() throws Exception {
    int port = free();
    dock.onMachine(port, port, "20s");
    running();
    dock.release(agents.compiled("v2"));
    try (Target target = dock.open(Landmarks.UNWATCHED)) {
      assertSays(target.plan(dock.head()).text(), "a gap from the end of the old one");
    }
    assertSays(OutcomeText.of(dock.deploy()), "by this machine's own network");
    assertEquals("v2", Cli.get("http://127.0.0.1:%d/".formatted(port)));
    String before = dock.state();
    dock.release(agents.compiled("v3", "EXITS=7"));
    assertSays(rolledBack().reason(), "it ended with exit code 7");
    assertEquals(before, dock.state());
    Path file = folder.resolve("deploy.toml");
    Files.writeString(file, "publish = [\"%d:80\"]\n".formatted(port) + Files.readString(file));
    Failure failure = assertThrows(Failure.class, () -> dock.deploy());
    assertEquals(ExitCode.USAGE, failure.code());
    assertSays(String.valueOf(failure.getMessage()), "on network host there are no aliases");
  }
}
