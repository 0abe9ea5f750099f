package dev.selfsame.scenes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One client of a server that is killed at any moment, and the model of what the server must have
 * kept. It works in a repository of its own, so that the model is exact: whatever was acknowledged
 * is there; what was under way when the server died is there whole or not at all.
 */
final class CrashLoad {
  private static final byte[] CONFIG = "{}".getBytes(StandardCharsets.UTF_8);
  private static final Digest CONFIG_DIGEST = Digest.sha256(CONFIG);

  /** One blob of so many is large, until there are some: all are read again at each kill. */
  private static final int LARGE_OF = 16;

  private static final int MOST_LARGE = 6;
  private static final int LARGE = 1 << 20;
  private static final int LARGEST = 8 << 20;

  private final String repository;
  private final Random random;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Acknowledged blobs, and their sizes. */
  private final Map<Digest, Integer> blobs = new LinkedHashMap<>();

  /** Acknowledged manifests that were not deleted. */
  private final Map<Digest, byte[]> manifests = new LinkedHashMap<>();

  /** What a tag may point to: one value where the last write to it was acknowledged. */
  private final Map<String, Set<String>> tags = new HashMap<>();

  /** Blobs whose mount into another repository was acknowledged. */
  private final Set<Digest> mounted = new TreeSet<>();

  /** Manifests whose deletion was acknowledged. */
  private final Set<Digest> gone = new TreeSet<>();

  /** The upload in pieces that is under way. */
  private @Nullable Pieces under;

  /** Of a blob that is pushed before anything else; 0 once that is acknowledged. */
  private int first;

  /** How many servers it has written to, and how many large blobs: one to each at most. */
  private int servers;

  private int large;
  private int number;
  private volatile int acknowledged;
  private URI server = URI.create("http://127.0.0.1:1");

  CrashLoad(String name, long seed) {
    this.repository = "/v2/staging/" + name;
    this.random = new Random(seed);
  }

  /** Writes that were acknowledged so far. */
  int acknowledged() {
    return acknowledged;
  }

  void connect(int port) {
    server = URI.create("http://127.0.0.1:" + port);
  }

  /** Has it push a blob of this size, in pieces, before anything else. */
  void beginWith(int size) {
    first = size;
  }

  /** Writes until the server is gone. */
  void run() throws InterruptedException {
    servers++;
    try {
      pushFirst();
      while (true) {
        step();
      }
    } catch (IOException gone) {
      return;
    }
  }

  private void pushFirst() throws IOException, InterruptedException {
    if (first > 0) {
      push(new Pieces(bytes(first)));
    }
  }

  private byte[] bytes(int size) {
    byte[] content = new byte[size];
    random.nextBytes(content);
    return content;
  }

  /** Of all magnitudes: a server takes the large ones in several reads and writes. */
  private int size() {
    if (large < Math.min(servers, MOST_LARGE) && random.nextInt(LARGE_OF) == 0) {
      large++;
      return random.nextInt(LARGE, LARGEST + 1);
    }
    return 1 + random.nextInt(1 << random.nextInt(1, 18));
  }

  private void step() throws IOException, InterruptedException {
    if (!blobs.containsKey(CONFIG_DIGEST)) {
      pushBlob(CONFIG);
    }
    byte[] content = bytes(size());
    Digest layer = pushBlob(content);
    number++;
    String subject =
        number % 3 == 0 && !manifests.isEmpty()
            ? ",\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}"
                .formatted(MediaTypes.MANIFEST, manifests.keySet().iterator().next())
            : "";
    byte[] manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.empty.v1+json",\
        "digest":"%s","size":2},"layers":[{"mediaType":"application/octet-stream","digest":"%s",\
        "size":%d}]%s}\
        """
            .formatted(MediaTypes.MANIFEST, CONFIG_DIGEST, layer, content.length, subject)
            .getBytes(StandardCharsets.UTF_8);
    putTag("t" + number % 20, manifest);
    putTag("latest", manifest);
    if (number % 7 == 0) {
      deleteTag("t" + random.nextInt(20));
    }
    if (number % 5 == 0) {
      mount(layer);
    }
    if (number % 11 == 0) {
      deleteManifest(new ArrayList<>(manifests.keySet()).get(random.nextInt(manifests.size())));
    }
  }

