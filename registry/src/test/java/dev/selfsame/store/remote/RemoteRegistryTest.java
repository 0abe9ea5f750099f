package dev.selfsame.store.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.Seen;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a server is spoken to: who is told what, and for how long one waits. */
@Timeout(120)
final class RemoteRegistryTest {
  private static final Duration SHORT = Duration.ofMillis(600);
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Credentials NONE = new Credentials.None("give a token");
  private static final InetSocketAddress ANY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  @TempDir private Path folder;
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final List<HttpServer> servers = new ArrayList<>();

  private static Endpoint at(String scheme, int port) {
    return Endpoint.parse("%s://localhost:%d".formatted(scheme, port));
  }

  private void identity(HttpExchange exchange) throws IOException {
    authorizations.add(
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("-"));
    byte[] body =
        "{\"schema\":\"selfsame.registry/1\",\"name\":\"r-1\"}".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String open(
      Endpoint server, Credentials credentials, Optional<SSLContext> tls, Duration patience) {
    return RemoteRegistry.open(Transport.to(server, tls, patience), credentials, Seen.NOTHING)
        .registry()
        .name();
  }

  private static Failure refused(Endpoint server, Duration patience) {
    Failure told =
        assertThrows(Failure.class, () -> open(server, NONE, Optional.empty(), patience));
    assertEquals(ExitCode.UNDECIDED, told.code());
    return told;
  }

  @Test
  void credentials_go_to_the_server_that_they_are_for_and_never_on() throws Exception {
    HttpServer other = HttpServer.create(ANY, 0);
    other.createContext("/", this::identity);
    other.start();
    HttpServer first = HttpServer.create(ANY, 0);
    first.createContext(
        "/",
        exchange -> {
          authorizations.add(
              String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange
              .getResponseHeaders()
              .set("Location", "http://localhost:%d/".formatted(other.getAddress().getPort()));
          exchange.sendResponseHeaders(307, -1);
          exchange.close();
        });
    first.start();
    try {
      Endpoint server = at("http", first.getAddress().getPort());
      Failure told =
          assertThrows(
              Failure.class, () -> open(server, Credentials.bearer("tok"), Optional.empty(), LONG));
      assertTrue(told.getMessage().contains("which is not followed"), told.getMessage());
      assertEquals(List.of("Bearer tok"), authorizations);
      open(at("http", other.getAddress().getPort()), NONE, Optional.empty(), LONG);
      assertEquals("-", authorizations.getLast());
    } finally {
      first.stop(0);
      other.stop(0);
    }
  }

  @Test
  void a_server_that_asks_one_to_come_again_is_asked_again_and_not_without_end() throws Exception {
    assertEquals("r-1", open(busy(2, "0"), NONE, Optional.empty(), LONG));
    assertEquals(3, authorizations.size());
    for (String malformed : List.of("", "soon", "-1", "99999999999999999999")) {
      authorizations.clear();
      Failure told = refused(busy(2, malformed), LONG);
      assertTrue(told.getMessage().contains("with status 429"), told.getMessage());
      assertTrue(told.hint().contains("try again"), told.hint());
      assertEquals(1, authorizations.size(), malformed);
    }
    authorizations.clear();
    Failure told = refused(busy(Integer.MAX_VALUE, "0"), LONG);
    assertTrue(told.getMessage().contains("with status 429"), told.getMessage());
    assertEquals(4, authorizations.size());
  }

  /** Answers at first that there are too many requests. */
  private Endpoint busy(int times, String retryAfter) throws IOException {
    HttpServer server = HttpServer.create(ANY, 0);
    servers.add(server);
    AtomicInteger asked = new AtomicInteger();
    server.createContext(
        "/",
        exchange -> {
          if (asked.incrementAndGet() > times) {
            identity(exchange);
            return;
          }
          authorizations.add("-");
          if (!retryAfter.isEmpty()) {
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
          }
          exchange.sendResponseHeaders(429, -1);
          exchange.close();
        });
    server.start();
    return at("http", server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void a_private_authority_is_believed_where_it_is_named() throws Exception {
    Path store = folder.resolve("keys.p12");
    Path certificate = folder.resolve("ca.pem");
    keytool(
        "-genkeypair",
        "-alias",
        "x",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "san=dns:localhost",
        "-storetype",
        "PKCS12",
        "-storepass",
        "changeit",
        "-keystore",
        store.toString());
    keytool(
        "-exportcert",
        "-rfc",
        "-alias",
        "x",
        "-storepass",
        "changeit",
        "-keystore",
        store.toString(),
        "-file",
        certificate.toString());
    HttpsServer server = HttpsServer.create(ANY, 0);
    server.setHttpsConfigurator(new HttpsConfigurator(serving(store)));
    server.createContext("/", this::identity);
    server.start();
    try {
      Endpoint endpoint = at("https", server.getAddress().getPort());
      Failure told = refused(endpoint, LONG);
      assertTrue(told.getMessage().startsWith("no TLS with the registry"), told.getMessage());
      assertTrue(told.hint().contains("--registry-ca"), told.hint());
      SSLContext believed = PrivateAuthority.read(certificate);
      assertEquals("r-1", open(endpoint, NONE, Optional.of(believed), LONG));
    } finally {
      server.stop(0);
    }
  }

  private static SSLContext serving(Path store) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(
        KeyStore.getInstance(store.toFile(), "changeit".toCharArray()), "changeit".toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  @Test
  void a_file_without_certificates_is_a_usage_error() throws Exception {
    Path file = folder.resolve("ca.pem");
    for (String text : new String[] {"", "-----BEGIN CERTIFICATE-----\nx\n"}) {
      Files.writeString(file, text);
      Failure told = assertThrows(Failure.class, () -> PrivateAuthority.read(file));
      assertEquals(ExitCode.USAGE, told.code());
    }
    Failure told = assertThrows(Failure.class, () -> PrivateAuthority.read(folder.resolve("no")));
    assertEquals(ExitCode.USAGE, told.code());
  }

  @Test
  void a_server_that_answers_nothing_is_not_waited_for_without_end() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Failure told = refused(at("http", silent.getLocalPort()), SHORT);
      assertTrue(told.getMessage().contains("sent nothing for"), told.getMessage());
    }
  }

  @Test
  void a_body_that_stops_coming_is_not_waited_for_without_end() throws Exception {
    for (String status : List.of("200 OK", "404 Not Found", "503 Service Unavailable")) {
      try (ServerSocket stalling = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
        Thread.ofVirtual().start(() -> stall(stalling, status));
        Failure told = refused(at("http", stalling.getLocalPort()), SHORT);
        assertTrue(told.getMessage().contains("sent nothing for"), told.getMessage());
      }
    }
  }

  @Test
  void an_answer_to_what_was_sent_that_stops_coming_is_not_waited_for_without_end()
      throws Exception {
    for (String status : List.of("201 Created", "409 Conflict", "502 Bad Gateway")) {
      try (ServerSocket stalling = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
        Thread.ofVirtual().start(() -> stall(stalling, status));
        Connection connection =
            new Connection(
                Transport.to(at("http", stalling.getLocalPort()), Optional.empty(), SHORT), NONE);
        Failure told =
            assertThrows(Failure.class, () -> connection.post("/x", new byte[] {'1'}, 409));
        assertEquals(ExitCode.UNDECIDED, told.code());
        assertTrue(told.getMessage().contains("sent nothing for"), told.getMessage());
      }
    }
  }

  private static void stall(ServerSocket server, String status) {
    try (Socket socket = server.accept()) {
      socket.getInputStream().read();
      socket
          .getOutputStream()
          .write("HTTP/1.1 %s\r\nContent-Length: 100\r\n\r\n{\"".formatted(status).getBytes());
      socket.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    } catch (IOException e) {
      return; // The client has gone, as it should.
    }
  }

  @Test
  void a_body_that_drips_is_not_waited_for_without_end() throws Exception {
    try (ServerSocket dripping = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = dripping.accept()) {
              socket.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n{".getBytes());
              while (true) {
                Thread.sleep(50);
                socket.getOutputStream().write(' ');
              }
            } catch (IOException | InterruptedException e) {
              return; // The client has gone, as it should.
            }
          });
      Failure told = refused(at("http", dripping.getLocalPort()), SHORT);
      assertTrue(told.getMessage().contains("fewer than"), told.getMessage());
    }
  }

  @Test
  void what_speaks_no_http_is_no_answer() throws Exception {
    try (ServerSocket mad = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = mad.accept()) {
              socket.getOutputStream().write("SSH-2.0-OpenSSH_9.2\r\n\r\n".getBytes());
            } catch (IOException e) {
              return;
            }
          });
      Failure told = refused(at("http", mad.getLocalPort()), LONG);
      assertTrue(told.getMessage().contains("was cut off"), told.getMessage());
    }
  }
}
