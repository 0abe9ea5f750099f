package dev.selfsame.pins.oci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.pins.fetch.Downloads;
import dev.selfsame.pins.fetch.Proxies;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a registry may say that is not so. */
class ContentPullTest {
  private static final byte[] MANIFEST = "{\"layers\":[]}".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private final Map<String, byte[]> documents = new ConcurrentHashMap<>();
  private final Map<String, String> redirects = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v2/a/manifests/", this::answer);
    server.setExecutor(Thread::startVirtualThread);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String name = path.substring(path.lastIndexOf('/') + 1);
      asked.add(name);
      if (redirects.containsKey(name)) {
        exchange.getResponseHeaders().set("Location", redirects.get(name));
        exchange.sendResponseHeaders(307, -1);
        return;
      }
      byte[] document = documents.get(name);
      exchange.sendResponseHeaders(document == null ? 404 : 200, document == null ? -1 : 0);
      if (document != null) {
        exchange.getResponseBody().write(document);
      }
    }
  }

  private ContentPull pull(String behind) throws InterruptedException {
    String reference = "127.0.0.1:%d/a%s".formatted(server.getAddress().getPort(), behind);
    try (Downloads downloads = new Downloads(folder)) {
      return ContentPull.of(downloads, Progress.SILENT, reference, Proxies.NONE, Logins.NONE);
    }
  }

  @Test
  void an_interrupt_while_a_blob_is_on_its_way_ends_the_pull() throws Exception {
    byte[] blob = {1, 2, 3};
    String layer =
        "{\"layers\":[{\"digest\":\"%s\",\"size\":3,\"mediaType\":\"text/plain\"}]}"
            .formatted(Digest.sha256(blob));
    documents.put("latest", layer.getBytes(StandardCharsets.UTF_8));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch enough = new CountDownLatch(1);
    server.createContext(
        "/v2/a/blobs/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(200, blob.length);
            exchange.getResponseBody().write(blob, 0, 1);
            exchange.getResponseBody().flush();
            begun.countDown();
            enough.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
        });
    String reference = "127.0.0.1:%d/a:latest".formatted(server.getAddress().getPort());
    try (Downloads downloads = new Downloads(folder)) {
      ContentPull pull =
          ContentPull.of(downloads, Progress.SILENT, reference, Proxies.NONE, Logins.NONE);
      AtomicBoolean ended = new AtomicBoolean();
      Thread pulling =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                assertThrows(InterruptedException.class, pull::only);
                ended.set(true);
              });
      begun.await();
      pulling.interrupt();
      pulling.join(Duration.ofSeconds(20));
      assertTrue(ended.get(), "it waits for the registry");
    } finally {
      enough.countDown();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Basic cGF0OnNlY3JldA==, Bearer issued",
    "Basic b3RoZXI6d29yZHM=, ''",
    "Bearer issued, Bearer issued",
    "'', ''",
  })
  void a_registry_that_wants_an_account_is_given_the_one_that_is_known(String login, String taken)
      throws Exception {
    documents.put("latest", MANIFEST);
    server.removeContext("/v2/a/manifests/");
    String own = "http://127.0.0.1:%d".formatted(server.getAddress().getPort());
    server.createContext(
        "/v2/a/manifests/",
        exchange -> {
          if ("Bearer issued".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange);
            return;
          }
          exchange
              .getResponseHeaders()
              .set("WWW-Authenticate", "Bearer realm=\"%s/token\",service=\"s\"".formatted(own));
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    server.createContext(
        "/token",
        exchange -> {
          String known = exchange.getRequestHeaders().getFirst("Authorization");
          boolean right = "Basic cGF0OnNlY3JldA==".equals(known);
          byte[] body = "{\"token\":\"issued\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(right ? 200 : 401, right ? body.length : -1);
          if (right) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    Logins logins =
        registry -> {
          assertEquals(own, registry.toString());
          return login;
        };
    try (Downloads downloads = new Downloads(folder)) {
      String reference = own.substring("http://".length()) + "/a:latest";
      if (taken.isEmpty()) {
        assertEquals(
            ExitCode.UNDECIDED,
            assertThrows(
                    Failure.class,
                    () ->
                        ContentPull.of(downloads, Progress.SILENT, reference, Proxies.NONE, logins))
                .code());
      } else {
        ContentPull.of(downloads, Progress.SILENT, reference, Proxies.NONE, logins);
        assertEquals(List.of("latest"), asked);
      }
    }
  }

  /** Another address of this machine stands for another machine's. */
  @Test
  void an_account_is_not_sent_in_the_clear_to_a_token_service_elsewhere() throws Exception {
    List<String> sent = new CopyOnWriteArrayList<>();
    HttpServer elsewhere = HttpServer.create(new InetSocketAddress("127.0.0.2", 0), 0);
    elsewhere.createContext(
        "/token",
        exchange -> {
          sent.add(exchange.getRequestURI().toString());
          exchange.close();
        });
    elsewhere.start();
    try (Downloads downloads = new Downloads(folder)) {
      String realm = "http://127.0.0.2:%d/token".formatted(elsewhere.getAddress().getPort());
      server.removeContext("/v2/a/manifests/");
      server.createContext(
          "/v2/a/manifests/",
          exchange -> {
            String challenge = "Bearer realm=\"%s\",service=\"s\"".formatted(realm);
            exchange.getResponseHeaders().set("WWW-Authenticate", challenge);
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
          });
      String reference = "127.0.0.1:%d/a:latest".formatted(server.getAddress().getPort());
      Logins logins = registry -> "Basic cGF0OnNlY3JldA==";
      Failure failure =
          assertThrows(
              Failure.class,
              () -> ContentPull.of(downloads, Progress.SILENT, reference, Proxies.NONE, logins));
      assertTrue(String.valueOf(failure.getMessage()).contains("not at an https address"));
      assertEquals(List.of(), sent);
    } finally {
      elsewhere.stop(0);
    }
  }

  private Failure refused(ExitCode code, String behind) {
    Failure failure = assertThrows(Failure.class, () -> pull(behind));
    assertEquals(code, failure.code(), failure.toString());
    return failure;
  }

  private byte[] index(String child) {
    String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    return """
    {"manifests":[{"digest":"%s","platform":{"os":"linux","architecture":"%s"}}]}\
    """
        .formatted(child, machine)
        .getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@latest",
        "@9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        ":1@sha256:9f86",
        "@b c",
      })
  void behind_an_at_sign_nothing_but_a_digest_is_taken(String behind) {
    documents.put("latest", MANIFEST);
    documents.put(behind.substring(behind.indexOf('@') + 1), MANIFEST);

    assertTrue(refused(ExitCode.USAGE, behind).getMessage().startsWith("no digest in "));
    assertEquals(List.of(), asked);
  }

  @Test
  void bytes_of_another_digest_are_bad_evidence() throws Exception {
    Digest wanted = Digest.sha256(new byte[0]);
    documents.put(wanted.toString(), MANIFEST);
    refused(ExitCode.BAD_EVIDENCE, "@" + wanted);

    documents.put("sound", index(wanted.toString()));
    refused(ExitCode.BAD_EVIDENCE, ":sound");

    Digest right = Digest.sha256(MANIFEST);
    documents.put(right.toString(), MANIFEST);
    assertEquals(right, pull("@" + right).digest());
  }

  @ParameterizedTest
  @ValueSource(strings = {"latest", "", "sha256:00"})
  void a_child_of_an_index_is_never_taken_by_tag(String child) {
    documents.put("latest", MANIFEST);
    byte[] index = index(child);
    Digest digest = Digest.sha256(index);
    documents.put(digest.toString(), index);

    refused(ExitCode.BAD_EVIDENCE, "@" + digest);
    assertEquals(List.of(digest.toString()), asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://a b/", "ftp://a.example/x", "http://my_host/x", "http://[::1/"})
  void an_address_that_cannot_be_fetched_is_no_bug(String location) {
    redirects.put("1", location);
    Failure failure = refused(ExitCode.UNDECIDED, ":1");
    assertTrue(failure.getMessage().startsWith("could not fetch 127.0.0.1"), failure.toString());
  }
}
