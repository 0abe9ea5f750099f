package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program as a server, told to end in the middle of its work. */
@Timeout(120)
final class ServeDrainTest {
  private static final int DELAY_SECONDS = 3;
  private static final String UPLOADS = "/v2/staging/app/blobs/uploads/";

  @TempDir private Path folder;
  private Process server;
  private int port;
  private final byte[] content = new byte[32 << 20];

  @BeforeEach
  void start() throws IOException, InterruptedException {
    new Random(8).nextBytes(content);
    ProcessBuilder builder = OwnProcess.serving(folder, folder.resolve("registry"));
    builder
        .environment()
        .put("SELFSAME_SERVE_LIMITS_DRAIN_DELAY_SECONDS", Integer.toString(DELAY_SECONDS));
    server = builder.start();
    port = OwnProcess.port(server);
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.destroyForcibly().waitFor();
  }

  private int status(String method, String path, byte[] body) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                  .method(method, BodyPublishers.ofByteArray(body))
                  .build(),
              BodyHandlers.discarding())
          .statusCode();
    }
  }

  private Socket send(String head) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setReceiveBufferSize(1 << 16);
    socket
        .getOutputStream()
        .write((head + "\r\nHost: 127.0.0.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("the connection ended: " + head);
      }
      head.append((char) next);
    }
    return head.toString();
  }

  @Test
  void after_sigterm_it_says_that_it_is_not_ready_and_ends_what_is_under_way() throws Exception {
    Digest digest = Digest.sha256(content);
    assertEquals(201, status("POST", UPLOADS + "?digest=" + digest, content));
    byte[] other = new byte[1 << 20];
    new Random(9).nextBytes(other);
    Digest pushed = Digest.sha256(other);
    try (Socket get = send("GET /v2/staging/app/blobs/" + digest + " HTTP/1.1");
        Socket put =
            send(
                "POST %s?digest=%s HTTP/1.1\r\nContent-Length: %d"
                    .formatted(UPLOADS, pushed, other.length))) {
      put.getOutputStream().write(other, 0, other.length / 2);
      assertTrue(head(get.getInputStream()).startsWith("HTTP/1.1 200"));
      server.destroy();
      long told = System.nanoTime();
      while (status("GET", "/ready", new byte[0]) != 503) {
        Thread.sleep(20);
      }
      // Whoever has not looked yet is still answered.
      assertEquals(200, status("GET", "/v2/", new byte[0]));
      while (System.nanoTime() - told < TimeUnit.SECONDS.toNanos(DELAY_SECONDS + 1)) {
        Thread.sleep(50);
      }
      assertThrows(ConnectException.class, () -> status("GET", "/v2/", new byte[0]));
      put.getOutputStream().write(other, other.length / 2, other.length - other.length / 2);
      assertTrue(head(put.getInputStream()).startsWith("HTTP/1.1 201"));
      assertEquals(digest, Digest.sha256(get.getInputStream().readNBytes(content.length)), "whole");
    }
    assertTrue(server.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, server.exitValue());
  }
}
