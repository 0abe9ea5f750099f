package dev.selfsame.workflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.launcher.DemoRun;
import dev.selfsame.launcher.Shell;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The program's own server, where each environment of the workflow signs in by a token with the
 * rights that the workflow's header gives it, and no more.
 */
final class TokenServer implements AutoCloseable {
  private static final Pattern LISTENING =
      Pattern.compile("listening on (http://127\\.0\\.0\\.1:\\d+),");
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Where each token counts, and nowhere else. Of bytes in no channel the gate asks evidence. */
  private static final Map<String, List<String>> PLACES =
      Map.of(
          "build", List.of("staging/" + Adopter.NAME),
          "promotion", List.of("staging/" + Adopter.NAME, "deploy/" + Adopter.NAME),
          "production", List.of("deploy/" + Adopter.NAME, "evidence"));

  private static final String SETTINGS =
      """
      data = "registry"
      listen = "127.0.0.1:0"
      trust-root = "host/trust-root.json"
      [[rule]]
      who = ["ci"]
      allow = ["pull", "push", "promote", "deploy"]
      repositories = ["staging/**", "deploy/**", "evidence"]
      """;

  private final Map<String, String> tokens = new TreeMap<>();
  private final Process process;
  private final String url;

  /**
   * Makes the tokens, and starts it on an empty registry.
   *
   * @param folder has {@code host/trust-root.json}, and gets {@code registry}
   */
  TokenServer(Path folder, Map<String, String> environment)
      throws IOException, InterruptedException {
    Map<String, String> rights = WorkflowFilesTest.rights();
    assertEquals(PLACES.keySet(), rights.keySet());
    for (Map.Entry<String, String> each : rights.entrySet()) {
      List<String> command =
          new ArrayList<>(List.of(DemoRun.launcher().toString(), "tokens", "create"));
      command.addAll(List.of("--registry", folder.resolve("registry").toString()));
      command.addAll(List.of("--user", "ci", "--allow", each.getValue()));
      PLACES.get(each.getKey()).forEach(place -> command.addAll(List.of("--on", place)));
      Shell.Result made = Shell.run(folder, environment, command);
      assertEquals(0, made.status(), made.err());
      tokens.put(each.getKey(), made.out().strip());
    }
    Path settings = Files.writeString(folder.resolve("settings.toml"), SETTINGS);
    Path out = folder.resolve("serve.out");
    Path err = folder.resolve("serve.err");
    List<String> serve =
        List.of(DemoRun.launcher().toString(), "serve", "--settings", settings.toString());
    this.process = Shell.start(folder, environment, serve, out, err);
    this.url = address(out, err);
  }

  private String address(Path out, Path err) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      Matcher told = LISTENING.matcher(Files.readString(out));
      if (told.find()) {
        return told.group(1);
      }
      Thread.sleep(20);
    }
    Shell.kill(process);
    throw new AssertionError("the server did not start: " + Files.readString(err));
  }

  String url() {
    return url;
  }

  /** The text of each environment's token. */
  Map<String, String> tokens() {
    return Map.copyOf(tokens);
  }

  /**
   * What it answers to whoever hands it something that is nothing, so that only the rights count.
   *
   * @param token empty for none
   */
  int status(String path, String token) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path)).POST(BodyPublishers.ofString("{}"));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode();
    }
  }

  /** Ends it as an operator does; by force where that does not help. */
  @Override
  public void close() throws InterruptedException {
    try {
      process.destroy();
      assertTrue(process.waitFor(PATIENCE.toMinutes(), TimeUnit.MINUTES), "the server hangs");
      assertEquals(0, process.exitValue());
    } finally {
      Shell.kill(process);
    }
  }
}
