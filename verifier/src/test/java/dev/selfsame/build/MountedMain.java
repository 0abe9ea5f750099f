package dev.selfsame.build;

import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Puts results into a folder, as a process that sees a disk mounted there does. */
public final class MountedMain {
  private MountedMain() {}

  /**
   * Arguments: the folder, one for locks, and what each result says; {@code !} is one that fails.
   */
  public static void main(String[] arguments) {
    for (String says : List.of(arguments).subList(2, arguments.length)) {
      try (OutputFolder out = OutputFolder.claim(Path.of(arguments[0]), Path.of(arguments[1]))) {
        if (says.equals("!")) {
          out.replaceFailed(folder -> Files.writeString(folder.resolve("log"), says));
        } else {
          out.replace(folder -> write(folder, says));
        }
      } catch (Failure failure) {
        System.out.println(failure.code() + ": " + failure.getMessage());
      }
    }
  }

  private static void write(Path folder, String says) throws IOException {
    Files.writeString(folder.resolve("agent"), says);
    Files.writeString(folder.resolve(OutputFolder.RECORD), says);
  }
}
