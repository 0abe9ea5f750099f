package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.scenes.PostgresServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;

/** {@code serve --settings} over a PostgreSQL and a bucket, and what is asked of it. */
class SharedServer extends OwnThread {
  /** A repository of staging. */
  static final String APP = "/v2/staging/app/";

  /** How often something is looked for that comes by itself. */
  static final int TRIES = 600;

  String url = "";

  SharedServer(Path folder, Clock clock, String settings) {
    super(
        folder,
        Map.of(
            "HOME", folder.toString(), "SELFSAME_SERVE_DATABASE_PASSWORD", PostgresServer.PASSWORD),
        clock,
        "serve",
        "--settings",
        settings);
  }

  void listen() throws InterruptedException {
    url = address();
  }

  static Digest digest(String content) {
    return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
  }

  /** A manifest whose config is {@code {}}. */
  static String manifest() {
    return """
    {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.empty.v1+json",\
    "digest":"%s","size":2},"layers":[]}\
    """
        .formatted(MediaTypes.MANIFEST, digest("{}"));
  }

  HttpResponse<String> get(String path) throws Exception {
    return send("GET", path, "");
  }

  /** Whatever has a body and is no blob is a manifest. */
  HttpResponse<String> send(String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (path.contains("/manifests/") && !body.isEmpty()) {
      request.header("Content-Type", MediaTypes.MANIFEST);
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  HttpResponse<String> push(String content) throws Exception {
    return send("POST", APP + "blobs/uploads/?digest=" + digest(content), content);
  }

  void unavailable(HttpResponse<String> answer) {
    assertEquals(503, answer.statusCode(), answer.body() + err());
    assertTrue(answer.body().contains("\"UNAVAILABLE\""), answer.body());
  }

  /** It is looked at once a second. */
  void ready(int status, String what) throws Exception {
    HttpResponse<String> answer = get("/ready");
    for (int i = 0; i < TRIES && answer.statusCode() != status; i++) {
      Thread.sleep(50);
      answer = get("/ready");
    }
    assertEquals(status, answer.statusCode(), answer.body());
    assertTrue(answer.body().contains(what), answer.body());
  }

  /** The first may still meet a connection that has broken. */
  void takesAgain(String content) throws Exception {
    HttpResponse<String> answer = push(content);
    for (int i = 0; i < TRIES && answer.statusCode() == 503; i++) {
      Thread.sleep(50);
      answer = push(content);
    }
    assertEquals(201, answer.statusCode(), answer.body() + err());
  }
}
