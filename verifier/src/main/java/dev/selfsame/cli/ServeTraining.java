package dev.selfsame.cli;

import dev.selfsame.digest.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server and one who asks it for what clients ask most, often enough that the cache holds what is
 * hot. The client is a bare socket: each class of a better one would cost every start.
 */
final class ServeTraining {
  private static final int OFTEN = 300;
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final int BLOB_BYTES = 2 << 20;
  private static final int BLOBS = 12;
  private static final String REPO = "/v2/staging/training";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final Pattern LOCATION = Pattern.compile("(?i)\r\nlocation: (\\S+)\r\n");

  private final int port;

  private ServeTraining(int port) {
    this.port = port;
  }

  /**
   * Serves the registry of a folder, and asks it.
   *
   * @param name what its channel holds
   * @throws IllegalStateException where an answer is not the expected one
   */
  static void run(Surroundings surroundings, Path folder, String name) throws IOException {
    int port = freePort();
    AtomicInteger status = new AtomicInteger(-1);
    Thread server =
        new Thread(() ->
            status.set(
                Main.quiet(surroundings, folder)
                    .run(
                        "serve",
                        "--data",
                        folder.resolve("registry").toString(),
                        "--trust-root",
                        folder.resolve("trust-root.json").toString(),
                        "--listen",
                        "127.0.0.1:" + port)));
    server.start();
    try {
      ServeTraining client = new ServeTraining(port);
      client.awaitStart(server);
      client.stage();
      client.deployed(name);
    } finally {
      server.interrupt();
      join(server);
    }
    if (status.get() != 0) {
      throw new IllegalStateException("the training server exited with " + status);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private static void join(Thread server) {
    try {
      server.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitStart(Thread server) throws IOException {
    long began = System.nanoTime();
    while (server.isAlive() && System.nanoTime() - began < START.toNanos()) {
      try {
        ask(200, "GET", "/v2/", new byte[0]);
        return;
      } catch (ConnectException notYet) {
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
    throw new IllegalStateException("the training server did not start");
  }

  private void stage() throws IOException {
    byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
    push(config);
    byte[] blob = new byte[BLOB_BYTES];
    for (int i = 0; i < BLOBS; i++) {
      blob[0] = (byte) i;
      push(blob);
      ask(200, "GET", REPO + "/blobs/" + Digest.sha256(blob), new byte[0]);
    }
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","artifactType":"x/y","config":{"mediaType":\
        "application/vnd.oci.empty.v1+json","digest":"%s","size":2},"layers":[{"mediaType":\
        "application/octet-stream","digest":"%s","size":%d}]%s}\
        """
            .formatted(MANIFEST, Digest.sha256(config), Digest.sha256(blob), BLOB_BYTES, "%s");
    byte[] subject = manifest.formatted("").getBytes(StandardCharsets.UTF_8);
    ask(201, "PUT", REPO + "/manifests/one", subject);
    Digest digest = Digest.sha256(subject);
    byte[] referrer =
        manifest
            .formatted(
                ",\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}"
                    .formatted(MANIFEST, digest, subject.length))
            .getBytes(StandardCharsets.UTF_8);
    ask(201, "PUT", REPO + "/manifests/" + Digest.sha256(referrer), referrer);
    for (int i = 0; i < OFTEN; i++) {
      ask(200, "GET", REPO + "/manifests/one", new byte[0]);
      ask(200, "GET", REPO + "/manifests/" + digest, new byte[0]);
    }
    ask(200, "GET", REPO + "/tags/list", new byte[0]);
    ask(200, "GET", REPO + "/referrers/" + digest, new byte[0]);
    ask(200, "GET", "/v2/_catalog", new byte[0]);
    ask(200, "GET", "/ready", new byte[0]);
  }

  private void deployed(String name) throws IOException {
    for (int i = 0; i < OFTEN; i++) {
      ask(200, "GET", "/v2/deploy/" + name + "/manifests/production", new byte[0]);
    }
  }

  private void push(byte[] blob) throws IOException {
    Matcher place = LOCATION.matcher(ask(202, "POST", REPO + "/blobs/uploads/", new byte[0]));
    if (!place.find()) {
      throw new IllegalStateException("an upload has no place");
    }
    ask(201, "PUT", place.group(1) + "?digest=" + Digest.sha256(blob), blob);
  }

  /** The head of the answer, which has to have that status. */
  private String ask(int status, String method, String path, byte[] body) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      // Somebody else may have taken the port, and say nothing.
      socket.setSoTimeout(Math.toIntExact(ANSWER.toMillis()));
      OutputStream out = socket.getOutputStream();
      out.write(
          "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(method, path, MANIFEST, body.length)
              .getBytes(StandardCharsets.US_ASCII));
      out.write(body);
      byte[] answer = socket.getInputStream().readAllBytes();
      String head = new String(answer, StandardCharsets.ISO_8859_1);
      head = head.substring(0, Math.max(0, head.indexOf("\r\n\r\n") + 2));
      if (!head.startsWith("HTTP/1.1 " + status)) {
        throw new IllegalStateException(
            "%s %s was answered with %s".formatted(method, path, head.lines().findFirst()));
      }
      return head;
    }
  }
}
