package dev.selfsame.deploy.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.DeployFile;
import dev.selfsame.deploy.DeployFileReader;
import dev.selfsame.deploy.Reach;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom a question of health reaches. */
class RouteTest {
  private static final String HERE = "unix:///var/run/docker.sock";

  @TempDir private Path folder;

  private Optional<Reach> reach(String daemon, String published) throws IOException {
    return reach(daemon, published, false);
  }

  private Optional<Reach> reach(String daemon, String published, boolean onMachine)
      throws IOException {
    return route(
            daemon,
            published,
            (asked, ports) -> Optional.of("%s has not %s".formatted(asked.name(), ports)))
        .to(container(onMachine));
  }

  private Route route(String daemon, String published, Route.Ports owners) throws IOException {
    Path file = folder.resolve("deploy.toml");
    Files.writeString(
        file,
        """
        publish = [%s]
        [health]
        live = "http://target:8080/"
        ready = "http://target:8081/"
        """
            .formatted(published));
    DeployFile read = DeployFileReader.read(file, "deploy.toml");
    return new Route(read.health(), read.published(), URI.create(daemon), owners);
  }

  private static Seen container(boolean onMachine) {
    return new Seen(
        "0123456789abcdef",
        "agent",
        true,
        false,
        1,
        0,
        "",
        0,
        "",
        "/agent",
        Map.of(),
        onMachine,
        onMachine ? Map.of("host", "") : Map.of("inner", "172.18.0.3"));
  }

  private ExitCode refused(String daemon, String published) {
    return assertThrows(Failure.class, () -> reach(daemon, published)).code();
  }

  @Test
  void the_address_is_that_of_the_ports_that_are_asked() throws IOException {
    Reach reach =
        reach(HERE, "\"127.0.0.2:80:8080\", \"127.0.0.2:81:8081\", \"127.0.0.9:9:9\"")
            .orElseThrow();
    assertEquals("127.0.0.2", reach.host());
    assertEquals(Map.of(8080, 80, 8081, 81), reach.ports());
    assertEquals("172.18.0.3", reach(HERE, "\"9:9\"").orElseThrow().host());
  }

  @Test
  void ports_of_which_somebody_else_could_answer_one_are_refused() {
    assertEquals(ExitCode.USAGE, refused(HERE, "\"80:8080\""));
    assertEquals(ExitCode.USAGE, refused(HERE, "\"127.0.0.2:80:8080\", \"127.0.0.3:81:8081\""));
  }

  @Test
  void what_has_the_machines_own_network_is_asked_there() throws Exception {
    assertEquals("127.0.0.1", reach(HERE, "", true).orElseThrow().host());
    Reach published =
        reach(HERE, "\"127.0.0.2:80:8080\", \"127.0.0.2:81:8081\"", true).orElseThrow();
    assertEquals("127.0.0.1", published.host(), "nothing is published there");
    assertEquals(
        ExitCode.UNDECIDED,
        assertThrows(Failure.class, () -> reach("tcp://engine.example.org:2376", "", true)).code());
  }

  @Test
  void whose_a_port_is_matters_on_the_machines_own_network_alone() throws Exception {
    Reach machine = reach(HERE, "", true).orElseThrow();
    assertEquals(Optional.of("agent has not [8080, 8081]"), machine.whose().another());
    assertEquals(Optional.empty(), reach(HERE, "").orElseThrow().whose().another());
  }

  @Test
  void one_whose_answers_cannot_be_told_may_be_replaced_by_one_off_the_machines_network()
      throws Exception {
    Route.Ports untold =
        (_, _) -> {
          throw Failure.undecided("could not tell whose they are", "publish the port");
        };
    Route route = route(HERE, "\"8080:8080\", \"8081:8081\"", untold);
    Seen old = container(true);
    assertFalse(route.isWell(old, false));
    Failure failure = assertThrows(Failure.class, () -> route.isWell(old, true));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(Route.isUntold(failure, old, false));
    assertFalse(Route.isUntold(failure, old, true));
    assertFalse(Route.isUntold(failure, container(false), false));
    assertFalse(Route.isUntold(Failure.no("it ended", "see its last lines"), old, false));
  }

  @Test
  void an_engine_elsewhere_is_asked_there_or_not_at_all() throws IOException {
    String there = "tcp://engine.example.org:2376";
    assertEquals(
        "engine.example.org", reach(there, "\"80:8080\", \"81:8081\"").orElseThrow().host());
    assertEquals(ExitCode.UNDECIDED, refused(there, ""));
    assertEquals(
        ExitCode.UNDECIDED, refused(there, "\"127.0.0.1:80:8080\", \"127.0.0.1:81:8081\""));
  }
}
