package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import dev.selfsame.outcome.Progress;
import dev.selfsame.scenes.CrashLoads;
import dev.selfsame.store.Catalogue;
import dev.selfsame.store.CatalogueContract;
import dev.selfsame.store.jdbi.H2Catalogue;
import dev.selfsame.store.jdbi.H2File;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
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
import java.time.Duration;
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
  private static final String MANIFESTS = "/v2/staging/app/manifests/";

  @TempDir private Path folder;

  private static Process start(List<String> before, Path registry, Map<String, String> more)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.addAll(OwnJvm.command(ServerMain.class, List.of("-Xmx200m"), registry.toString()));
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
              .header("Content-Type", MediaTypes.MANIFEST)
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
    CrashLoads loads = CrashLoads.of(2, random);
    int written = 0;
    for (int i = 1; i <= LOSSES; i++) {
      LossyDisk disk = LossyDisk.make(library, folder.resolve("disk-" + i));
      Path next = folder.resolve("registry-" + i);
      disk.seed(registry);
      Process server =
          start(List.of(), registry, disk.environment(registry, folder.resolve("never")));
      loads.untilKilled(port(server), server, 300 + random.nextInt(1500));
      disk.restore(next);
      registry = next;
      written = loads.acknowledged();
      CrashTest.requireAll(registry, loads, "loss " + i);
      CrashTest.requireSound(registry);
    }
    System.err.printf("disks lost: %d, acknowledged writes: %d, lost: 0%n", LOSSES, written);
    assertTrue(written > LOSSES, "too little was written to tell anything");
  }

  @Test
  @Needs(Component.GCC)
  void an_upload_whose_sync_failed_cannot_be_ended_again() throws Exception {
    Path registry = Files.createDirectory(folder.resolve("registry"));
    Path failing = folder.resolve("failing");
    LossyDisk disk = LossyDisk.make(LossyDisk.compile(folder), folder.resolve("disk"));
    byte[] content = new byte[100_000];
    new Random(5).nextBytes(content);
    Process server = start(List.of(), registry, disk.environment(registry, failing));
    try {
      int port = port(server);
      String place =
          send(port, "POST", UPLOADS, new byte[0]).headers().firstValue("Location").get();
      assertEquals(202, send(port, "PATCH", place, content).statusCode());
      String end = place + "?digest=" + Digest.sha256(content);
      Files.createFile(failing);
      assertEquals(503, send(port, "PUT", end, new byte[0]).statusCode());
      // From here on the kernel takes the bytes for written, and every sync succeeds.
      Files.delete(failing);
      assertEquals(404, send(port, "PUT", end, new byte[0]).statusCode());
      assertEquals(404, send(port, "GET", blob(content), new byte[0]).statusCode());
      assertEquals(201, push(port, content));
    } finally {
      server.destroyForcibly().waitFor();
    }
    Path after = folder.resolve("after");
    disk.restore(after);
    Process again = start(List.of(), after, Map.of());
    try {
      assertArrayEquals(content, send(port(again), "GET", blob(content), new byte[0]).body());
    } finally {
      again.destroyForcibly().waitFor();
    }
  }

  @Test
  @Needs(Component.GCC)
  void after_a_failed_sync_of_the_log_nothing_is_acknowledged_until_a_new_start() throws Exception {
    Path registry = Files.createDirectory(folder.resolve("registry"));
    Path failing = folder.resolve("failing");
    LossyDisk disk = LossyDisk.make(LossyDisk.compile(folder), folder.resolve("disk"));
    byte[] before = "before".getBytes(StandardCharsets.UTF_8);
    byte[] after = "after".getBytes(StandardCharsets.UTF_8);
    Process server = start(List.of(), registry, disk.environment(registry, failing));
    try {
      int port = port(server);
      assertEquals(201, push(port, before));
      assertEquals(201, tag(port, "first", before));
      Files.writeString(failing, "repositories.log");
      assertEquals(503, tag(port, before));
      Files.delete(failing);
      for (int i = 0; i < 3; i++) {
        assertEquals(503, tag(port, before));
        assertEquals(503, push(port, after));
        assertEquals(503, send(port, "DELETE", blob(before), new byte[0]).statusCode());
      }
      assertEquals(200, send(port, "GET", blob(before), new byte[0]).statusCode(), "reads go on");
      // It was put again meanwhile, and that line is no longer in the log.
      assertEquals(200, send(port, "GET", MANIFESTS + "first", new byte[0]).statusCode());
      HttpResponse<byte[]> ready = send(port, "GET", "/ready", new byte[0]);
      assertEquals(503, ready.statusCode());
      assertTrue(new String(ready.body(), StandardCharsets.UTF_8).contains("log of changes"));
    } finally {
      server.destroyForcibly().waitFor();
    }
    // The machine runs on, and its memory has what the disk lacks.
    Process again = start(List.of(), registry, disk.environment(registry, failing));
    try {
      int port = port(again);
      assertEquals(404, send(port, "GET", MANIFESTS + "large", new byte[0]).statusCode());
      assertEquals(201, push(port, after));
    } finally {
      again.destroyForcibly().waitFor();
    }
    Path left = folder.resolve("left");
    disk.restore(left);
    Process last = start(List.of(), left, Map.of());
    try {
      int port = port(last);
      assertArrayEquals(before, send(port, "GET", blob(before), new byte[0]).body());
      assertArrayEquals(after, send(port, "GET", blob(after), new byte[0]).body());
    } finally {
      last.destroyForcibly().waitFor();
    }
  }

  /** What a disk has of a folder after a process has written to it, said so, and the power went. */
  private Path written(Path registry, String what) throws Exception {
    LossyDisk disk = LossyDisk.make(LossyDisk.compile(folder), folder.resolve("disk"));
    disk.seed(registry);
    ProcessBuilder builder =
        new ProcessBuilder(OwnJvm.command(DiskWriter.class, registry.toString(), what))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(disk.environment(registry, folder.resolve("never")));
    Process writer = builder.start();
    assertEquals('!', writer.getInputStream().read());
    writer.destroyForcibly().waitFor();
    Path left = folder.resolve("left");
    disk.restore(left);
    return left;
  }

  @Test
  @Needs(Component.GCC)
  void a_token_key_that_has_a_name_has_its_bytes() throws Exception {
    Path registry = folder.resolve("registry");
    Files.createDirectories(registry.resolve("access"));
    Path key = written(registry, "key").resolve("access/token.key");
    assertEquals(32, Files.size(key));
  }

  private static H2Catalogue catalogue(Path registry, Catalogue.Row... evidence) {
    return new H2File(registry, Duration.ofSeconds(5), Progress.SILENT)
        .open(() -> List.of(evidence));
  }

  @Test
  @Needs(Component.GCC)
  void evidence_is_announced_on_the_disk_before_it_is_kept() throws Exception {
    Path registry = Files.createDirectory(folder.resolve("registry"));
    catalogue(registry).close();
    Path left = written(registry, "announcement");
    Catalogue.Row missed = CatalogueContract.promoted(1, "1");
    try (H2Catalogue catalogue = catalogue(left, missed)) {
      assertEquals(
          List.of(missed),
          catalogue.promotions(CatalogueContract.AGENT, CatalogueContract.PRODUCTION));
    }
  }

  @Test
  @Needs(Component.GCC)
  void a_row_of_the_catalogue_is_on_the_disk_before_nothing_is_pending() throws Exception {
    Path registry = Files.createDirectory(folder.resolve("registry"));
    try (H2Catalogue catalogue = catalogue(registry)) {
      catalogue.add(CatalogueContract.promoted(1, "1"));
    }
    Path left = written(registry, "row");
    assertFalse(Files.exists(left.resolve("catalogue.pending")));
    try (H2Catalogue catalogue = catalogue(left)) {
      assertEquals(
          2, catalogue.promotions(CatalogueContract.AGENT, CatalogueContract.PRODUCTION).size());
    }
  }

  /** Puts a manifest of several pages, as {@code large}. */
  private static int tag(int port, byte[] layer) throws IOException, InterruptedException {
    return tag(port, "large", layer);
  }

  private static int tag(int port, String tag, byte[] layer)
      throws IOException, InterruptedException {
    String manifest =
        """
        {"schemaVersion":2,"mediaType":"%1$s","config":{"mediaType":"a/b","digest":"%2$s","size":6},\
        "layers":[],"annotations":{"long":"%3$s"}}\
        """
            .formatted(MediaTypes.MANIFEST, Digest.sha256(layer), "long".repeat(8000));
    return send(port, "PUT", MANIFESTS + tag, manifest.getBytes(StandardCharsets.UTF_8))
        .statusCode();
  }

  private static String blob(byte[] content) {
    return "/v2/staging/app/blobs/" + Digest.sha256(content);
  }

  @Test
  @Needs(Component.UNSHARE)
  void a_full_disk_is_507_while_reads_go_on_and_gets_well_by_itself() throws Exception {
    try (FullDisk disk = FullDisk.start(folder.resolve("small"))) {
      disk.tagImage();
      List<byte[]> kept = disk.pushUntilRefused();
      assertTrue(kept.size() >= 2, "" + kept.size());
      // A push of unknown length is cut off where the reserve begins, and its bytes stay for now.
      assertEquals(507, disk.pushInChunks(20 << 20));
      disk.requireServed(kept);
      // Others write to the disk too, up to the last byte.
      assertEquals(202, disk.untag("going"), "what makes room has some");
      disk.fill();
      for (int i = 0; i < 3; i++) {
        Thread.sleep(700); // The database writes its rows by and by, and cannot.
        assertEquals(507, disk.push(new byte[1000]));
        assertEquals(507, disk.put("another"));
        disk.requireServed(kept);
      }
      // What was cut off goes first, for which nothing has to be written.
      String collected = disk.collect();
      assertTrue(collected.startsWith("collected "), collected);
      assertEquals(201, disk.push(new byte[1000]), "no new start is needed");
      assertEquals(201, disk.put("another"));
      disk.requireImage();
    }
  }
}
