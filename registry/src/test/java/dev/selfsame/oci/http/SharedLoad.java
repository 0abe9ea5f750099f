package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.store.Change;
import dev.selfsame.store.ChangeFields;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.StoredManifest;
import dev.selfsame.store.TagName;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Clients of several servers that all write to one repository: the same blobs, manifests of them,
 * and a few tags that each client moves and deletes. Keeps what the servers must show after that.
 */
final class SharedLoad {
  private static final int CLIENTS = 6;
  private static final int TAGS = 5;

  /** So many manifests have the same layer, which several clients push at the same time. */
  private static final int SAME = 4;

  /** Hundredths of a second. */
  private static final int SILENT = 6000;

  private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);

  private final String repository;
  private final AtomicInteger number = new AtomicInteger();

  /** Counts what begins and what ends, so that any two of them have an order. */
  private final AtomicLong moment = new AtomicLong();

  /** What was acknowledged. */
  private final Set<Digest> blobs = ConcurrentHashMap.newKeySet();

  private final Set<Digest> manifests = ConcurrentHashMap.newKeySet();

  /** Manifests that were sent, acknowledged or not. */
  private final Set<Digest> sent = ConcurrentHashMap.newKeySet();

  private final Map<String, List<Write>> tags = new TreeMap<>();

  SharedLoad(String name) {
    this.repository = "staging/" + name;
    for (int i = 0; i < TAGS; i++) {
      Write absent = new Write("", moment.incrementAndGet());
      absent.ended = moment.incrementAndGet();
      tags.put("t" + i, Collections.synchronizedList(new ArrayList<>(List.of(absent))));
    }
  }

  /** One write to a tag; empty where it deletes it. It has no end where nobody acknowledged it. */
  private static final class Write {
    private final String value;
    private final long begun;
    private volatile long ended = Long.MAX_VALUE;

    Write(String value, long begun) {
      this.value = value;
      this.begun = begun;
    }
  }

  private record Server(HttpClient client, int port) {
    HttpResponse<byte[]> send(String method, String path, byte[] body)
        throws IOException, InterruptedException {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/" + path))
              .method(
                  method,
                  body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
      if (method.equals("PUT")) {
        request.header("Content-Type", MediaTypes.MANIFEST);
      }
      return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
      return send("GET", path, new byte[0]);
    }
  }

  /** Writes to one server until it is told to stop, or something is the matter. */
  private final class Client implements Runnable {
    private final int port;
    private final Random random;
    private volatile int steps;
    private volatile boolean stopped;
    private volatile @Nullable Throwable trouble;

    Client(int port, long seed) {
      this.port = port;
      this.random = new Random(seed);
    }

    @Override
    public void run() {
      try (HttpClient client = client()) {
        Server server = new Server(client, port);
        push(server, CONFIG);
        while (!stopped) {
          step(server, random);
          steps = steps + 1;
        }
      } catch (Throwable e) {
        trouble = e;
      }
    }
  }

  private static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  /**
   * Has clients write to each of the servers, kills one at any moment, and sees that those of the
   * others go on as if nothing had happened.
   */
  void untilKilled(int[] ports, int victim, Process server, Random random)
      throws InterruptedException {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new Client(ports[i % ports.length], random.nextLong()));
    }
    List<Client> others = clients.stream().filter(one -> one.port != ports[victim]).toList();
    List<Thread> threads = clients.stream().map(one -> Thread.ofPlatform().start(one)).toList();
    try {
      awaitSteps(clients);
      Thread.sleep(random.nextInt(1500));
      server.destroyForcibly().waitFor();
      awaitSteps(others);
    } finally {
      clients.forEach(one -> one.stopped = true);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    for (Client one : clients) {
      Throwable trouble = one.trouble;
      if (others.contains(one)) {
        assertNull(trouble, () -> "a client of the other server: " + trouble);
      } else {
        assertTrue(trouble == null || trouble instanceof IOException, () -> "" + trouble);
      }
    }
  }

  /** Until each has done one step from its beginning to its end. */
  private static void awaitSteps(List<Client> clients) throws InterruptedException {
    int[] before = clients.stream().mapToInt(one -> one.steps).toArray();
    for (int i = 0; i < SILENT; i++) {
      boolean all = true;
      for (int j = 0; j < before.length; j++) {
        Client one = clients.get(j);
        all &= one.trouble != null || one.steps > before[j] + 1;
      }
      if (all) {
        return;
      }
      Thread.sleep(10);
    }
    throw new AssertionError("a client gets no answers");
  }

  private void step(Server server, Random random) throws IOException, InterruptedException {
    int mine = number.incrementAndGet();
    byte[] content =
        "layer %d ".formatted(mine / SAME).repeat(500).getBytes(StandardCharsets.UTF_8);
    Digest layer = push(server, content);
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.empty.v1+json",\
        "digest":"%s","size":2},"layers":[{"mediaType":"application/octet-stream","digest":"%s",\
        "size":%d}],"annotations":{"n":"%d"}}\
        """
            .formatted(MediaTypes.MANIFEST, Digest.sha256(CONFIG), layer, content.length, mine)
            .getBytes(StandardCharsets.UTF_8);
    put(server, "t" + random.nextInt(TAGS), manifest);
    if (random.nextInt(6) == 0) {
      delete(server, "t" + random.nextInt(TAGS));
    }
  }

  private Digest push(Server server, byte[] content) throws IOException, InterruptedException {
    Digest digest = Digest.sha256(content);
    require(201, server.send("POST", repository + "/blobs/uploads/?digest=" + digest, content));
    blobs.add(digest);
    return digest;
  }

  private void put(Server server, String tag, byte[] manifest)
      throws IOException, InterruptedException {
    Digest digest = Digest.sha256(manifest);
    sent.add(digest);
    Write write = begin(tag, digest.toString());
    require(201, server.send("PUT", repository + "/manifests/" + tag, manifest));
    write.ended = moment.incrementAndGet();
    manifests.add(digest);
  }

  private void delete(Server server, String tag) throws IOException, InterruptedException {
    Write write = begin(tag, "");
    HttpResponse<byte[]> answer =
        server.send("DELETE", repository + "/manifests/" + tag, new byte[0]);
    if (answer.statusCode() == 404) {
      writes(tag).remove(write); // It was not there, and so nothing was written.
      return;
    }
    require(202, answer);
    write.ended = moment.incrementAndGet();
  }

  private Write begin(String tag, String value) {
    Write write = new Write(value, moment.incrementAndGet());
    writes(tag).add(write);
    return write;
  }

  private List<Write> writes(String tag) {
    return tags.getOrDefault(tag, List.of());
  }

  private static void require(int status, HttpResponse<byte[]> answer) {
    if (answer.statusCode() != status) {
      throw new AssertionError(answer + " " + new String(answer.body(), StandardCharsets.UTF_8));
    }
  }

  /** What a server has lost; empty where all of them kept their word. */
  List<String> losses(int port) throws IOException, InterruptedException {
    List<String> losses = new ArrayList<>();
    try (HttpClient client = client()) {
      Server server = new Server(client, port);
      for (Digest blob : blobs) {
        if (!isThere(server, "/blobs/", blob)) {
          losses.add("blob " + blob);
        }
      }
      for (Digest manifest : manifests) {
        if (!isThere(server, "/manifests/", manifest)) {
          losses.add("manifest " + manifest);
        }
      }
    }
    Map<String, String> shown = shown(port);
    tags.forEach((tag, writes) -> {
      String found = shown.getOrDefault(tag, "");
      if (!mayStand(found, writes)) {
        losses.add("tag %s is '%s', over which another was acknowledged".formatted(tag, found));
      }
    });
    return losses;
  }

  private boolean isThere(Server server, String place, Digest digest)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> got = server.get(repository + place + digest);
    return got.statusCode() == 200 && Digest.sha256(got.body()).equals(digest);
  }

  /** Nothing that began when this write had ended was acknowledged. */
  private static boolean mayStand(String found, List<Write> writes) {
    return writes.stream()
        .filter(write -> write.value.equals(found))
        .anyMatch(write ->
            writes.stream()
                .noneMatch(later -> later.ended != Long.MAX_VALUE && later.begun > write.ended));
  }

  /** The tags that a server lists, each once, and what they point to. */
  Map<String, String> shown(int port) throws IOException, InterruptedException {
    Map<String, String> shown = new TreeMap<>();
    try (HttpClient client = client()) {
      Server server = new Server(client, port);
      HttpResponse<byte[]> list = server.get(repository + "/tags/list");
      require(200, list);
      for (JsonNode tag : new ObjectMapper().readTree(list.body()).path("tags")) {
        HttpResponse<byte[]> manifest = server.get(repository + "/manifests/" + tag.asText());
        require(200, manifest);
        String before = shown.put(tag.asText(), Digest.sha256(manifest.body()).toString());
        assertNull(before, () -> tag + " is listed twice");
      }
    }
    return shown;
  }

  /**
   * The tags as the log of changes alone has them: there each manifest that was acknowledged was
   * put once, and none twice.
   */
  Map<String, String> replayed(String log) throws IOException {
    Map<String, String> replayed = new TreeMap<>();
    Set<Digest> put = new HashSet<>();
    for (String line : log.lines().filter(one -> !one.isBlank()).toList()) {
      Change change = ChangeFields.read(new ObjectMapper().readTree(line));
      if (!change.repository().value().equals(repository)) {
        continue;
      }
      switch (change) {
        case Change.Put(RepositoryName _, StoredManifest manifest, List<TagName> moved) -> {
          assertTrue(put.add(manifest.digest()), () -> manifest.digest() + " was put twice");
          moved.forEach(tag -> replayed.put(tag.value(), manifest.digest().toString()));
        }
        case Change.DeleteTag(RepositoryName _, TagName tag) ->
            assertTrue(replayed.remove(tag.value()) != null, () -> tag + " was deleted twice");
        case Change.Link _, Change.Unlink _, Change.DeleteManifest _ -> {}
      }
    }
    assertTrue(put.containsAll(manifests), "the log lacks what was acknowledged");
    assertTrue(sent.containsAll(put), "the log has what nobody sent");
    return replayed;
  }

  /** Manifests that were acknowledged. */
  int acknowledged() {
    return manifests.size();
  }
}
