package dev.selfsame.docker;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** What listens where a daemon should, and answers as a test has it: slowly, oddly, never. */
public final class FakeDaemon implements AutoCloseable {
  /** An answer's bytes as they go over the wire. */
  public record Answer(byte[] bytes, long pauseMillis) {}

  private final ServerSocketChannel server;
  private final Path socket;
  private final Function<String, Answer> answers;
  private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

  private FakeDaemon(ServerSocketChannel server, Path socket, Function<String, Answer> answers) {
    this.server = server;
    this.socket = socket;
    this.answers = answers;
  }

  /**
   * @param answers by request line
   */
  public static FakeDaemon start(Path socket, Function<String, Answer> answers) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    FakeDaemon daemon = new FakeDaemon(server, socket, answers);
    Thread.ofVirtual().start(daemon::accept);
    return daemon;
  }

  /** What makes commands ask it. */
  public Map<String, String> environment() {
    return Map.of("DOCKER_HOST", "unix://" + socket);
  }

  /** A whole answer. */
  public static Answer answer(int status, Map<String, String> headers, byte[] body) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\nConnection: close\r\n");
    head.append("Content-Length: ").append(body.length).append("\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    byte[] start = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    byte[] all = new byte[start.length + body.length];
    System.arraycopy(start, 0, all, 0, start.length);
    System.arraycopy(body, 0, all, start.length, body.length);
    return new Answer(all, 0);
  }

  private void accept() {
    try {
      while (true) {
        SocketChannel client = server.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  private void serve(SocketChannel client) {
    try (client) {
      InputStream in = Channels.newInputStream(client);
      OutputStream out = Channels.newOutputStream(client);
      StringBuilder request = new StringBuilder();
      while (request.indexOf("\r\n\r\n") < 0) {
        int c = in.read();
        if (c < 0) {
          return;
        }
        request.append((char) c);
      }
      Answer answer = answers.apply(request.substring(0, request.indexOf("\r\n")));
      Thread.sleep(answer.pauseMillis());
      out.write(answer.bytes());
    } catch (IOException | InterruptedException e) {
      // The other side went away.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (SocketChannel client : open) {
      client.close();
    }
  }
}
