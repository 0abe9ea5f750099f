package dev.selfsame.build;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.build.docker.DockerEngine;
import dev.selfsame.build.sandbox.BwrapEngine;
import dev.selfsame.build.sandbox.HostPrograms;
import dev.selfsame.build.sandbox.UnshareEngine;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EngineChoiceTest {
  private static final HostPrograms NOTHING = new HostPrograms(List.of());

  @TempDir Path folder;
  private final List<String> notes = new ArrayList<>();

  @Test
  void none_works_and_each_says_why_and_what_would_bring_it() {
    Failure failure = assertThrows(Failure.class, () -> choice(NOTHING).choose("auto"));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    String message = failure.getMessage() + failure.hint();
    for (String part :
        List.of(
            "bwrap: no bwrap on PATH",
            "unshare: no unshare on PATH",
            "docker: no socket at " + folder.resolve("docker.sock"),
            "podman: no socket at " + folder.resolve("podman.sock"),
            "bwrap: apt install bubblewrap",
            "unshare: apt install util-linux",
            "docker: apt install docker.io")) {
      assertTrue(message.contains(part), part + " in " + message);
    }
  }

  @Test
  @Needs(Component.UNSHARE)
  void auto_takes_the_first_that_works_and_says_what_it_passed_over() throws Exception {
    Path programs = Files.createDirectory(folder.resolve("programs"));
    for (String name : List.of("unshare", "perl", "setsid", "setpriv")) {
      Path real = HostPrograms.onPath("/usr/bin").find(name).orElseThrow();
      Files.createSymbolicLink(programs.resolve(name), real);
    }
    Engine engine = choice(new HostPrograms(List.of(programs))).choose("auto");
    assertEquals("unshare", engine.name());
    assertTrue(notes.getFirst().startsWith("engine unshare, unshare from util-linux"), notes + "");
    assertTrue(notes.getFirst().endsWith("(passed over bwrap: no bwrap on PATH)"), notes + "");
  }

  @Test
  void an_engine_asked_for_by_name_is_not_replaced_by_another() {
    Failure failure = assertThrows(Failure.class, () -> choice(NOTHING).choose("docker"));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertTrue(failure.getMessage().contains("no socket"), failure.getMessage());
  }

  @Test
  void an_unknown_name_is_a_usage_error() {
    Failure failure = assertThrows(Failure.class, () -> choice(NOTHING).choose("lxc"));
    assertEquals(ExitCode.USAGE, failure.code());
    assertEquals("one of auto, bwrap, unshare, docker, podman", failure.hint());
  }

  @Test
  void a_socket_behind_which_nobody_answers_is_absent() throws Exception {
    Path socket = folder.resolve("docker.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
    }
    Failure failure = assertThrows(Failure.class, () -> choice(NOTHING).choose("docker"));
    assertTrue(
        failure.getMessage().contains("no answer at unix://" + socket), failure.getMessage());
  }

  private EngineChoice choice(HostPrograms programs) {
    Map<String, String> environment =
        Map.of(
            "DOCKER_HOST", "unix://" + folder.resolve("docker.sock"),
            "CONTAINER_HOST", "unix://" + folder.resolve("podman.sock"));
    Path spool = folder.resolve("spool");
    return new EngineChoice(
        List.of(
            new BwrapEngine(programs, spool),
            new UnshareEngine(programs, spool),
            DockerEngine.docker(environment, TestRoot::image),
            DockerEngine.podman(environment, TestRoot::image)),
        new Progress() {
          @Override
          public Step begin(String what, long total, Unit unit) {
            return Progress.SILENT.begin(what, total, unit);
          }

          @Override
          public void note(String line) {
            notes.add(line);
          }
        });
  }
}
