package dev.selfsame.cli;

import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

  /**
   * The same, and it hears {@link #interrupt}: what a shell starts in the background ignores it,
   * with all that is started from there.
   */
  static ProcessBuilder hearing(Path home, String... words) {
    ProcessBuilder program = of(home, words);
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(program.command());
    return program.command(command);
  }

  /** What Ctrl-C at a terminal sends. */
  static void interrupt(Process process) throws IOException, InterruptedException {
    List<String> kill = List.of("sh", "-c", "kill -INT " + process.pid());
    int status = new ProcessBuilder(kill).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException("kill ended with " + status);
    }
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
