package dev.selfsame.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.deploy.Sight;
import dev.selfsame.deploy.drift.ContainerLook;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.SharesEngines;
import dev.selfsame.where.Where;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a look at a real container says, before and after somebody's hand was in it. */
@Needs(Component.DOCKER)
@Needs(Component.GCC)
@SharesEngines
class ContainerLookTest {
  private static final String NAME = "selfsame-look-" + ProcessHandle.current().pid();

  @TempDir Path folder;
  private Digest good;
  private Digest evil;

  @BeforeEach
  void run() throws Exception {
    Path root = Files.createDirectories(folder.resolve("root/app"));
    good = service("one", root.resolve("service"));
    evil = service("evil", folder.resolve("evil"));
    said("sh", "-c", "tar -C '%s/root' -c . | docker import - %s".formatted(folder, NAME));
    said("docker", "run", "-d", "--name", NAME, NAME, "/app/service", "--port=8080");
  }

  @AfterEach
  void remove() throws Exception {
    exit("docker", "rm", "-f", NAME);
    exit("docker", "rmi", "-f", NAME);
  }

  private Digest service(String version, Path program) throws Exception {
    Path source = folder.resolve("service.c");
    try (var in =
        ContainerLookTest.class.getResourceAsStream("/dev/selfsame/deploy/host/service.c")) {
      Files.write(source, in.readAllBytes());
    }
    said(
        "gcc",
        "-static",
        "-DVERSION=\"" + version + "\"",
        "-o",
        program.toString(),
        source.toString());
    return Digest.sha256(program);
  }

  private static void said(String... command) throws Exception {
    assertEquals(0, exit(command), String.join(" ", command));
  }

  private static int exit(String... command) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(command));
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    if (status != 0) {
      System.err.println(said);
    }
    return status;
  }

  private Sight look(String text) throws InterruptedException {
    return ContainerLook.look(
        new DockerFiles(System.getenv(), Duration.ofSeconds(30)),
        Path.of("/proc"),
        (Where.Container) Where.parse(text));
  }

  @Test
  void the_main_process_and_a_path_are_read_from_the_process_itself() throws Exception {
    for (String place : List.of("docker:" + NAME, "docker:" + NAME + ":/app/service")) {
      Sight sight = look(place);
      assertEquals(Optional.of(good), sight.runs(), place);
      assertEquals(List.of(), sight.changes(), place);
      assertTrue(
          Duration.between(sight.since().orElseThrow(), Instant.now()).abs().toMinutes() < 5);
    }
  }

  @Test
  void a_copy_over_it_is_seen_while_the_right_bytes_still_run() throws Exception {
    said("docker", "cp", folder.resolve("evil").toString(), NAME + ":/app/service");
    Sight sight = look("docker:" + NAME);
    assertEquals(Optional.of(good), sight.runs());
    assertEquals(
        List.of("/app/service was changed: it is %s now".formatted(evil)), sight.changes());
    said("docker", "restart", "-t", "0", NAME);
    Sight after = look("docker:" + NAME);
    assertEquals(Optional.of(evil), after.runs());
  }

  @Test
  void a_stopped_container_runs_nothing_and_no_container_is_no_answer() throws Exception {
    said("docker", "stop", "-t", "0", NAME);
    assertEquals(Optional.empty(), look("docker:" + NAME).runs());
    Failure told = assertThrows(Failure.class, () -> look("docker:" + NAME + "-none"));
    assertEquals(ExitCode.UNDECIDED, told.code());
    Failure silent =
        assertThrows(
            Failure.class,
            () ->
                ContainerLook.look(
                    new DockerFiles(
                        Map.of("DOCKER_HOST", "unix:///no/such.sock"), Duration.ofSeconds(5)),
                    Path.of("/proc"),
                    (Where.Container) Where.parse("docker:" + NAME)));
    assertEquals(ExitCode.UNDECIDED, silent.code());
  }
}
