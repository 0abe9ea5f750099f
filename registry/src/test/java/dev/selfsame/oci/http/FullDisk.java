package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.suites.OwnJvm;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A {@link GuardedMain} on a disk of 24 MiB that nobody else has. */
final class FullDisk implements AutoCloseable {
  private static final String APP = "/v2/staging/app";
  private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

  private final Process server;
  private final BufferedReader said;
  private final URI place;
  private final Random random = new Random(3);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private FullDisk(Process server) throws IOException {
    this.server = server;
    this.said =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
    this.place = URI.create("http://127.0.0.1:" + answer());
  }

  static FullDisk start(Path disk) throws IOException {
    Files.createDirectory(disk);
    List<String> command =
        OwnJvm.mounted(
            "mount -t tmpfs -o size=24m none \"$0\" && exec \"$@\"",
            disk,
            OwnJvm.command(
                GuardedMain.class, List.of("-Xmx200m"), disk.resolve("registry").toString()));
    return new FullDisk(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  private String answer() throws IOException {
    String line = said.readLine();
    if (line == null) {
      throw new AssertionError("the server has ended");
    }
    return line;
  }

  private String tell(String word) throws IOException {
    server.getOutputStream().write((word + "\n").getBytes(StandardCharsets.UTF_8));
    server.getOutputStream().flush();
    return answer();
  }

  /** Has the server take the last byte of its disk. */
  void fill() throws IOException {
    assertEquals("free 0", tell("fill"));
  }

  /** Has the server take away what nobody needs, without any grace. */
  String collect() throws IOException {
    return tell("collect");
  }

  private HttpResponse<byte[]> send(String method, String path, BodyPublisher body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(place.resolve(path))
            .header("Content-Type", MediaTypes.MANIFEST)
            .method(method, body)
            .build(),
        BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return send("GET", APP + path, BodyPublishers.noBody());
  }

  int push(byte[] content) throws IOException, InterruptedException {
    return send(
            "POST",
            APP + "/blobs/uploads/?digest=" + Digest.sha256(content),
            BodyPublishers.ofByteArray(content))
        .statusCode();
  }

  /** Pushes of 3 MiB, as many as are taken; the one after them is 507. */
  List<byte[]> pushUntilRefused() throws IOException, InterruptedException {
    List<byte[]> kept = new ArrayList<>();
    while (true) {
      byte[] content = new byte[3 << 20];
      random.nextBytes(content);
      int status = push(content);
      if (status != 201) {
        assertEquals(507, status);
        assertEquals(404, get("/blobs/" + Digest.sha256(content)).statusCode());
        return kept;
      }
      kept.add(content);
    }
  }

  /** An upload of unknown length; the status of its piece, or of its beginning. */
  int pushInChunks(int size) throws IOException, InterruptedException {
    HttpResponse<byte[]> begun =
        send("POST", APP + "/blobs/uploads/", BodyPublishers.ofByteArray(new byte[0]));
    assertEquals(202, begun.statusCode());
    return send(
            "PATCH",
            begun.headers().firstValue("Location").orElseThrow(),
            BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[size])))
        .statusCode();
  }

  /** Pushes what an image needs, and tags it. */
  void tagImage() throws IOException, InterruptedException {
    assertEquals(201, push(CONFIG));
    assertEquals(201, put("image"));
    assertEquals(201, put("going"));
  }

  /** Tags an image. */
  int put(String tag) throws IOException, InterruptedException {
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"a/b","digest":"%s","size":2},\
        "layers":[]}\
        """
            .formatted(MediaTypes.MANIFEST, Digest.sha256(CONFIG));
    return send("PUT", APP + "/manifests/" + tag, BodyPublishers.ofString(manifest)).statusCode();
  }

  /** Removes a tag. */
  int untag(String tag) throws IOException, InterruptedException {
    return send("DELETE", APP + "/manifests/" + tag, BodyPublishers.noBody()).statusCode();
  }

  void requireImage() throws IOException, InterruptedException {
    assertEquals(200, get("/manifests/image").statusCode());
    assertArrayEquals(CONFIG, get("/blobs/" + Digest.sha256(CONFIG)).body());
  }

  /** That all is served which was acknowledged. */
  void requireServed(List<byte[]> kept) throws IOException, InterruptedException {
    requireImage();
    for (byte[] one : kept) {
      HttpResponse<byte[]> got = get("/blobs/" + Digest.sha256(one));
      assertEquals(200, got.statusCode());
      assertArrayEquals(one, got.body());
    }
    assertEquals(200, get("/tags/list").statusCode());
    String metrics =
        new String(send("GET", "/metrics", BodyPublishers.noBody()).body(), StandardCharsets.UTF_8);
    assertTrue(metrics.contains("registry_storage_free_bytes"), metrics);
    assertEquals(200, send("GET", "/ready", BodyPublishers.noBody()).statusCode());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    client.close();
    server.destroyForcibly().waitFor();
  }
}
