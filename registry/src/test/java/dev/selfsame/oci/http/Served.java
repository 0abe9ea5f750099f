package dev.selfsame.oci.http;

import dev.selfsame.digest.Digest;
import dev.selfsame.digest.RunningDigest;
import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.EvidenceWriting;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.scenes.FolderWriting;
import dev.selfsame.store.Registry;
import dev.selfsame.store.Uploads;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import dev.selfsame.upkeep.Collector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A registry server on loopback, and a client for it. */
public final class Served implements AutoCloseable {
  static final String REPO = "/v2/staging/app";

  private static final Duration LATELY = Duration.ofMinutes(10);

  private final H2Repositories repositories;
  private final Collector collector;
  private final RegistryServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private Served(
      Path folder,
      Supplier<Optional<EvidenceAtHand>> evidence,
      Supplier<Instant> now,
      Duration lately,
      UnaryOperator<Options> how) {
    RegistryFolder opened = RegistryFolder.create(folder);
    Registry registry = opened.registry();
    repositories =
        H2Repositories.open(opened.path(), opened.changes(Clock.systemUTC()), Progress.SILENT);
    Uploads uploads = opened.uploads();
    collector = Collector.in(opened, uploads, repositories, Clock.systemUTC(), Progress.SILENT);
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now.get();
          }
        };
    StagingRepositories staging =
        new StagingRepositories(registry.blobs(), uploads, repositories, lately);
    server =
        RegistryServer.start(
            new Services(
                staging,
                new DeployRepositories(evidence, clock),
                new EvidenceReading(registry),
                new EvidenceWriting(
                    registry.blobs(), new FolderWriting(opened), evidence, staging, clock)),
            how.apply(local(repositories::trouble)));
  }

  private static Options local(Supplier<Optional<String>> log) {
    Options usual =
        Options.local(
            new InetSocketAddress("127.0.0.1", 0),
            failure -> System.err.println("server: " + failure.getMessage()));
    return usual.withChecks(Map.of("log of changes", log));
  }

  /** One without a trust root. */
  static Served at(Path folder) {
    return at(folder, UnaryOperator.identity());
  }

  /** One without a trust root, run in this way. */
  static Served at(Path folder, UnaryOperator<Options> how) {
    return new Served(folder, Optional::empty, Instant::now, LATELY, how);
  }

  /** One that believes this evidence. */
  static Served at(
      Path folder, Supplier<Optional<EvidenceAtHand>> evidence, Supplier<Instant> now) {
    return new Served(folder, evidence, now, LATELY, UnaryOperator.identity());
  }

  /** One that believes this evidence, run in this way. */
  static Served at(
      Path folder,
      Supplier<Optional<EvidenceAtHand>> evidence,
      Supplier<Instant> now,
      UnaryOperator<Options> how) {
    return new Served(folder, evidence, now, LATELY, how);
  }

  /** One with this evidence, run in this way. */
  static Served at(
      Path folder, Supplier<Optional<EvidenceAtHand>> evidence, UnaryOperator<Options> how) {
    return new Served(folder, evidence, Instant::now, LATELY, how);
  }

  /**
   * One that notes each time that a blob is asked for, so that a collector's grace may be short.
   */
  static Served noting(
      Path folder, Supplier<Optional<EvidenceAtHand>> evidence, Supplier<Instant> now) {
    return new Served(folder, evidence, now, Duration.ZERO, UnaryOperator.identity());
  }

  /** As the other, without a trust root, and run in this way. */
  static Served noting(Path folder, UnaryOperator<Options> how) {
    return new Served(folder, Optional::empty, Instant::now, Duration.ZERO, how);
  }

  /** Takes away what nobody needs, while this serves. */
  Collector collector() {
    return collector;
  }

  int port() {
    return server.port();
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port()).resolve(path);
  }

  HttpResponse<byte[]> send(String method, String path, byte[] body, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(path))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  HttpResponse<byte[]> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    return send(method, path, new byte[0], headers);
  }

  HttpResponse<byte[]> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send("GET", path, headers);
  }

  static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  static String header(HttpResponse<?> answer, String name) {
    return answer.headers().firstValue(name).orElse("(none)");
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Begins an upload; where it goes on. */
  String begin() throws IOException, InterruptedException {
    return header(send("POST", REPO + "/blobs/uploads/"), "Location");
  }

  /** Pushes a blob with POST and PUT. */
  Digest push(String repo, byte[] content) throws IOException, InterruptedException {
    Digest digest = Digest.sha256(content);
    String place = header(send("POST", repo + "/blobs/uploads/"), "Location");
    HttpResponse<byte[]> put = send("PUT", place + "?digest=" + digest, content);
    if (put.statusCode() != 201) {
      throw new AssertionError(put + text(put));
    }
    return digest;
  }

  static Digest sha512(byte[] content) {
    RunningDigest hash = new RunningDigest(Digest.Algorithm.SHA512);
    hash.update(content, 0, content.length);
    return hash.digest();
  }

  /** An image of these layers, whose config is there. */
  String image(String repo, String more, Digest... layers)
      throws IOException, InterruptedException {
    Digest config = push(repo, bytes("{}"));
    StringBuilder list = new StringBuilder();
    for (Digest layer : layers) {
      list.append(list.isEmpty() ? "" : ",")
          .append(
              "{\"mediaType\":\"application/octet-stream\",\"digest\":\"%s\",\"size\":1}"
                  .formatted(layer));
    }
    return """
    {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.empty.v1+json",\
    "digest":"%s","size":2},"layers":[%s]%s}\
    """
        .formatted(MediaTypes.MANIFEST, config, list, more);
  }

  HttpResponse<byte[]> put(String repo, String reference, String manifest)
      throws IOException, InterruptedException {
    return send(
        "PUT",
        repo + "/manifests/" + reference,
        bytes(manifest),
        "Content-Type",
        MediaTypes.MANIFEST);
  }

  @Override
  public void close() {
    server.close();
    repositories.close();
    client.close();
  }
}
