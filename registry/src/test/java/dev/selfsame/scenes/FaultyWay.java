package dev.selfsame.scenes;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * The way to a server, with the faults that a test puts into it. One request a connection: each
 * gets the fault that is chosen by its first line.
 */
public final class FaultyWay implements AutoCloseable {

  /** What is wrong with the way of one request. */
  public sealed interface Fault {
    /** Nothing. */
    record None() implements Fault {}

    /** The request does not arrive; this is the answer. */
    record Answer(int status, String code) implements Fault {}

    /** The request does not arrive; the answer says that an object was written. */
    record Written() implements Fault {}

    /** The answer waits. */
    record Late(long millis) implements Fault {}

    /** Nothing ever comes back, not even the end. */
    record Silence() implements Fault {}

    /** The request arrives and is carried out; the connection ends without an answer. */
    record LostAnswer() implements Fault {}

    /** The connection ends after so many bytes of the answer, its head included. */
    record CutAnswer(long after) implements Fault {}

    /** The connection ends after so many bytes of the request, its head included. */
    record CutRequest(long after) implements Fault {}

    /** The answer's bytes come so few at a time, each after a pause. */
    record Drip(int bytes, long millis) implements Fault {}
  }

  private final ServerSocket socket;
  private final int server;
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final List<Closeable> open = new CopyOnWriteArrayList<>();
  private volatile Function<String, Fault> faults = _ -> new Fault.None();

  public FaultyWay(int server) throws IOException {
    this.server = server;
    this.socket = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort());
  }

  /** Chooses the fault of each request from now on, by its first line. */
  public void put(Function<String, Fault> faults) {
    requests.clear();
    this.faults = faults;
  }

  /** The first lines of all requests since then. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void accept() {
    while (true) {
      try {
        Socket client = socket.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = client.getInputStream();
      String head = head(in);
      String first = head.lines().findFirst().orElse("");
      requests.add(first);
      switch (faults.apply(first)) {
        case Fault.Answer(int status, String code) ->
            answer(
                client,
                status + " Fault\r\nContent-Type: application/xml",
                "<?xml version=\"1.0\"?><Error><Code>%s</Code></Error>".formatted(code));
        case Fault.Written() -> answer(client, "200 OK\r\nETag: \"0\"", "");
        case Fault.Silence() -> Thread.sleep(600_000);
        case Fault.None() -> pass(client, head, Long.MAX_VALUE, Long.MAX_VALUE, 1 << 16, 0);
        case Fault.Late(long millis) -> {
          Thread.sleep(millis);
          pass(client, head, Long.MAX_VALUE, Long.MAX_VALUE, 1 << 16, 0);
        }
        case Fault.LostAnswer() -> pass(client, head, Long.MAX_VALUE, 0, 1 << 16, 0);
        case Fault.CutAnswer(long after) -> pass(client, head, Long.MAX_VALUE, after, 1 << 16, 0);
        case Fault.CutRequest(long after) -> pass(client, head, after, 0, 1 << 16, 0);
        case Fault.Drip(int bytes, long millis) ->
            pass(client, head, Long.MAX_VALUE, Long.MAX_VALUE, bytes, millis);
      }
    } catch (IOException | InterruptedException e) {
      return; // A cut connection is what is wanted here.
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  private static void answer(Socket client, String head, String body) throws IOException {
    String text =
        "HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(head, body.length(), body);
    client.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    client.shutdownOutput();
    // Or the client would see a reset in the place of the answer.
    client.setSoTimeout(2000);
    client.getInputStream().transferTo(OutputStream.nullOutputStream());
  }

  private void pass(
      Socket client, String head, long request, long answer, int portion, long pauseMillis)
      throws IOException, InterruptedException {
    try (Socket there = new Socket(InetAddress.getLoopbackAddress(), server)) {
      open.add(there);
      // The server's end of the answer is the connection's.
      byte[] sent =
          head.replaceFirst("\r\n", "\r\nConnection: close\r\n")
              .replaceAll("(?i)\r\nConnection: keep-alive", "")
              .getBytes(StandardCharsets.ISO_8859_1);
      there.getOutputStream().write(sent, 0, (int) Math.min(sent.length, request));
      Thread up =
          Thread.ofVirtual()
              .start(() -> upwards(client, there, Math.max(0, request - sent.length)));
      if (request < Long.MAX_VALUE) {
        up.join();
        return;
      }
      downwards(there.getInputStream(), client.getOutputStream(), answer, portion, pauseMillis);
    }
  }

  private static void upwards(Socket client, Socket there, long limit) {
    try {
      copy(client.getInputStream(), there.getOutputStream(), limit, 1 << 16, 0);
    } catch (IOException | InterruptedException e) {
      return;
    }
  }

  /**
   * What is over the limit is read and thrown away, so that the server does its work to the end.
   */
  private static void downwards(
      InputStream from, OutputStream to, long limit, int portion, long pauseMillis)
      throws IOException, InterruptedException {
    copy(from, to, limit, portion, pauseMillis);
    if (limit < Long.MAX_VALUE) {
      from.transferTo(OutputStream.nullOutputStream());
    }
  }

  private static void copy(
      InputStream from, OutputStream to, long limit, int portion, long pauseMillis)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[portion];
    for (long left = limit; left > 0; ) {
      int read = from.read(buffer, 0, (int) Math.min(left, portion));
      if (read < 0) {
        return;
      }
      to.write(buffer, 0, read);
      to.flush();
      left -= read;
      if (pauseMillis > 0) {
        Thread.sleep(pauseMillis);
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (Closeable one : open) {
      one.close();
    }
  }
}
