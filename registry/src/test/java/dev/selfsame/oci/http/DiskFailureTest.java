package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server on a disk that loses what was not synced, that cannot sync, and that is full. */
@Timeout(300)
final class DiskFailureTest {
  private static final int LOSSES = Integer.getInteger("selfsame.losses", 4);
  private static final String UPLOADS = "/v2/staging/app/blobs/uploads/";

  @TempDir private Path folder;

  private static Process start(List<String> before, Path registry, Map<String, String> more)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx200m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            ServerMain.class.getName(),
            registry.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(more);
    return builder.start();
  }

  private static int port(Process server) throws IOException {
    String line =
        new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    if (line == null) {
      throw new AssertionError("the server did not start");
    }
    return Integer.parseInt(line);
  }

  private static HttpResponse<byte[]> send(int port, String method, String path, byte[] body)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
              .method(
                  method,
                  body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
              .build(),
          BodyHandlers.ofByteArray());
    }
  }

  private static int push(int port, byte[] content) throws IOException, InterruptedException {
    return send(port, "POST", UPLOADS + "?digest=" + Digest.sha256(content), content).statusCode();
  }

  @Test
  @Timeout(4 * 3600)
  @Needs(Component.GCC)
  void what_was_acknowledged_is_on_a_disk_that_loses_all_that_was_not_synced() throws Exception {
    Path library = LossyDisk.compile(folder);
    Random random = new Random(7);
    Path registry = Files.createDirectory(folder.resolve("registry-0"));
    List<CrashLoad> loads = List.of(new CrashLoad("a", 1), new CrashLoad("b", 2));
    int written = 0;
    for (int i = 1; i <= LOSSES; i++) {
      LossyDisk disk = LossyDisk.make(library, folder.resolve("disk-" + i));
      Path next = folder.resolve("registry-" + i);
      disk.seed(registry);
      Process server =
          start(List.of(), registry, disk.environment(registry, folder.resolve("never")));
      CrashLoad.untilKilled(loads, port(server), server, 300 + random.nextInt(1500));
      disk.restore(next);
      registry = next;
      written = loads.stream().mapToInt(CrashLoad::acknowledged).sum();
      Process again = start(List.of(), registry, Map.of());
      try {
        int port = port(again);
        List<String> losses = new ArrayList<>();
        for (CrashLoad load : loads) {
          load.connect(port);
          losses.addAll(load.losses());
        }
        assertEquals(List.of(), losses, "loss " + i);
      } finally {
        again.destroy();
        again.waitFor();
      }
    }
    System.err.printf("disks lost: %d, acknowledged writes: %d, lost: 0%n", LOSSES, written);
    assertTrue(written > LOSSES, "too little was written to tell anything");
  }

  @Test
  @Needs(Component.GCC)
  void after_a_sync_that_failed_nothing_is_acknowledged_until_a_new_start() throws Exception {
    Path registry = Files.createDirectory(folder.resolve("registry"));
    Path failing = folder.resolve("failing");
    LossyDisk disk = LossyDisk.make(LossyDisk.compile(folder), folder.resolve("disk"));
    byte[] before = "before".getBytes(StandardCharsets.UTF_8);
    byte[] during = "during".getBytes(StandardCharsets.UTF_8);
    Process server = start(List.of(), registry, disk.environment(registry, failing));
    try {
      int port = port(server);
      assertEquals(201, push(port, before));
      Files.createFile(failing);
      assertEquals(503, push(port, during));
      assertEquals(200, send(port, "GET", blob(before), new byte[0]).statusCode(), "reads go on");
      assertEquals(404, send(port, "GET", blob(during), new byte[0]).statusCode());
      // The change log's own sync.
      Files.delete(failing);
      byte[] half = "half".getBytes(StandardCharsets.UTF_8);
      assertTrue(List.of(201, 503).contains(push(port, half)));
    } finally {
      server.destroyForcibly().waitFor();
    }
    Process again = start(List.of(), registry, Map.of());
    try {
      int port = port(again);
      assertEquals(200, send(port, "GET", blob(before), new byte[0]).statusCode());
      assertEquals(201, push(port, during));
    } finally {
      again.destroyForcibly().waitFor();
    }
  }

  private static String blob(byte[] content) {
    return "/v2/staging/app/blobs/" + Digest.sha256(content);
  }

  @Test
  @Needs(Component.UNSHARE)
  void a_full_disk_is_507_and_what_was_kept_is_still_served() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("small"));
    List<String> small =
        List.of(
            "unshare",
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o size=12m none \"$0\" && exec \"$@\"",
            disk.toString());
    Process server = start(small, disk.resolve("registry"), Map.of());
    try {
      int port = port(server);
      byte[] content = new byte[3 << 20];
      Random random = new Random(3);
      List<byte[]> kept = new ArrayList<>();
      int status = 201;
      for (int i = 0; i < 20 && status == 201; i++) {
        random.nextBytes(content);
        status = push(port, content);
        if (status == 201) {
          kept.add(content.clone());
        }
      }
      assertEquals(507, status);
      assertTrue(kept.size() >= 2, "" + kept.size());
      assertEquals(404, send(port, "GET", blob(content), new byte[0]).statusCode());
      for (byte[] one : kept) {
        assertEquals(
            Digest.sha256(one), Digest.sha256(send(port, "GET", blob(one), new byte[0]).body()));
      }
      // Nothing half-written has stayed: a smaller one has room.
      assertEquals(201, push(port, "small".getBytes(StandardCharsets.UTF_8)));
    } finally {
      server.destroyForcibly().waitFor();
    }
  }
}
