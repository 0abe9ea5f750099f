package dev.selfsame.cli;

import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The program in a process of its own, with no folders but those of one home. */
final class OwnProcess {
  private OwnProcess() {}

  static ProcessBuilder of(Path home, String... words) {
    ProcessBuilder program =
        new ProcessBuilder(OwnJvm.command(Main.class, words)).directory(home.toFile());
    program.environment().put("HOME", home.toString());
    program.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
    return program;
  }

  /** The exit code where it is told to end once it has said so much. */
  static int terminated(ProcessBuilder program, Path out, String until)
      throws IOException, InterruptedException {
    Process process = program.redirectErrorStream(true).redirectOutput(out.toFile()).start();
    try {
      while (process.isAlive() && !Files.readString(out).contains(until)) {
        Thread.sleep(50);
      }
      process.destroy();
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }
}
