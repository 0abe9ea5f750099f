package dev.selfsame.deploy.host;

import dev.selfsame.suites.OwnJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@link DeployMain} in a process of its own. */
final class Deploying {
  private Deploying() {}

  static Process start(
      HostScene scene, String umask, String version, String mode, String place, String kind)
      throws IOException {
    return new ProcessBuilder(
            OwnJvm.under(
                List.of("sh", "-c", "umask $0; exec \"$@\"", umask),
                OwnJvm.command(
                    DeployMain.class,
                    scene.folder.toString(),
                    Integer.toString(scene.port),
                    version,
                    mode,
                    place,
                    kind)))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** Whether it got to the place; it is dead either way. */
  static boolean killedAt(Process process, String place) throws IOException, InterruptedException {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      return ("at: " + place).equals(out.readLine());
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
