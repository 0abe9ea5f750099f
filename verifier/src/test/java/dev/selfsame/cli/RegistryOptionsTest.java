package dev.selfsame.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import dev.selfsame.files.UserFolders;
import dev.selfsame.scenes.Stage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(120)
final class RegistryOptionsTest {
  private static final int LOOKS = 20;

  @TempDir private Path folder;

  @Test
  void all_looks_of_a_watch_share_a_connection_and_each_asks_which_registry_it_is()
      throws Exception {
    Files.write(folder.resolve("trust-root.json"), new Stage(folder).root.json());
    Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          clients.add(exchange.getRemoteAddress());
          asked.incrementAndGet();
          byte[] body =
              "{\"schema\":\"selfsame.registry/1\",\"name\":\"r-1\"}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      RegistryOptions options = new RegistryOptions(surroundings());
      CommandLine.populateCommand(
          options,
          "--registry",
          "http://127.0.0.1:" + server.getAddress().getPort(),
          "--trust-root",
          "trust-root.json");
      for (int look = 0; look < LOOKS; look++) {
        assertEquals("r-1", options.reading().registry().name());
      }
      assertEquals(LOOKS, asked.get());
      assertEquals(1, clients.size(), clients.toString());
    } finally {
      server.stop(0);
    }
  }

  private Surroundings surroundings() {
    PrintStream nowhere =
        new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8);
    Map<String, String> variables = Map.of("HOME", folder.toString());
    return new Surroundings(
        variables,
        Clock.systemUTC(),
        UserFolders.of(variables),
        folder,
        new Console(nowhere, nowhere, false, false));
  }
}
