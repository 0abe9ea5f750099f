package dev.selfsame.deploy.docker;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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

  /** What a server answers, in one line. */
  static String get(String address) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(address)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body()
          .strip();
    }
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
