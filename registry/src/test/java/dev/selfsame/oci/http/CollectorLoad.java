package dev.selfsame.oci.http;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * One client of a registry whose garbage is collected all the while, and the model of what must be
 * there: every manifest whose push was acknowledged, until this client deletes it, with all of its
 * blobs. Blobs are few and shared by all clients, so that they come and go at the same time.
 */
final class CollectorLoad {
  private static final int LAYERS = 6;

  /** Few, or each blob would be needed by somebody all the time. */
  private static final int MOST_LIVE = 2;

  private static final String CONFIG = "{}";

  private final String name;
  private final String repository;
  private final List<String> repositories;
  private final Random random;
  private final Duration grace;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Acknowledged manifests, and what they need. */
  private final Map<Digest, Set<String>> live = new LinkedHashMap<>();

  /** Manifests whose push or deletion was not answered. */
  private final Map<Digest, Set<String>> maybe = new LinkedHashMap<>();

  private int number;
  private int pushed;
  private int refused;
  private URI server = URI.create("http://127.0.0.1:1");

  /**
   * A client.
   *
   * @param repositories those that all clients use; this one pushes to one of them
   * @param grace within which a push must succeed
   */
  CollectorLoad(String name, List<String> repositories, long seed, Duration grace) {
    this.name = name;
    this.random = new Random(seed);
    this.repositories = List.copyOf(repositories);
    this.repository = repositories.get(random.nextInt(repositories.size()));
    this.grace = grace;
  }

  void connect(int port) {
    server = URI.create("http://127.0.0.1:" + port);
  }

  /** Manifests whose push was acknowledged so far. */
  int pushed() {
    return pushed;
  }

  /** Pushes that were refused since a blob had been collected before its manifest came. */
  int refused() {
    return refused;
  }

  /** Every blob that must be there. */
  Set<Digest> needed() {
    Set<Digest> all = new LinkedHashSet<>();
    live.values()
        .forEach(
            contents -> contents.forEach(content -> all.add(Digest.sha256(Served.bytes(content)))));
    return all;
  }

  static String layer(int i) {
    return "layer " + i;
  }

  /** Works until the server is gone. */
  void runUntilKilled() throws InterruptedException {
    try {
      while (true) {
        step();
      }
    } catch (IOException gone) {
      return;
    }
  }

  void step() throws IOException, InterruptedException {
    if (live.isEmpty() || (live.size() < MOST_LIVE && random.nextInt(3) > 0)) {
      push();
    } else if (random.nextInt(3) > 0) {
      delete(any());
    } else {
      requireWhole(any());
    }
  }

  private Digest any() {
    return List.copyOf(live.keySet()).get(random.nextInt(live.size()));
  }

  private void push() throws IOException, InterruptedException {
    Set<String> contents = new LinkedHashSet<>();
    contents.add(CONFIG);
    int layers = 1 + random.nextInt(3);
    while (contents.size() <= layers) {
      contents.add(layer(random.nextInt(LAYERS)));
    }
    byte[] manifest = manifest(contents);
    Digest digest = Digest.sha256(manifest);
    String reference = random.nextBoolean() ? digest.toString() : name + "-" + random.nextInt(3);
    maybe.put(digest, contents);
    for (int attempt = 0; attempt < 100; attempt++) {
      long begun = System.nanoTime();
      for (String content : contents) {
        bring(content);
      }
      HttpResponse<byte[]> put = send("PUT", repository + "/manifests/" + reference, manifest);
      if (put.statusCode() == 201) {
        live.put(digest, contents);
        pushed++;
        break;
      }
      refused++;
      requireLate(put, Duration.ofNanos(System.nanoTime() - begun));
    }
    maybe.remove(digest);
  }

  private void requireLate(HttpResponse<byte[]> put, Duration took) {
    String text = new String(put.body(), StandardCharsets.UTF_8);
    if (put.statusCode() != 400 || !text.contains("MANIFEST_BLOB_UNKNOWN")) {
      throw new AssertionError(put + text);
    }
    if (took.compareTo(grace) < 0) {
      throw new AssertionError("refused %s after %s: %s".formatted(grace, took, text));
    }
  }

