package dev.selfsame.pins.fetch;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A proxy on loopback that lets nobody pass without a name and password: 407 otherwise. What is
 * asked for by http it answers from what the test has put there, for a tunnel it leads to one port
 * of this machine, whatever host is named.
 */
public final class GuardedProxy implements AutoCloseable {
  private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

  private final ServerSocket socket;
  private final String wanted;
  private final int tunnelTo;
  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
  private final Map<String, String> redirects = new ConcurrentHashMap<>();
  private final List<String> passed = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  /**
   * @param user {@code NAME:PASSWORD} as they are
   * @param tunnelTo the port that tunnels lead to, 0 for none
   */
  public GuardedProxy(String user, int tunnelTo) throws IOException {
    this.wanted =
        "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    this.tunnelTo = tunnelTo;
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Its address with a name and password as they stand in a URL. */
  public String address(String user) {
    return "http://%s%s127.0.0.1:%d"
        .formatted(user, user.isEmpty() ? "" : "@", socket.getLocalPort());
  }

  public void put(String url, byte[] content) {
    answers.put(url, content);
  }

  public void redirect(String url, String to) {
    redirects.put(url, to);
  }

  /** What was let pass, such as {@code GET http://HOST/PATH} and {@code CONNECT HOST:443}. */
  public List<String> passed() {
    return List.copyOf(passed);
  }

  /** What was not: the same, with what was told of a name and password behind it. */
  public List<String> refused() {
    return List.copyOf(refused);
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      InputStream in = new BufferedInputStream(client.getInputStream());
      List<String> head = head(in);
      String[] request = head.getFirst().split(" ", -1);
      String asked = request[0] + " " + request[1];
      String told = field(head, "proxy-authorization").orElse("nothing");
      OutputStream out = client.getOutputStream();
      if (!told.equals(wanted)) {
        refused.add(asked + " " + told);
        say(out, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"here\"");
      } else if (request[0].equals("CONNECT")) {
        passed.add(asked);
        tunnel(in, out);
      } else {
        passed.add(asked);
        answer(out, request[1]);
      }
    } catch (IOException e) {
      // The client sees its connection end.
    }
  }

  private void answer(OutputStream out, String url) throws IOException {
    byte[] content = answers.get(url);
    if (redirects.containsKey(url)) {
      say(out, "302 Found\r\nLocation: " + redirects.get(url));
    } else if (content == null) {
      say(out, "404 Not Found");
    } else {
      String head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n";
      out.write(head.formatted(content.length).getBytes(StandardCharsets.ISO_8859_1));
      out.write(content);
      out.flush();
    }
  }

  private static void say(OutputStream out, String status) throws IOException {
    String head = "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    out.write(head.formatted(status).getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  private void tunnel(InputStream in, OutputStream out) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), tunnelTo)) {
      out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      Thread back = Thread.ofVirtual().start(() -> copy(server, out));
      in.transferTo(server.getOutputStream());
      server.shutdownOutput();
      back.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void copy(Socket from, OutputStream to) {
    try {
      from.getInputStream().transferTo(to);
    } catch (IOException e) {
      // Either side has gone.
    }
  }

  private static List<String> head(InputStream in) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    while (!endsWith(read.toByteArray(), HEAD_END)) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no whole head");
      }
      read.write(next);
    }
    return read.toString(StandardCharsets.ISO_8859_1).lines().toList();
  }

  private static boolean endsWith(byte[] bytes, byte[] end) {
    int from = bytes.length - end.length;
    return from >= 0 && Arrays.equals(bytes, from, bytes.length, end, 0, end.length);
  }

  private static Optional<String> field(List<String> head, String name) {
    return head.stream()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip())
        .findFirst();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
