package dev.selfsame.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A shell script at a terminal, which util-linux's {@code script} makes, and somebody who types.
 */
final class AtTerminal implements AutoCloseable {
  private final Path shown;
  private final Process process;
  private int read;

  /**
   * Starts it.
   *
   * @param script for {@code sh}; the words are {@code "$@"} to it
   */
  AtTerminal(Path folder, String script, String... words) throws IOException {
    shown = folder.resolve("shown");
    Path file = Files.writeString(folder.resolve("at-terminal"), "stty sane\n" + script);
    List<String> quoted = new ArrayList<>(List.of("exec sh", quoted(file.toString())));
    for (String word : words) {
      quoted.add(quoted(word));
    }
    ProcessBuilder builder =
        new ProcessBuilder(
                // What a shell starts in the background ignores Ctrl-C, with all below it.
                "env",
                "--default-signal=INT",
                "script",
                "-qefc",
                String.join(" ", quoted),
                "/dev/null")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(shown.toFile());
    builder.environment().keySet().removeAll(List.of("CI", "NO_COLOR"));
    builder.environment().put("TERM", "xterm");
    builder.environment().put("SHELL", "/bin/sh");
    process = Shell.untilExit(builder.start());
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /** Waits until a text is shown behind those that were waited for before. */
  void await(String text) throws IOException, InterruptedException {
    boolean ended = false;
    while (true) {
      String all = shown();
      int at = all.indexOf(text, read);
      if (at >= 0) {
        read = at + text.length();
        return;
      }
      if (ended) {
        throw new AssertionError("not shown: " + text + "\n" + all);
      }
      ended = !process.isAlive();
      Thread.sleep(20);
    }
  }

  void type(String keys) throws IOException {
    process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** All that was shown so far, with the terminal's own line ends. */
  String shown() throws IOException {
    // The last character may be there by half.
    return new String(Files.readAllBytes(shown), StandardCharsets.UTF_8);
  }

  /** The script's exit status, once it has ended. */
  int ended() throws InterruptedException {
    return process.waitFor();
  }

  @Override
  public void close() {
    Shell.kill(process);
  }
}
