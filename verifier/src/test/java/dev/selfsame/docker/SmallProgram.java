package dev.selfsame.docker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program of its own, without libraries, that waits for its end. */
public final class SmallProgram {
  private static final String SOURCE =
      """
      #include <string.h>
      #include <unistd.h>
      volatile const char mark[] = MARK;
      int main(int argc, char **argv) {
        if (argc > 2 && !strcmp(argv[1], "unlink")) unlink(argv[2]);
        if (argc > 2 && !strcmp(argv[1], "spawn") && fork() == 0) {
          execv(argv[2], argv + 2);
          _exit(1);
        }
        write(1, "up\\n", 3);
        for (;;) pause();
      }
      """;

  private SmallProgram() {}

  /**
   * Compiles it.
   *
   * @param mark what makes its bytes differ from another's
   */
  public static byte[] compile(Path folder, String mark) throws IOException, InterruptedException {
    Path source = Files.writeString(folder.resolve("program.c"), SOURCE);
    Path program = folder.resolve("program-" + mark);
    Process gcc =
        new ProcessBuilder(
                "gcc",
                "-static",
                "-Os",
                "-s",
                "-DMARK=\"%s\"".formatted(mark),
                "-o",
                program.toString(),
                source.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(gcc.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, gcc.waitFor(), said);
    return Files.readAllBytes(program);
  }
}
