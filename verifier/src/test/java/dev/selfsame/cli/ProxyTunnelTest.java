package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.selfsame.digest.Digest;
import dev.selfsame.launcher.Shell;
import dev.selfsame.pins.fetch.GuardedProxy;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The program in a process of its own, as what the JDK may tell a proxy is decided once in each: a
 * registry with TLS that is reached through a proxy alone.
 */
class ProxyTunnelTest {
  private static final String STORE_PASSWORD = "of-the-test";

  @TempDir private Path folder;

  private final Map<String, byte[]> content = new ConcurrentHashMap<>();

  private Path store() {
    return folder.resolve("registry.p12");
  }

  private HttpsServer registry(ExecutorService threads) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin/keytool").toString();
    var made =
        Shell.run(
            folder,
            Map.of(),
            List.of(
                keytool,
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-dname",
                "CN=it",
                "-ext",
                "SAN=dns:registry.invalid",
                "-keystore",
                store().toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                STORE_PASSWORD));
    assertEquals(0, made.status(), made.err());
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store())) {
      keys.load(in, STORE_PASSWORD.toCharArray());
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance("PKIX");
    own.init(keys, STORE_PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = content.get(exchange.getRequestURI().getPath());
      if (body == null || exchange.getRequestHeaders().containsKey("Proxy-Authorization")) {
        exchange.sendResponseHeaders(404, -1);
      } else {
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  /** An artifact of one file, {@code tool:1}. */
  private void put(byte[] file) {
    byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
    String entry = "{\"mediaType\":\"application/octet-stream\",\"digest\":\"%s\",\"size\":%d}";
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":%s,"layers":[%s]}\
        """
            .formatted(
                entry.formatted(Digest.sha256(config), config.length),
                entry.formatted(Digest.sha256(file), file.length));
    content.put("/v2/tool/manifests/1", manifest.getBytes(StandardCharsets.UTF_8));
    content.put("/v2/tool/blobs/" + Digest.sha256(file), file);
  }

  private Shell.Result compare(String proxy) throws Exception {
    List<String> command = new ArrayList<>(List.of("env", "-i"));
    command.add("PATH=" + System.getenv().getOrDefault("PATH", ""));
    command.add("HOME=" + folder);
    command.add("HTTPS_PROXY=" + proxy);
    command.addAll(
        OwnJvm.command(
            Main.class,
            List.of(
                "-Djavax.net.ssl.trustStore=" + store(),
                "-Djavax.net.ssl.trustStorePassword=" + STORE_PASSWORD),
            "compare",
            "/bin/true",
            "oci:registry.invalid/tool:1"));
    return Shell.run(folder, Map.of(), command);
  }

  @Test
  void https_passes_a_proxy_that_asks_for_a_password_and_never_prints_it() throws Exception {
    put(Files.readAllBytes(Path.of("/bin/true")));
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      HttpsServer server = registry(threads);
      try (GuardedProxy proxy = new GuardedProxy("anna:s:cr@t", server.getAddress().getPort())) {
        var same = compare(proxy.address("anna:s%3Acr%40t"));
        assertEquals(0, same.status(), same.err());
        assertEquals("CONNECT registry.invalid:443", proxy.passed().getFirst());
        assertEquals(List.of(), proxy.refused());

        for (String user : List.of("anna:hunter2", "")) {
          var refused = compare(proxy.address(user));
          assertEquals(3, refused.status(), refused.err());
          assertTrue(refused.err().contains(": its proxy "), refused.err());
          assertTrue(refused.err().contains("(407)"), refused.err());
          assertFalse((refused.out() + refused.err()).contains("hunter2"), refused.err());
          assertFalse((refused.out() + refused.err()).contains("aHVudGVyMg"), refused.err());
        }
      } finally {
        server.stop(0);
      }
    }
  }
}
