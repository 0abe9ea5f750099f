package dev.selfsame.deploy.docker;

import java.nio.charset.StandardCharsets;

/** Runs programs. */
final class Cli {
  private Cli() {}

  record Result(int status, String said) {}

  static Result call(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), said.strip());
  }

  /** What it said; it must end with 0. */
  static String run(String... command) throws Exception {
    Result result = call(command);
    if (result.status() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + result.said());
    }
    return result.said();
  }
}