  /** An upload in pieces. What was under way at a kill is gone on with at the next server. */
  private static final class Pieces {
    private final byte[] content;
    private final Digest digest;
    private @Nullable String place;

    Pieces(byte[] content) {
      this.content = content;
      this.digest = Digest.sha256(content);
    }
  }

  private void push(Pieces upload) throws IOException, InterruptedException {
    under = upload;
    HttpResponse<byte[]> post = send("POST", repository + "/blobs/uploads/", new byte[0]);
    require(202, post);
    upload.place = post.headers().firstValue("Location").orElseThrow();
    int half = random.nextInt(upload.content.length);
    for (int from = 0; from < upload.content.length; ) {
      int to = from == 0 ? Math.max(1, half) : upload.content.length;
      require(202, send("PATCH", upload.place, Arrays.copyOfRange(upload.content, from, to)));
      from = to;
    }
    end(upload);
  }

  private void end(Pieces upload) throws IOException, InterruptedException {
    require(201, send("PUT", upload.place + "?digest=" + upload.digest, new byte[0]));
    blobs.put(upload.digest, upload.content.length);
    acknowledged = acknowledged + 1;
    under = null;
    if (upload.content.length == first) {
      first = 0;
    }
  }

  /** Goes on with an upload that was under way when the server was killed, if it is still there. */
  private void resume() throws IOException, InterruptedException {
    Pieces upload = under;
    under = null;
    if (upload == null || upload.place == null) {
      return;
    }
    HttpResponse<byte[]> stands = send("GET", upload.place, new byte[0]);
    if (stands.statusCode() == 404) {
      return;
    }
    require(204, stands);
    String range = stands.headers().firstValue("Range").orElseThrow();
    int last = Integer.parseInt(range.substring(2));
    if (last == 0) {
      // One byte and none are told alike.
      require(204, send("DELETE", upload.place, new byte[0]));
      return;
    }
    byte[] rest = Arrays.copyOfRange(upload.content, last + 1, upload.content.length);
    if (rest.length > 0) {
      require(202, send("PATCH", upload.place, rest));
    }
    end(upload);
  }

  private void mount(Digest blob) throws IOException, InterruptedException {
    String from = repository.substring("/v2/".length());
    require(
        201,
        send(
            "POST",
            repository + "-mounted/blobs/uploads/?mount=%s&from=%s".formatted(blob, from),
            new byte[0]));
    mounted.add(blob);
    acknowledged = acknowledged + 1;
  }

  /** With every tag that points to it. The first one stays, which others refer to. */
  private void deleteManifest(Digest digest) throws IOException, InterruptedException {
    if (digest.equals(manifests.keySet().iterator().next())) {
      return;
    }
    List<String> pointing =
        tags.entrySet().stream()
            .filter(tag -> tag.getValue().contains(digest.toString()))
            .map(Map.Entry::getKey)
            .toList();
    pointing.forEach(tag -> maybe(tag).add(""));
    manifests.remove(digest);
    require(202, send("DELETE", repository + "/manifests/" + digest, new byte[0]));
    pointing.forEach(tag -> only(tag, ""));
    gone.add(digest);
    acknowledged = acknowledged + 1;
  }

  private Digest pushBlob(byte[] content) throws IOException, InterruptedException {
    Digest digest = Digest.sha256(content);
    String place;
    if (content.length > 1 && random.nextInt(3) == 0) {
      push(new Pieces(content));
      return digest;
    }
    if (random.nextBoolean()) {
      place = repository + "/blobs/uploads/?digest=" + digest;
      require(201, send("POST", place, content));
    } else {
      HttpResponse<byte[]> post = send("POST", repository + "/blobs/uploads/", new byte[0]);
      require(202, post);
      place = post.headers().firstValue("Location").orElseThrow();
      require(201, send("PUT", place + "?digest=" + digest, content));
    }
    blobs.put(digest, content.length);
    acknowledged = acknowledged + 1;
    return digest;
  }

  private void putTag(String tag, byte[] manifest) throws IOException, InterruptedException {
    Digest digest = Digest.sha256(manifest);
    maybe(tag).add(digest.toString());
    require(201, send("PUT", repository + "/manifests/" + tag, manifest));
    only(tag, digest.toString());
    manifests.put(digest, manifest);
    gone.remove(digest);
    acknowledged = acknowledged + 1;
  }

