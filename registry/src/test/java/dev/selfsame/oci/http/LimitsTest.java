package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much a server takes, and how slowly. */
@Timeout(90)
final class LimitsTest {
  private static final Duration SLOW = Duration.ofSeconds(2);

  @TempDir private Path folder;

  private Served served(Limits limits, Map<String, Supplier<Optional<String>>> checks) {
    return Served.at(
        folder.resolve("registry"),
        usual ->
            usual
                .withLimits(limits)
                .withRequests(AccessLog.to(folder.resolve("access.log")))
                .withChecks(checks));
  }

  private Served served(long blobBytes, int perSecond) {
    return served(
        new Limits(blobBytes, 100, perSecond, 1024, SLOW, SLOW, Duration.ofSeconds(5)), Map.of());
  }

  private static Socket connect(Served served) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), served.port());
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  /** Reads until the other side has ended, or broken, the connection. */
  private static void awaitEnd(InputStream in) {
    try {
      while (in.read() >= 0) {
        continue;
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the connection stays open", e);
    } catch (IOException reset) {
      return;
    }
  }

  @Test
  void a_blob_that_is_too_large_is_413_whether_or_not_it_says_so() throws Exception {
    try (Served served = served(1000, 0)) {
      byte[] large = new byte[1001];
      String whole = Served.REPO + "/blobs/uploads/?digest=" + Digest.sha256(large);
      assertEquals(413, served.send("POST", whole, large).statusCode());
      String place = served.begin();
      assertEquals(202, served.send("PATCH", place, new byte[600]).statusCode());
      assertEquals(413, served.send("PATCH", place, new byte[600]).statusCode());
      try (Socket socket = connect(served)) {
        String path = place.substring(place.indexOf("/v2"));
        send(
            socket,
            "PATCH %s HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                .formatted(path));
        send(socket, "258\r\n" + "x".repeat(600) + "\r\n0\r\n\r\n");
        String answer =
            new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
        assertEquals("HTTP/1.1 413", answer);
      }
    }
  }

  @Test
  void more_requests_than_allowed_are_429() throws Exception {
    try (Served served = served(1000, 2)) {
      int refused = 0;
      HttpResponse<byte[]> last = served.get("/v2/");
      for (int i = 0; i < 10; i++) {
        last = served.get("/v2/");
        refused += last.statusCode() == 429 ? 1 : 0;
      }
      assertTrue(refused > 0, "" + last);
      assertEquals(200, served.get("/health").statusCode());
    }
  }

  @Test
  void whoever_says_nothing_is_left() throws Exception {
    try (Served served = served(1000, 0);
        Socket silent = connect(served);
        Socket half = connect(served)) {
      send(half, "GE");
      awaitEnd(silent.getInputStream());
      awaitEnd(half.getInputStream());
      assertEquals(200, served.get("/v2/").statusCode());
    }
  }

  @Test
  void a_body_that_nobody_wants_is_not_waited_for() throws Exception {
    try (Served served = served(1000, 0)) {
      for (String length : List.of("99999999999", "100000", "10")) {
        try (Socket socket = connect(served)) {
          send(
              socket,
              "PUT /v2/staging/a/blobs/uploads/x?digest=sha256:%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %s\r\n\r\n"
                  .formatted("0".repeat(64), length));
          String answer =
              new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
          assertEquals("HTTP/1.1 404", answer);
          awaitEnd(socket.getInputStream());
        }
      }
      // A small one is taken, and the connection is used again.
      try (Socket socket = connect(served)) {
        send(socket, "GET /v2/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc");
        send(socket, "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        String both = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(both.contains("{}HTTP/1.1 200"), both);
      }
    }
  }

  @Test
  void whoever_asks_and_never_takes_an_answer_is_left() throws Exception {
    try (Served served = served(1000, 0);
        Socket socket = connect(served)) {
      String request = "GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n";
      Thread asking =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  for (int i = 0; i < 1_000_000; i++) {
                    send(socket, request);
                  }
                } catch (IOException ended) {
                  return;
                }
              });
      asking.join();
      assertEquals(200, served.get("/v2/").statusCode());
    }
  }

  @Test
  void headers_that_come_too_slowly_end_the_connection() throws Exception {
    try (Served served = served(1000, 0);
        Socket socket = connect(served)) {
      send(socket, "GET /v2/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
      Thread dribble =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (true) {
                    Thread.sleep(200);
                    send(socket, "y");
                  }
                } catch (IOException | InterruptedException ended) {
                  return;
                }
              });
      awaitEnd(socket.getInputStream());
      dribble.interrupt();
      assertEquals(200, served.get("/v2/").statusCode());
    }
  }

  @Test
  void a_body_that_comes_too_slowly_ends_the_connection_and_the_upload_goes_on() throws Exception {
    try (Served served = served(1 << 20, 0)) {
      String place = served.begin();
      String path = place.substring(place.indexOf("/v2"));
      try (Socket socket = connect(served)) {
        send(
            socket,
            "PATCH %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
                .formatted(path));
        send(socket, "x".repeat(5000));
        Thread dribble =
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    while (true) {
                      Thread.sleep(200);
                      send(socket, "y");
                    }
                  } catch (IOException | InterruptedException ended) {
                    return;
                  }
                });
        awaitEnd(socket.getInputStream());
        dribble.interrupt();
      }
      // The connection ends first; what has come by then is kept by whoever reads it.
      String range = "0-0";
      for (int i = 0; i < 100 && range.equals("0-0"); i++) {
        HttpResponse<byte[]> stands = served.get(place);
        assertEquals(204, stands.statusCode());
        range = Served.header(stands, "Range");
        Thread.sleep(100);
      }
      assertTrue(range.compareTo("0-4") > 0, range);
      // Files that the server works with are as they were.
      served.push(Served.REPO, Served.bytes("after"));
    }
  }

  @Test
  void whoever_does_not_take_what_was_asked_for_is_left() throws Exception {
    try (Served served = served(1 << 30, 0)) {
      byte[] large = new byte[30 << 20];
      new Random(1).nextBytes(large);
      Digest digest = served.push(Served.REPO, large);
      AtomicReference<String> metrics = new AtomicReference<>("");
      try (Socket socket = connect(served)) {
        send(
            socket,
            "GET %s/blobs/%s HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(Served.REPO, digest));
        // Nothing is read; the server's side of the connection has to end by itself.
        for (int i = 0; i < 200; i++) {
          Thread.sleep(100);
          metrics.set(Served.text(served.get("/metrics")));
          if (i > 10 && metrics.get().contains("registry_http_bodies_under_way 0.0")) {
            break;
          }
        }
        awaitEnd(socket.getInputStream());
      }
      assertTrue(metrics.get().contains("registry_http_bodies_under_way 0.0"), metrics.get());
      assertEquals(digest, Digest.sha256(served.get(Served.REPO + "/blobs/" + digest).body()));
      served.push(Served.REPO, Served.bytes("after"));
    }
  }

  @Test
  void a_slow_client_that_goes_on_is_served_whole() throws Exception {
    try (Served served = served(1 << 30, 0)) {
      byte[] content = new byte[12 << 20];
      new Random(2).nextBytes(content);
      Digest digest = served.push(Served.REPO, content);
      try (Socket socket = connect(served)) {
        socket.setReceiveBufferSize(64 << 10);
        send(
            socket,
            "GET %s/blobs/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .formatted(Served.REPO, digest));
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[1 << 20];
        long got = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          got += read;
          if (got < 6 << 20) {
            Thread.sleep(50);
          }
        }
        assertTrue(got > content.length, "" + got);
      }
    }
  }

  @Test
  void a_large_list_is_not_cut_for_a_client_that_takes_it_slowly() throws Exception {
    Duration window = Duration.ofSeconds(3);
    Limits limits = new Limits(1 << 20, 100, 0, 1024, window, SLOW, Duration.ofSeconds(5));
    try (Served served = served(limits, Map.of());
        Socket socket = new Socket()) {
      String list = Served.REPO + "/referrers/" + Digest.sha256("absent".getBytes());
      for (String note : List.of("a", "b")) {
        String manifest =
            served.image(
                Served.REPO,
                ",\"subject\":{\"digest\":\"%s\"},\"annotations\":{\"n\":\"%s\"}"
                    .formatted(Digest.sha256("absent".getBytes()), note.repeat((4 << 20) - 1000)));
        assertEquals(201, served.put(Served.REPO, note, manifest).statusCode());
      }
      socket.setReceiveBufferSize(16 << 10);
      socket.setSoTimeout(30_000);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), served.port()));
      send(
          socket,
          "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(list));
      // 8 MB at 1 MB a second, of which 1 KB is asked for; the kernel holds some of it.
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[64 << 10];
      StringBuilder got = new StringBuilder();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        got.append(new String(buffer, 0, read, StandardCharsets.US_ASCII));
        Thread.sleep(64L * read / buffer.length);
      }
      String begun = got.substring(0, Math.min(2000, got.length()));
      assertTrue(got.length() > 8_000_000, () -> got.length() + ": " + begun);
      assertTrue(got.toString().endsWith("\r\n\r\n" + Served.text(served.get(list))));
    }
  }

  private static void announce(Socket socket, String place, int sent) throws IOException {
    send(
        socket,
        "PATCH %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
            .formatted(place.substring(place.indexOf("/v2")), 40L << 30));
    send(socket, "x".repeat(sent));
  }

  /** Whether some of an upload arrives. */
  private static boolean arrives(Served served, String place) throws Exception {
    for (int i = 0; i < 20; i++) {
      if (!Served.header(served.get(place), "Range").equals("0-0")) {
        return true;
      }
      Thread.sleep(50);
    }
    return false;
  }

  /** Whether an upload of 40 GiB is let in, of which nobody waits for the rest. */
  private static boolean isLetIn(Served served, String place) throws Exception {
    try (Socket socket = connect(served)) {
      announce(socket, place, 1 << 20);
      return arrives(served, place);
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  void the_room_of_a_disk_is_given_to_one_upload_and_not_to_all_at_once() throws Exception {
    // There is room for 100 GiB, whatever others do to this disk meanwhile: for two of 40 GiB.
    long free = folder.toFile().getUsableSpace();
    Room room = new Room(folder, free - (100L << 30), true);
    Limits limits =
        new Limits(1L << 40, 100, 0, 0, Duration.ofSeconds(60), SLOW, Duration.ofSeconds(1));
    try (Served served =
        Served.at(folder.resolve("registry"), usual -> usual.withLimits(limits).withRoom(room))) {
      String last = served.begin();
      try (Socket first = connect(served);
          Socket second = connect(served)) {
        for (Socket socket : List.of(first, second)) {
          String place = served.begin();
          announce(socket, place, 1 << 20);
          assertTrue(arrives(served, place));
        }
        try (Socket third = connect(served)) {
          announce(third, last, 0);
          String answer =
              new String(third.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
          assertEquals("HTTP/1.1 507", answer);
        }
      }
      // They have broken off, and what they had not sent is room again.
      boolean letIn = false;
      for (int i = 0; i < 20 && !letIn; i++) {
        letIn = isLetIn(served, last);
      }
      assertTrue(letIn);
    }
  }

  @Test
  void answers_that_are_in_memory_whole_fit_together() {
    LargeAnswers large = new LargeAnswers(64 << 20);
    int each = 4 << 20;
    assertTrue(large.take("a", each) && large.take("a", each));
    assertFalse(large.take("a", each), "of one address");
    for (String other : List.of("b", "c", "d")) {
      assertTrue(large.take(other, each) && large.take(other, each));
    }
    assertFalse(large.take("e", each), "of all together");
    large.giveBack("b", each);
    assertTrue(large.take("e", each));
    assertFalse(large.take("b", each));
    large.giveBack("a", each);
    large.giveBack("a", each);
    assertTrue(large.take("a", 8 << 20), "one alone may be larger than a part");
  }

  @Test
  void who_asks_for_large_answers_and_takes_none_does_not_fill_the_memory() throws Exception {
    Duration minute = Duration.ofMinutes(1);
    Limits limits = new Limits(1 << 20, 2000, 0, 1024, minute, minute, Duration.ofSeconds(1));
    List<Socket> silent = new ArrayList<>();
    try (Served served = served(limits, Map.of())) {
      String note = ",\"annotations\":{\"n\":\"" + "n".repeat((4 << 20) - 1000) + "\"}";
      String manifest = served.image(Served.REPO, note);
      assertEquals(201, served.put(Served.REPO, "large", manifest).statusCode());
      String status = "";
      // Each holds 8 MiB, and all together a quarter of the memory.
      while (!status.endsWith("429") && silent.size() < 400) {
        Socket socket = new Socket();
        silent.add(socket);
        socket.setReceiveBufferSize(4 << 10);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), served.port()));
        socket.setSoTimeout(30_000);
        send(
            socket,
            "GET %s/manifests/large HTTP/1.1\r\nHost: localhost\r\n\r\n".formatted(Served.REPO));
        status = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      }
      assertEquals("HTTP/1.1 429", status);
      assertEquals(200, served.get(Served.REPO + "/tags/list").statusCode());
      for (Socket socket : silent) {
        socket.close();
      }
      int again = 429;
      for (int i = 0; i < 100 && again == 429; i++) {
        again = served.get(Served.REPO + "/manifests/large").statusCode();
        Thread.sleep(again == 429 ? 50 : 0);
      }
      assertEquals(200, again);
    }
  }

  @Test
  void what_is_not_well_is_said_and_so_is_that_it_is_being_stopped() throws Exception {
    Served served =
        served(
            Limits.USUAL, Map.of("disk", () -> Optional.of("full"), "database", Optional::empty));
    try (served) {
      HttpResponse<byte[]> ready = served.get("/ready");
      assertEquals(503, ready.statusCode());
      assertEquals("{\"ready\":false,\"wrong\":{\"disk\":\"full\"}}", Served.text(ready));
      assertEquals(200, served.get("/health").statusCode());
      assertEquals(405, served.send("POST", "/health").statusCode());
    }
  }

  @Test
  void nobody_goes_on_with_an_upload_by_the_log() throws Exception {
    String place;
    try (Served served = served(1000, 0)) {
      place = served.begin();
      served.get(place);
      for (int i = 0; i < 50 && Files.size(folder.resolve("access.log")) == 0; i++) {
        Thread.sleep(100);
      }
    }
    String lines = Files.readString(folder.resolve("access.log"));
    assertFalse(lines.contains(place), lines);
    assertTrue(lines.contains(place.substring(0, place.lastIndexOf('/') + 9) + "…\""), lines);
  }

  @Test
  void what_is_counted_has_the_names_of_others() throws Exception {
    try (Served served = served(1000, 0)) {
      served.begin();
      String metrics = Served.text(served.get("/metrics"));
      for (String line :
          List.of(
              "registry_http_requests_total{code=\"202\",handler=\"blob_upload\",method=\"POST\"} 1.0",
              "registry_http_in_flight_requests{handler=\"blob_upload\"} 0.0",
              "registry_http_in_flight_requests{handler=\"metrics\"} 1.0",
              "jvm_memory_used_bytes{area=\"heap\"} ",
              "jvm_memory_used_bytes{area=\"nonheap\"} ",
              "process_cpu_seconds_total ",
              "process_resident_memory_bytes ",
              "process_open_fds ",
              "process_max_fds ",
              "process_start_time_seconds ")) {
        assertTrue(metrics.contains("\n" + line), line + metrics);
      }
    }
  }

  @Test
  void requests_are_logged_a_line_each() throws Exception {
    try (Served served = served(1000, 0)) {
      served.get("/v2/", "User-Agent", "me \"\n".strip());
      for (int i = 0; i < 50 && Files.size(folder.resolve("access.log")) == 0; i++) {
        Thread.sleep(100);
      }
    }
    String line = Files.readAllLines(folder.resolve("access.log")).getFirst();
    assertTrue(line.contains("\"method\":\"GET\",\"path\":\"/v2/\",\"status\":200"), line);
    assertTrue(line.contains("\"agent\":\"me \\\"\""), line);
  }
}
