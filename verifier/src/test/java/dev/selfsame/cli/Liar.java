package dev.selfsame.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server that stands before a good one, and passes on what it likes. */
final class Liar implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  volatile String upstream;
  final List<String> asked = new CopyOnWriteArrayList<>();
  volatile Lie lie = (_, honest) -> honest.get();

  /** How a body ends. */
  enum Ending {
    WHOLE,
    CUT,
    ENDLESS
  }

  /** What the good server says, once it is asked. */
  interface Honest {
    Answer get() throws IOException;
  }

  /** Makes an answer of a request, {@code METHOD PATH?QUERY}. */
  interface Lie {
    Answer tell(String asked, Honest honest) throws IOException;
  }

  /** An answer. */
  record Answer(int status, Map<String, String> headers, byte[] body, Ending ending) {
    static Answer of(int status, String body) {
      return new Answer(status, Map.of(), body.getBytes(StandardCharsets.UTF_8), Ending.WHOLE);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    Answer with(byte[] other) {
      return new Answer(status, headers, other, ending);
    }

    Answer with(String other) {
      return with(other.getBytes(StandardCharsets.UTF_8));
    }

    Answer ending(Ending other) {
      return new Answer(status, headers, body, other);
    }
  }

  Liar(String upstream) throws IOException {
    this.upstream = upstream;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(workers);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) {
    try (exchange) {
      byte[] sent;
      try (InputStream in = exchange.getRequestBody()) {
        sent = in.readAllBytes();
      }
      String what = exchange.getRequestMethod() + " " + exchange.getRequestURI();
      asked.add(what);
      send(exchange, lie.tell(what, () -> forward(exchange, sent)));
    } catch (IOException e) {
      return; // The connection is gone, as it may be.
    }
  }

  /** Asks the good server for something else than was asked. */
  Answer ask(String path) throws IOException {
    return forward(HttpRequest.newBuilder(URI.create(upstream + path)).build());
  }

  private Answer forward(HttpExchange exchange, byte[] sent) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(upstream + exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                sent.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(sent));
    return forward(request.build());
  }

  private Answer forward(HttpRequest request) throws IOException {
    try {
      HttpResponse<byte[]> answer = client.send(request, BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), Map.of(), answer.body(), Ending.WHOLE);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    answer.headers().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
    int size = answer.body().length;
    switch (answer.ending()) {
      case WHOLE -> exchange.sendResponseHeaders(answer.status(), size == 0 ? -1 : size);
      case CUT -> exchange.sendResponseHeaders(answer.status(), size + 1000L);
      case ENDLESS -> exchange.sendResponseHeaders(answer.status(), 0);
    }
    if (size == 0 && answer.ending() == Ending.WHOLE) {
      return;
    }
    OutputStream out = exchange.getResponseBody();
    out.write(answer.body());
    byte[] more = new byte[1 << 16];
    while (answer.ending() == Ending.ENDLESS) {
      out.write(more);
    }
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
    workers.shutdownNow();
    client.close();
  }
}