  private byte[] manifest(Set<String> contents) {
    List<String> descriptors = new ArrayList<>();
    for (String content : contents) {
      descriptors.add(
          "{\"mediaType\":\"x/y\",\"digest\":\"%s\",\"size\":%d}"
              .formatted(Digest.sha256(Served.bytes(content)), content.length()));
    }
    return Served.bytes(
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":%s,\"annotations\":{\"n\":\"%s %d\"}}"
            .formatted(
                MediaTypes.MANIFEST,
                descriptors.getFirst(),
                descriptors.subList(1, descriptors.size()),
                name,
                number++));
  }

  /** Sees to it that a blob is there, as clients do: asking first, mounting, or just pushing. */
  private void bring(String content) throws IOException, InterruptedException {
    byte[] bytes = Served.bytes(content);
    Digest digest = Digest.sha256(bytes);
    switch (random.nextInt(4)) {
      case 0 -> {
        if (send("HEAD", repository + "/blobs/" + digest, new byte[0]).statusCode() == 200) {
          return;
        }
      }
      case 1 -> {
        String from = repositories.get(random.nextInt(repositories.size()));
        String mount =
            "%s/blobs/uploads/?mount=%s&from=%s"
                .formatted(repository, digest, from.substring("/v2/".length()));
        if (send("POST", mount, new byte[0]).statusCode() == 201) {
          return;
        }
      }
      case 2 -> {
        require(201, send("POST", repository + "/blobs/uploads/?digest=" + digest, bytes));
        return;
      }
      default -> {
        // Pushed without asking.
      }
    }
    HttpResponse<byte[]> post = send("POST", repository + "/blobs/uploads/", new byte[0]);
    require(202, post);
    String place = post.headers().firstValue("Location").orElseThrow();
    require(201, send("PUT", place + "?digest=" + digest, bytes));
  }

  void delete(Digest manifest) throws IOException, InterruptedException {
    maybe.put(manifest, live.remove(manifest));
    require(202, send("DELETE", repository + "/manifests/" + manifest, new byte[0]));
    maybe.remove(manifest);
  }

  /** Deletes about half of what is there. */
  void deleteHalf() throws IOException, InterruptedException {
    for (Digest manifest : List.copyOf(live.keySet())) {
      if (random.nextBoolean()) {
        delete(manifest);
      }
    }
  }

  private void requireWhole(Digest manifest) throws IOException, InterruptedException {
    List<String> losses = losses(manifest, live.get(manifest));
    if (!losses.isEmpty()) {
      throw new AssertionError(losses.toString());
    }
  }

  /** What is lost of all that must be there, or is to be seen by halves. */
  List<String> losses() throws IOException, InterruptedException {
    List<String> losses = new ArrayList<>();
    for (Map.Entry<Digest, Set<String>> one : live.entrySet()) {
      losses.addAll(losses(one.getKey(), one.getValue()));
    }
    for (Digest digest : List.copyOf(maybe.keySet())) {
      Set<String> contents = maybe.remove(digest);
      if (send("GET", repository + "/manifests/" + digest, new byte[0]).statusCode() == 200) {
        losses.addAll(losses(digest, contents));
        live.put(digest, contents);
      }
    }
    return losses;
  }

  private List<String> losses(Digest manifest, Set<String> contents)
      throws IOException, InterruptedException {
    List<String> losses = new ArrayList<>();
    HttpResponse<byte[]> got = send("GET", repository + "/manifests/" + manifest, new byte[0]);
    if (got.statusCode() != 200 || !Digest.sha256(got.body()).equals(manifest)) {
      losses.add("manifest %s: %d".formatted(manifest, got.statusCode()));
    }
    for (String content : contents) {
      Digest digest = Digest.sha256(Served.bytes(content));
      HttpResponse<byte[]> blob = send("GET", repository + "/blobs/" + digest, new byte[0]);
      if (blob.statusCode() != 200 || !Digest.sha256(blob.body()).equals(digest)) {
        losses.add("'%s' of manifest %s: %d".formatted(content, manifest, blob.statusCode()));
      }
    }
    return losses;
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (path.contains("/manifests/") && method.equals("PUT")) {
      request.header("Content-Type", MediaTypes.MANIFEST);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static void require(int status, HttpResponse<byte[]> answer) {
    if (answer.statusCode() != status) {
      throw new AssertionError(answer + " " + new String(answer.body(), StandardCharsets.UTF_8));
    }
  }
}
