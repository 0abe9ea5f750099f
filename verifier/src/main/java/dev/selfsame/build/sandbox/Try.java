package dev.selfsame.build.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A short command that was tried.
 *
 * @param status its exit status, -1 where it could not start or took too long
 * @param output what it printed on stdout and stderr
 */
record Try(int status, String output) {
  private static final int PATIENCE_SECONDS = 5;

  static Try of(List<String> command) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
    } catch (IOException e) {
      return new Try(-1, String.valueOf(e.getMessage()));
    }
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return new Try(-1, "no answer within " + PATIENCE_SECONDS + " s");
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return new Try(process.exitValue(), output);
    } catch (IOException e) {
      return new Try(-1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Try(-1, "interrupted");
    } finally {
      TreeKill.kill(process);
    }
  }
}