  private void deleteTag(String tag) throws IOException, InterruptedException {
    maybe(tag).add("");
    int status = send("DELETE", repository + "/manifests/" + tag, new byte[0]).statusCode();
    if (status != 202 && status != 404) {
      throw new AssertionError("DELETE of a tag is " + status);
    }
    only(tag, "");
    if (status == 202) {
      acknowledged = acknowledged + 1;
    }
  }

  private Set<String> maybe(String tag) {
    return tags.computeIfAbsent(tag, _ -> new TreeSet<>(Set.of("")));
  }

  private void only(String tag, String value) {
    tags.put(tag, new TreeSet<>(Set.of(value)));
  }

  /** What the server has lost, or shows by halves; empty where it kept its word. */
  List<String> losses() throws IOException, InterruptedException {
    List<String> losses = new ArrayList<>();
    resume();
    pushFirst(); // Nothing of it had arrived.
    for (Digest blob : mounted) {
      int status = send("HEAD", repository + "-mounted/blobs/" + blob, new byte[0]).statusCode();
      if (status != 200) {
        losses.add("mounted blob " + blob + ": " + status);
      }
    }
    for (Digest digest : gone) {
      int status = send("HEAD", repository + "/manifests/" + digest, new byte[0]).statusCode();
      if (status != 404) {
        losses.add("deleted manifest " + digest + ": " + status);
      }
    }
    for (Map.Entry<Digest, Integer> blob : blobs.entrySet()) {
      HttpResponse<byte[]> got = send("GET", repository + "/blobs/" + blob.getKey(), new byte[0]);
      if (got.statusCode() != 200 || !Digest.sha256(got.body()).equals(blob.getKey())) {
        losses.add("blob " + blob.getKey() + ": " + got.statusCode());
      }
    }
    for (Map.Entry<Digest, byte[]> manifest : manifests.entrySet()) {
      losses.addAll(whole(manifest.getKey().toString(), manifest.getKey().toString()));
    }
    for (Map.Entry<String, Set<String>> tag : tags.entrySet()) {
      HttpResponse<byte[]> got =
          send("GET", repository + "/manifests/" + tag.getKey(), new byte[0]);
      String found = got.statusCode() == 200 ? Digest.sha256(got.body()).toString() : "";
      if (!tag.getValue().contains(found)) {
        losses.add("tag %s is %s, not one of %s".formatted(tag.getKey(), found, tag.getValue()));
      }
      // From here on it is what it is.
      only(tag.getKey(), found);
    }
    losses.addAll(everythingListedIsWhole());
    return losses;
  }

  /** Also what was never acknowledged: if it is to be seen, then whole. */
  private List<String> everythingListedIsWhole() throws IOException, InterruptedException {
    List<String> losses = new ArrayList<>();
    HttpResponse<byte[]> list = send("GET", repository + "/tags/list?n=1000", new byte[0]);
    if (list.statusCode() == 200) {
      for (JsonNode tag : new ObjectMapper().readTree(list.body()).path("tags")) {
        losses.addAll(whole(tag.asText(), ""));
      }
    }
    if (!manifests.isEmpty()) {
      String subject = manifests.keySet().iterator().next().toString();
      HttpResponse<byte[]> referrers =
          send("GET", repository + "/referrers/" + subject, new byte[0]);
      for (JsonNode one : new ObjectMapper().readTree(referrers.body()).path("manifests")) {
        String digest = one.path("digest").asText();
        losses.addAll(whole(digest, digest));
      }
    }
    return losses;
  }

  private List<String> whole(String reference, String digest)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> got = send("GET", repository + "/manifests/" + reference, new byte[0]);
    if (got.statusCode() != 200
        || !(digest.isEmpty() || Digest.sha256(got.body()).toString().equals(digest))) {
      return List.of("manifest " + reference + ": " + got.statusCode());
    }
    String layer = new ObjectMapper().readTree(got.body()).at("/layers/0/digest").asText();
    int status = send("HEAD", repository + "/blobs/" + layer, new byte[0]).statusCode();
    return status == 200 ? List.of() : List.of("layer of " + reference + ": " + status);
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (method.equals("PUT") && path.contains("/manifests/")) {
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
