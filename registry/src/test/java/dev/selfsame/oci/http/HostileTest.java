package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no client sends by mistake, byte by byte. */
final class HostileTest {
  private static final String KEPT = Served.REPO + "/manifests/kept";

  /** After which a server that is asked for nothing more counts as silent. */
  private static final int SILENT_MILLIS = 2_000;

  /** How long a server may take to end a connection, where it has to. */
  private static final int MOST_MILLIS = 30_000;

  @TempDir private Path folder;
  private Served served;

  /** Whether the server has ended the last connection, and did not just fall silent. */
  private boolean ended;

  @BeforeEach
  void start() throws Exception {
    served = Served.at(folder.resolve("registry"));
    Files.writeString(folder.resolve("secret"), "secret");
  }

  @AfterEach
  void stop() throws Exception {
    // Whatever was sent, the next client is served.
    assertEquals(200, served.get("/v2/").statusCode());
    served.close();
  }

  /** What comes back until the server closes, or falls silent. */
  private String raw(String request) throws IOException {
    return raw(request.getBytes(StandardCharsets.ISO_8859_1), SILENT_MILLIS);
  }

  /** What comes back until the server closes, which it has to. */
  private String rawToEnd(String request) throws IOException {
    String answer = raw(request.getBytes(StandardCharsets.ISO_8859_1), MOST_MILLIS);
    assertTrue(ended, "it waits for more: " + answer);
    return answer;
  }

