package dev.selfsame.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The agent as a process, with nothing in its environment but what a test gives. */
final class AgentProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Process process;
  private final Path log;
  private final Path out;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(LIMIT).build();

  private AgentProcess(Process process, Path log, Path out) {
    this.process = process;
    this.log = log;
    this.out = out;
  }

  /** An answer to a request. */
  record Answer(int status, JsonNode body, Optional<String> cache) {}

  /** Starts the binary; what it says goes to files in {@code folder}. */
  static AgentProcess start(
      Path binary, Path folder, Map<String, String> environment, String... arguments)
      throws IOException {
    Path log = Files.createTempFile(folder, "agent", ".log");
    Path out = Files.createTempFile(folder, "agent", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(Stream.of(binary.toString()), Stream.of(arguments)).toList())
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(log.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new AgentProcess(builder.start(), log, out);
  }

  /** What it wrote to standard error, a line each. */
  List<String> errors() throws IOException {
    return Files.readAllLines(log, StandardCharsets.UTF_8);
  }

  /** What it wrote to standard output. */
  String output() throws IOException {
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  /** Its log so far; each line must be a JSON object. A line that is still written is left out. */
  List<JsonNode> logged() throws IOException {
    String text = Files.readString(log, StandardCharsets.UTF_8);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    return whole.lines().map(AgentProcess::parse).toList();
  }

  /** The address that the log names for {@code server}: "api" or "metrics". */
  String address(String server) throws Exception {
    return Eventually.answer(() -> listening(server), Optional::isPresent).orElseThrow();
  }

  private Optional<String> listening(String server) throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("the agent ended with " + process.exitValue() + ": " + errors());
    }
    return logged().stream()
        .filter(line -> line.path("message").asText().equals("listening"))
        .filter(line -> line.path("server").asText().equals(server))
        .map(line -> line.path("address").asText())
        .findFirst();
  }

  Answer get(String path) throws Exception {
    return answer(request(path).GET().build());
  }

  Answer post(String path, String json) throws Exception {
    HttpRequest.Builder request = request(path).header("content-type", "application/json");
    return answer(request.POST(BodyPublishers.ofString(json)).build());
  }

  /** The page of counters. */
  List<String> metrics() throws Exception {
    URI page = URI.create("http://" + address("metrics") + "/metrics");
    HttpRequest request = HttpRequest.newBuilder(page).timeout(LIMIT).build();
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new AssertionError("/metrics: " + response.statusCode() + " " + response.body());
    }
    return response.body().lines().toList();
  }

  /** Asks {@code /ready} until it answers with {@code status}. */
  JsonNode readiness(int status) throws Exception {
    return Eventually.answer(() -> get("/ready"), answer -> answer.status() == status).body();
  }

  /** Sends SIGTERM and gives the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    return exit();
  }

  /** Waits for the end and gives the exit code. */
  int exit() throws InterruptedException {
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the agent does not end");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    http.close();
    process.destroyForcibly();
  }

  private HttpRequest.Builder request(String path) throws Exception {
    return HttpRequest.newBuilder(URI.create("http://" + address("api") + path)).timeout(LIMIT);
  }

  private Answer answer(HttpRequest request) throws Exception {
    HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
    JsonNode body = parse(response.body());
    return new Answer(response.statusCode(), body, response.headers().firstValue("x-cache"));
  }

  private static JsonNode parse(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }
}
