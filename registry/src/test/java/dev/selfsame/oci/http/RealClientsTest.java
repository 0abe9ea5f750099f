package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.files.FileTree;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Docker, Podman, skopeo, crane, oras, cosign and notation, as they are. */
@Timeout(300)
@Needs(Component.DOCKER)
@Needs(Component.PODMAN)
@Needs(Component.PODMAN_5)
@Needs(Component.SKOPEO)
@Needs(Component.CRANE)
@Needs(Component.ORAS)
@Needs(Component.COSIGN)
@Needs(Component.NOTATION)
final class RealClientsTest {
  @Test
  void every_command_ends_well_and_the_bytes_come_back() throws Exception {
    // Not a @TempDir: Podman leaves folders there that only it can remove quietly.
    Path folder = Files.createTempDirectory("clients");
    Path log = folder.resolve("log");
    Stage stage = new Stage(folder);
    Records promoted = Records.of("promoted");
    stage.release(promoted);
    Path binary = Files.write(folder.resolve("binary"), promoted.binary);
    try (Served served =
        Served.at(stage.registry(), () -> Optional.of(stage.evidence()), () -> stage.now)) {
      ProcessBuilder script =
          new ProcessBuilder(
                  "src/test/clients/run",
                  "127.0.0.1:" + served.port(),
                  Files.createDirectory(folder.resolve("clients")).toString(),
                  binary.toString())
              .directory(Path.of(System.getProperty("selfsame.basedir", ".")).toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      String tools = Component.CRANE.program().orElseThrow().getParent().toString();
      script.environment().merge("PATH", tools, (path, more) -> path + ":" + more);
      int status = script.start().waitFor();
      assertEquals(0, status, Files.readString(log));
      int commands = Component.COSIGN_SID.program().isPresent() ? 106 : 89;
      assertEquals("all %d commands exit 0".formatted(commands), Files.readAllLines(log).getLast());
    } finally {
      FileTree.delete(folder);
    }
  }
}
