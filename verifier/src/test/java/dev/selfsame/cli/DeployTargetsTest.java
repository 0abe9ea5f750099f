package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.selfsame.deploy.TargetName;
import dev.selfsame.files.UserFolders;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where it is kept how a target stands: two runs at one container have one lock and journal. */
class DeployTargetsTest {
  @TempDir private Path folder;

  private Path own(String target, Map<String, String> more) {
    Map<String, String> variables = new HashMap<>(Map.of("HOME", folder.toString()));
    variables.putAll(more);
    PrintStream none = new PrintStream(PrintStream.nullOutputStream());
    return new DeployTargets(
            new Surroundings(
                variables,
                Clock.systemUTC(),
                UserFolders.of(variables),
                folder,
                new Console(none, none, false, false)))
        .folder(TargetName.parse(target, folder));
  }

  @Test
  void a_container_has_one_folder_however_its_engines_address_is_written() throws Exception {
    Path socket = Files.createFile(folder.resolve("engine.sock")).toRealPath();
    Path link = Files.createSymbolicLink(folder.resolve("link.sock"), socket);
    Path usual = own("docker:agent", Map.of("DOCKER_HOST", "unix://" + socket));
    for (String other :
        new String[] {"unix://" + link, "unix://" + folder + "/./x/../engine.sock"}) {
      assertEquals(usual, own("docker:agent", Map.of("DOCKER_HOST", other)), other);
    }
    assertEquals(
        own("docker:agent", Map.of()), own("docker:agent", Map.of("CONTAINER_HOST", "unix:///x")));
    assertEquals(
        own("docker:agent", Map.of("DOCKER_HOST", "tcp://Engine.example.org:2376")),
        own("docker:agent", Map.of("DOCKER_HOST", "tcp://engine.example.org:2376/")));
    assertEquals(usual, own("podman:agent", Map.of("CONTAINER_HOST", "unix://" + socket)));
  }

  @Test
  void another_container_or_engine_has_another() {
    Path usual = own("docker:agent", Map.of());
    assertNotEquals(usual, own("docker:agents", Map.of()));
    assertNotEquals(usual, own("docker:agent:/agent", Map.of()));
    assertNotEquals(usual, own("docker:agent", Map.of("DOCKER_HOST", "unix:///other.sock")));
    assertNotEquals(usual, own("docker:agent", Map.of("DOCKER_HOST", "not an address")));
  }
}
