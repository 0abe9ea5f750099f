package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.scenes.FaultyWay;
import dev.selfsame.scenes.FaultyWay.Fault;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code serve} over an S3 that fails, breaks off in the midst of a body, or is slow. */
@Timeout(300)
@Needs(Component.POSTGRES_USER)
@Needs(Component.S3PROXY)
final class FaultyS3ServeTest extends OnPostgresAndS3 {
  private static final String APP = SharedServer.APP;

  /** Pulls, and as many pushes: more than there are connections to the database. */
  private static final int SLOW = 20;

  private FaultyWay way;
  private SharedServer server;

  @BeforeEach
  void start() throws Exception {
    way = new FaultyWay(s3.port());
    Files.writeString(
        folder.resolve("serve.toml"),
        """
        data = "data"
        listen = "127.0.0.1:0"
        """
            + places(database, prefix, way.endpoint()));
    server = new SharedServer(folder, Clock.systemUTC(), "serve.toml");
    server.listen();
    succeeds(201, server.push("{}"));
    succeeds(201, server.send("PUT", APP + "manifests/1", SharedServer.manifest()));
  }

  @AfterEach
  void stop() throws Exception {
    int status = server.stop();
    way.close();
    assertEquals(0, status, server.err());
  }

  private HttpResponse<String> succeeds(int status, HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body() + server.err());
    return answer;
  }

  private static String blob(String content) {
    return APP + "blobs/" + SharedServer.digest(content);
  }

  /** Of a blob that is there: its bytes, a look at it, or that it becomes one. */
  private static boolean isOfBlob(String request) {
    return request.contains("/sha256/");
  }

  @Test
  void while_s3_fails_nothing_is_acknowledged_and_all_goes_on_when_it_is_well() throws Exception {
    succeeds(201, server.push("pushed before"));
    String half = "half ".repeat(1000);
    String place =
        succeeds(202, server.send("POST", APP + "blobs/uploads/", ""))
            .headers()
            .firstValue("Location")
            .orElseThrow();
    succeeds(202, server.send("PATCH", place, half));
    AtomicInteger number = new AtomicInteger();
    way.put(_ -> new Fault.Answer(number.getAndIncrement() % 2 == 0 ? 500 : 503, "SlowDown"));

    server.ready(503, "\"blobs\":\"bucket ");
    server.unavailable(server.push("pushed meanwhile"));
    server.unavailable(server.send("POST", APP + "blobs/uploads/", ""));
    server.unavailable(server.send("PATCH", place, half));
    server.unavailable(server.send("PUT", APP + "manifests/2", SharedServer.manifest()));
    server.unavailable(server.get(blob("pushed before")));
    succeeds(200, server.get(APP + "manifests/1"));

    way.put(_ -> new Fault.None());
    server.ready(200, "true");
    assertEquals("pushed before", succeeds(200, server.get(blob("pushed before"))).body());
    succeeds(404, server.get(blob("pushed meanwhile")));
    succeeds(404, server.get(APP + "manifests/2"));
    succeeds(201, server.push("pushed meanwhile"));
    succeeds(201, server.send("PUT", APP + "manifests/2", SharedServer.manifest()));
    HttpResponse<String> stands = succeeds(204, server.get(place));
    assertEquals("0-" + (half.length() - 1), stands.headers().firstValue("Range").orElseThrow());
    String end = place + "?digest=" + SharedServer.digest(half + half);
    succeeds(201, server.send("PUT", end, half));
    assertEquals(half + half, succeeds(200, server.get(blob(half + half))).body());
  }

  /** All that comes on one connection until its end, whichever way it ends. */
  private String raw(String path) throws IOException {
    ByteArrayOutputStream came = new ByteArrayOutputStream();
    try (Socket socket = new Socket("127.0.0.1", URI.create(server.url).getPort())) {
      socket.setSoTimeout(60_000);
      String request =
          "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".formatted(path);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] buffer = new byte[1 << 16];
      for (int n = 0; n >= 0; n = socket.getInputStream().read(buffer)) {
        came.write(buffer, 0, n);
      }
    } catch (SocketException reset) {
      // As good an end of half a body as any other.
    }
    return came.toString(StandardCharsets.ISO_8859_1);
  }

  /**
   * Sees that an answer is no whole one, nor half of one with something else behind it.
   *
   * @return what came of the content
   */
  private static String assertBroken(String answer, String content) {
    if (answer.isEmpty() || answer.startsWith("HTTP/1.1 503 ")) {
      return "";
    }
    int begin = answer.indexOf("\r\n\r\n") + 4;
    String head = answer.substring(0, begin);
    assertTrue(head.startsWith("HTTP/1.1 200 "), head);
    assertTrue(head.contains("\r\nContent-Length: " + content.length() + "\r\n"), head);
    String body = answer.substring(begin);
    assertTrue(body.length() < content.length(), "all of it came");
    assertTrue(content.startsWith(body), "something else came behind half of it");
    return body;
  }

  @Test
  void a_blob_that_breaks_off_in_s3_never_looks_whole() throws Exception {
    String content = "0123456789abcdef".repeat(200_000);
    succeeds(201, server.push(content));
    AtomicInteger left = new AtomicInteger(2);
    Fault cut = new Fault.CutAnswer(400_000);
    way.put(request ->
        request.startsWith("GET ") && isOfBlob(request) && left.getAndDecrement() > 0
            ? cut
            : new Fault.None());
    // The rest is asked for by itself.
    assertEquals(content, succeeds(200, server.get(blob(content))).body());
    assertTrue(left.get() < 0, "it was cut off");

    // A look at it still says that it is there.
    for (Fault fault : List.of(cut, new Fault.Answer(500, "InternalError"))) {
      way.put(
          request -> request.startsWith("GET ") && isOfBlob(request) ? fault : new Fault.None());
      String body = assertBroken(raw(blob(content)), content);
      assertEquals(fault.equals(cut), !body.isEmpty(), "%s: %d".formatted(fault, body.length()));
    }
    way.put(request -> request.startsWith("GET ") && isOfBlob(request) ? cut : new Fault.None());
    assertThrows(IOException.class, () -> server.get(blob(content)));

    way.put(_ -> new Fault.None());
    assertEquals(content, succeeds(200, server.get(blob(content))).body());
  }

  @Test
  void a_slow_s3_holds_up_nothing_that_needs_none_of_it() throws Exception {
    succeeds(201, server.push("layer"));
    succeeds(201, server.send("PUT", APP + "manifests/2", SharedServer.manifest()));
    AtomicInteger held = new AtomicInteger();
    CompletableFuture<Fault> well = new CompletableFuture<>();
    way.put(request -> {
      if (!isOfBlob(request)) {
        return new Fault.None();
      }
      held.incrementAndGet();
      return well.join();
    });
    List<Future<HttpResponse<String>>> pulls = new ArrayList<>();
    List<Future<HttpResponse<String>>> pushes = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int i = 0; i < SLOW; i++) {
          String mine = "push " + i;
          pulls.add(clients.submit(() -> server.get(blob("layer"))));
          pushes.add(clients.submit(() -> server.push(mine)));
        }
        for (int i = 0; i < SharedServer.TRIES && held.get() < 2 * SLOW; i++) {
          Thread.sleep(50);
        }
        assertTrue(held.get() >= 2 * SLOW, held + " wait");
        for (String path :
            List.of(
                "/v2/",
                "/v2/_catalog",
                "/health",
                APP + "manifests/1",
                APP + "tags/list",
                APP + "referrers/" + SharedServer.digest(SharedServer.manifest()))) {
          succeeds(200, server.get(path));
        }
        succeeds(202, server.send("DELETE", APP + "manifests/2", ""));
        server.ready(200, "true");
        assertTrue(pulls.stream().noneMatch(Future::isDone), "a pull that needs S3 has ended");
        assertTrue(pushes.stream().noneMatch(Future::isDone), "a push that needs S3 has ended");
      } finally {
        well.complete(new Fault.None());
      }
      for (Future<HttpResponse<String>> pull : pulls) {
        assertEquals("layer", succeeds(200, pull.get()).body());
      }
      for (Future<HttpResponse<String>> push : pushes) {
        succeeds(201, push.get());
      }
    }
  }
}