  private String raw(byte[] request, int patience) throws IOException {
    StringBuilder answer = new StringBuilder();
    ended = true;
    try (Socket socket = new Socket("127.0.0.1", served.port())) {
      socket.setSoTimeout(patience);
      socket.getOutputStream().write(request);
      byte[] buffer = new byte[8192];
      InputStream in = socket.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        answer.append(new String(buffer, 0, n, StandardCharsets.ISO_8859_1));
      }
    } catch (java.net.SocketTimeoutException silent) {
      ended = false;
    } catch (java.net.SocketException reset) {
      return answer.toString();
    }
    return answer.toString();
  }

  private void keep() throws Exception {
    String image = served.image(Served.REPO, "");
    assertEquals(201, served.put(Served.REPO, "kept", image).statusCode());
  }

  /** What was to be deleted is there, and goes once that is asked for by a proper request. */
  private void assertKept() throws Exception {
    assertEquals(200, served.get(KEPT).statusCode());
    String asked =
        raw("DELETE " + KEPT + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertTrue(asked.startsWith("HTTP/1.1 202 "), asked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/staging/../../secret/tags/list",
        "/v2/staging/%2e%2e/%2e%2e/secret/manifests/x",
        "/v2/staging/a/blobs/sha256:../../../secret",
        "/v2/staging/a/blobs/sha256%3a..%2f..%2fsecret",
        "/v2/staging/a/blobs/uploads/../../../secret",
        "/v2/staging/a/blobs/uploads/..%2f..%2fsecret",
        "/v2/staging/a/manifests/..%2f..%2fsecret",
        "/v2//staging/a/tags/list",
        "/v2/staging/a\\..\\b/tags/list",
        "/v2/%73taging/a/tags/list",
        "/v2/staging/a;x=y/tags/list",
        "//v2/staging/a/tags/list",
        "/v2/staging/a%00/tags/list",
      })
  void path_tricks_reach_nothing(String path) throws Exception {
    String answer =
        raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
    assertFalse(answer.endsWith("secret"), answer);
    assertFalse(answer.contains("500"), answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 4\r\nContent-Length: 40\r\n",
        "Content-Length: -4\r\n",
        "Content-Length: 4x\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Content-Length : 4\r\n",
        " Content-Length: 4\r\n",
      })
  void a_request_that_two_readers_would_read_differently_is_refused(String headers)
      throws Exception {
    keep();
    String smuggled = "DELETE " + KEPT + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String answer =
        rawToEnd(
            "POST /v2/staging/a/blobs/uploads/ HTTP/1.1\r\nHost: localhost\r\n%s\r\n0\r\n\r\n%s"
                .formatted(headers, smuggled));
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertEquals(0, answer.lastIndexOf("HTTP/1.1 "), answer);
    assertKept();
  }

  @ParameterizedTest
  @CsvSource({"true, 100", "true, 17", "false, 100", "false, 9"})
  void headers_and_lines_without_end_are_cut_off(boolean inHeaders, int kilobytes)
      throws Exception {
    keep();
    String a = "a".repeat(1000);
    String request =
        inHeaders
            ? "DELETE %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n"
                .formatted(KEPT, ("X-A: " + a + "\r\n").repeat(kilobytes))
            : "DELETE %s?%s HTTP/1.1\r\nHost: localhost\r\n\r\n"
                .formatted(KEPT, a.repeat(kilobytes));
    String answer = rawToEnd(request);
    // What it has not read when it closes may take its answer with it.
    assertTrue(answer.startsWith("HTTP/1.1 4") || answer.isEmpty(), answer);
    assertKept();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example.org\r\n",
        "Host: 127.0.0.1.example.org:5000\r\n",
        "Host: localhost.example.org\r\n",
        "Host: 10.0.0.1\r\n",
        "Host: localhost\r\nOrigin: https://evil.example.org\r\n",
        "Host: localhost\r\nOrigin: http://localhost:8080\r\n",
        "Host: localhost\r\nOrigin: null\r\n",
        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
      })
  void a_page_in_this_machines_browser_reaches_nothing(String headers) throws Exception {
    for (String asked :
        new String[] {"GET /v2/_catalog", "POST /v2/staging/a/blobs/uploads/", "GET /metrics"}) {
      String answer =
          raw(asked + " HTTP/1.1\r\n" + headers + "Content-Length: 0\r\nConnection: close\r\n\r\n");
      assertTrue(answer.startsWith("HTTP/1.1 403"), asked + answer);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: localhost:5000\r\n",
        "Host: LOCALHOST\r\n",
        "Host: 127.0.0.1:5000\r\n",
        "Host: 127.1.2.3\r\n",
        "Host: [::1]:5000\r\n",
        "Host: registry.localhost\r\nOrigin: http://registry.localhost\r\n",
      })
  void programs_on_this_machine_are_served_by_every_name_of_it(String headers) throws Exception {
    String answer = raw("GET /v2/ HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
  }

  @Test
  void large_manifests_that_do_not_come_keep_nobody_out() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        Socket socket = new Socket("127.0.0.1", served.port());
        silent.add(socket);
        String put =
            "PUT /v2/staging/a/manifests/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4000000\r\n\r\n{";
        socket.getOutputStream().write(put.getBytes(StandardCharsets.US_ASCII));
      }
      String large =
          served.image(
              Served.REPO, ",\"annotations\":{\"a\":\"%s\"}".formatted("x".repeat(3 << 20)));
      // One that had to wait for them would be told 429.
      assertEquals(201, served.put(Served.REPO, "large", large).statusCode());
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void a_tls_client_is_told_that_there_is_none() throws Exception {
    byte[] hello = new byte[517];
    hello[0] = 0x16;
    hello[1] = 0x03;
    hello[2] = 0x01;
    String answer = raw(hello, SILENT_MILLIS);
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    int body = answer.length() - answer.indexOf("\r\n\r\n") - 4;
    assertTrue(answer.contains("\r\nContent-Length: " + body + "\r\n"), answer);
  }

  @Test
  void an_upload_that_breaks_off_keeps_what_arrived_and_makes_no_blob() throws Exception {
    byte[] content = new byte[200_000];
    Digest digest = Digest.sha256(content);
    String place = served.begin();
    try (Socket socket = new Socket("127.0.0.1", served.port())) {
      socket
          .getOutputStream()
          .write(
              "PUT %s?digest=%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 200000\r\n\r\n"
                  .formatted(place, digest)
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(content, 0, 100_000);
      socket.getOutputStream().flush();
    }
    String range = "";
    for (int i = 0; i < 100 && !range.equals("0-99999"); i++) {
      Thread.sleep(20);
      range = Served.header(served.get(place), "Range");
    }
    assertEquals("0-99999", range);
    assertEquals(404, served.get(Served.REPO + "/blobs/" + digest).statusCode());
    byte[] rest = new byte[100_000];
    assertEquals(
        201,
        served
            .send("PUT", place + "?digest=" + digest, rest, "Content-Range", "100000-199999")
            .statusCode());
  }

  @Test
  void a_chunk_that_would_fill_the_memory_is_not_waited_for() throws Exception {
    byte[] piece = new byte[1 << 20];
    long sent = 0;
    try (Socket socket = new Socket("127.0.0.1", served.port())) {
      socket.setSoTimeout(30_000);
      socket
          .getOutputStream()
          .write(
              "GET /v2/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n7fffffff\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      for (; sent < 256; sent++) {
        socket.getOutputStream().write(piece);
      }
    } catch (java.net.SocketException broken) {
      assertTrue(sent < 256, "it was cut off");
    }
    assertTrue(sent < 256, sent + " MB were taken");
  }

  @Test
  void an_answer_without_a_byte_comes_on_a_last_connection_too() throws Exception {
    byte[] nothing = new byte[0];
    String place = served.begin();
    assertEquals(
        201, served.send("PUT", place + "?digest=" + Digest.sha256(nothing), nothing).statusCode());
    String answer =
        raw(
            "GET %s/blobs/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .formatted(Served.REPO, Digest.sha256(nothing)));
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    assertTrue(answer.contains("\r\nContent-Length: 0\r\n"), answer);
  }

  @Test
  void a_connection_goes_on_after_a_body_was_refused_in_the_middle() throws Exception {
    String path = served.begin();
    path = path.substring(path.indexOf("/v2"));
    String wrong =
        "PATCH %s HTTP/1.1\r\nHost: localhost\r\nContent-Range: 500-999\r\nContent-Length: 500\r\n\r\n%s"
            .formatted(path, "x".repeat(500));
    String answer = raw(wrong + wrong + "GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertEquals(2, answer.split("HTTP/1.1 416 ", -1).length - 1, answer);
    assertEquals(1, answer.split("HTTP/1.1 200 ", -1).length - 1, answer);
  }

  @Test
  void a_body_that_is_refused_before_it_comes_is_answered_at_once() throws Exception {
    String path = served.begin();
    path = path.substring(path.indexOf("/v2"));
    String answer =
        raw(
            "PATCH %s HTTP/1.1\r\nHost: localhost\r\nContent-Range: 500-999\r\nContent-Length: 500\r\n\r\n"
                .formatted(path));
    assertTrue(answer.startsWith("HTTP/1.1 416 "), answer);
  }

  @Test
  void a_connection_that_ends_for_what_is_not_taken_is_announced() throws Exception {
    String answer =
        raw(
            "POST %s/blobs/uploads/?digest=x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n"
                .formatted(Served.REPO));
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
  }

  @Test
  void a_single_post_that_breaks_off_leaves_nothing() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", served.port())) {
      socket
          .getOutputStream()
          .write(
              ("POST "
                      + Served.REPO
                      + "/blobs/uploads/?digest=sha256:"
                      + "0".repeat(64)
                      + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nabc")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
    }
    Path uploads = folder.resolve("registry/uploads");
    for (int i = 0; i < 100 && count(uploads) != 0; i++) {
      Thread.sleep(20);
    }
    assertEquals(0, count(uploads));
  }

  private static long count(Path uploads) throws IOException {
    if (!Files.exists(uploads)) {
      return -1;
    }
    try (Stream<Path> files = Files.list(uploads)) {
      return files.count();
    }
  }
}
