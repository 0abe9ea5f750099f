package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.DeployRepositories;
import dev.selfsame.oci.EvidenceReading;
import dev.selfsame.oci.EvidenceWriting;
import dev.selfsame.oci.StagingRepositories;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.FolderWriting;
import dev.selfsame.store.Blobs;
import dev.selfsame.store.DirectOutput;
import dev.selfsame.store.Registry;
import dev.selfsame.store.RepositoryName;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.jdbi.H2Repositories;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether Helidon still has its socket where it is looked for, and what goes over it. */
final class WireTest {
  private static final int SIZE = 20_000_003;

  @TempDir private Path folder;
  private final AtomicLong taken = new AtomicLong();
  private final byte[] content = new byte[SIZE];
  private H2Repositories repositories;
  private RegistryServer server;
  private String path = "";

  @BeforeEach
  void start() {
    new Random(1).nextBytes(content);
    RegistryFolder opened = RegistryFolder.create(folder.resolve("r"));
    Registry registry = opened.registry();
    Clock clock = Clock.systemUTC();
    repositories = H2Repositories.open(opened.path(), opened.changes(clock), Progress.SILENT);
    StagingRepositories staging =
        new StagingRepositories(watched(registry.blobs()), opened.uploads(), repositories);
    server =
        RegistryServer.start(
            new Services(
                staging,
                new DeployRepositories(Optional::empty, clock),
                new EvidenceReading(registry),
                new EvidenceWriting(
                    registry.blobs(), new FolderWriting(opened), Optional::empty, staging, clock)),
            Options.local(new InetSocketAddress("127.0.0.1", 0), failure -> {}));
    Digest digest = registry.blobs().put(content).digest();
    repositories.link(new RepositoryName("staging/app"), digest);
    path = Served.REPO + "/blobs/" + digest;
  }

  @AfterEach
  void stop() {
    server.close();
    repositories.close();
  }

  /** The same blobs, with a count of what went past this program. */
  private Blobs watched(Blobs blobs) {
    return (Blobs)
        Proxy.newProxyInstance(
            Blobs.class.getClassLoader(),
            new Class<?>[] {Blobs.class},
            (_, method, args) -> {
              if (method.getName().equals("copyRange")) {
                args[3] = new Counting((DirectOutput) args[3]);
              }
              try {
                return method.invoke(blobs, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private final class Counting extends DirectOutput {
    private final DirectOutput out;

    Counting(DirectOutput out) {
      this.out = out;
    }

    @Override
    public long take(FileChannel file, long from, long count) throws IOException {
      long some = out.take(file, from, count);
      taken.addAndGet(some);
      return some;
    }

    @Override
    public void write(int value) throws IOException {
      out.write(value);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
    }
  }

  @Test
  void most_of_a_blob_goes_past_this_programs_memory_and_several_on_one_connection()
      throws Exception {
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      URI uri = URI.create("http://127.0.0.1:" + server.port()).resolve(path);
      for (int i = 0; i < 3; i++) {
        assertArrayEquals(
            content,
            client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofByteArray()).body());
      }
      assertTrue(taken.get() > 3L * SIZE / 2, taken + " of " + 3L * SIZE);
      var part =
          client.send(
              HttpRequest.newBuilder(uri).header("Range", "bytes=1000001-9000000").build(),
              BodyHandlers.ofByteArray());
      assertEquals(206, part.statusCode());
      assertArrayEquals(java.util.Arrays.copyOfRange(content, 1_000_001, 9_000_001), part.body());
    }
  }

  /** Their digests are told beforehand: what came otherwise would be refused. */
  @Test
  void bodies_that_follow_each_other_without_waiting_for_an_answer_come_as_they_were_sent()
      throws Exception {
    Random random = new Random(2);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int bodies = 12;
    for (int i = 0; i < bodies; i++) {
      byte[] body = new byte[random.nextInt(1, i % 3 == 0 ? 20_000 : 3_000_000)];
      random.nextBytes(body);
      boolean hasLength = i % 4 != 3;
      all.writeBytes(
          "POST %s/blobs/uploads/?digest=%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n"
              .formatted(
                  Served.REPO,
                  Digest.ofContent(Digest.Algorithm.SHA256, body),
                  hasLength ? "Content-Length: " + body.length : "Transfer-Encoding: chunked")
              .getBytes(StandardCharsets.US_ASCII));
      all.writeBytes(hasLength ? body : chunked(body, random));
    }
    all.writeBytes(
        "GET /v2/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(all.toByteArray());
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertEquals(bodies, answers.split("HTTP/1.1 201 ", -1).length - 1, answers);
      assertTrue(answers.contains("HTTP/1.1 200 "), answers);
    }
  }

  private static byte[] chunked(byte[] body, Random random) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int at = 0; at < body.length; ) {
      int count = Math.min(random.nextInt(1, 300_000), body.length - at);
      all.writeBytes("%x\r\n".formatted(count).getBytes(StandardCharsets.US_ASCII));
      all.write(body, at, count);
      all.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      at += count;
    }
    all.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return all.toByteArray();
  }

  @Test
  void who_reads_slowly_gets_all_of_it() throws Exception {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(4096);
      socket.connect(new InetSocketAddress("127.0.0.1", server.port()));
      OutputStream out = socket.getOutputStream();
      out.write(
          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
              .formatted(path)
              .getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      byte[] head = in.readNBytes(100_000);
      Thread.sleep(1500);
      byte[] rest = in.readAllBytes();
      int body = new String(head, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
      byte[] all = new byte[head.length - body + rest.length];
      System.arraycopy(head, body, all, 0, head.length - body);
      System.arraycopy(rest, 0, all, head.length - body, rest.length);
      assertArrayEquals(content, all);
    }
  }
}
