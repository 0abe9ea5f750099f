package dev.selfsame.deploy.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** {@link DeployMain} in a process of its own. */
final class Deploying {
  private Deploying() {}

  static Process start(
      HostScene scene, String umask, String version, String mode, String place, String kind)
      throws IOException {
    return new ProcessBuilder(
            "sh",
            "-c",
            "umask $0; exec \"$@\"",
            umask,
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            DeployMain.class.getName(),
            scene.folder.toString(),
            Integer.toString(scene.port),
            version,
            mode,
            place,
            kind)
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
