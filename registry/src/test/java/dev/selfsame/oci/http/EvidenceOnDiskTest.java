package dev.selfsame.oci.http;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Bundle;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Registry;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.store.wire.NewSubmission;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import java.io.IOException;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that takes evidence, on a disk of which a sync fails. As in Linux, that is told once,
 * and the next sync succeeds without what the failed one was of: see {@link LossyDisk}.
 */
@Timeout(300)
@Needs(Component.GCC)
final class EvidenceOnDiskTest {
  private static final String REPO = "/v2/staging/viworks/agent";
  private static final String DEPLOYED = "/v2/deploy/viworks/agent/manifests/production";
  private static final int TRIES = 1500;

  private static Path library;

  @TempDir private Path folder;
  private Stage stage;
  private LossyDisk disk;
  private Path failing;
  private Process server;
  private int port;
  private final Records first = Records.of("one");
  private final Records second = Records.of("two");

  @BeforeAll
  static void compile(@TempDir Path shared) throws Exception {
    library = LossyDisk.compile(shared);
  }

  @BeforeEach
  void serve() throws Exception {
    stage = new Stage(folder);
    stage.release(first);
    stage.submit(second, "alice");
    Files.write(folder.resolve("trust-root.json"), stage.root.json());
    failing = folder.resolve("failing");
    disk = LossyDisk.make(library, folder.resolve("disk"));
    disk.seed(stage.registry());
    start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.destroyForcibly().waitFor();
  }

  /** Its clock is ahead of everybody's, so that no record is of its future. */
  private void start() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
                OwnJvm.command(
                    EvidenceMain.class,
                    List.of("-Xmx200m"),
                    stage.registry().toString(),
                    folder.resolve("trust-root.json").toString(),
                    stage.now.plus(Duration.ofHours(1)).toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(disk.environment(stage.registry(), failing));
    server = builder.start();
    port = CrashTest.port(server);
  }

  /** What the disk has once the power went, which is sound. */
  private Path powerGoes() throws Exception {
    stop();
    Path left = folder.resolve("left");
    disk.restore(left);
    // What the disk lacks of the database is made again from the log.
    Served.at(left).close();
    CrashTest.requireSound(left, Optional.of(stage.root));
    return left;
  }

  private Instant tick() {
    stage.now = stage.now.plusSeconds(1);
    return stage.now;
  }

  private HttpResponse<byte[]> send(String method, String path, byte[] body)
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

  private int push(byte[] content) throws IOException, InterruptedException {
    return send("POST", REPO + "/blobs/uploads/?digest=" + Digest.sha256(content), content)
        .statusCode();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** While this is so, syncs of the paths that end so fail. */
  private void fail(String path) throws IOException {
    Files.writeString(failing, path);
  }

  /** From here on the kernel says that all is well. */
  private void failNoMore() throws IOException {
    Files.delete(failing);
  }

  private static String prefix(Digest blob) {
    return "blobs/sha256/" + blob.hex().substring(0, 2);
  }

  private void undecided(Runnable work) {
    assertEquals(ExitCode.UNDECIDED, assertThrows(Failure.class, work::run).code());
  }

  @Test
  void a_blob_whose_name_may_not_be_on_the_disk_is_not_there_and_can_be_pushed_again()
      throws Exception {
    byte[] content = bytes("content");
    Digest digest = Digest.sha256(content);
    fail(prefix(digest));
    assertEquals(503, push(content));
    failNoMore();
    assertFalse(Files.exists(stage.blob(digest)), "somebody would build on it");
    assertEquals(404, send("GET", REPO + "/blobs/" + digest, new byte[0]).statusCode());
    assertEquals(201, push(content));
    Path left = powerGoes();
    assertArrayEquals(
        content, RegistryFolder.open(left).registry().blobs().read(digest, content.length));
  }

  @Test
  void what_was_acknowledged_before_stays_where_the_sync_of_a_second_push_fails() throws Exception {
    byte[] content = bytes("content");
    Digest digest = Digest.sha256(content);
    assertEquals(201, push(content));
    fail(prefix(digest));
    assertEquals(503, push(content));
    failNoMore();
    HttpResponse<byte[]> got = send("GET", REPO + "/blobs/" + digest, new byte[0]);
    assertEquals(200, got.statusCode());
    assertArrayEquals(content, got.body());
  }

  @Test
  void a_folder_whose_name_may_not_be_on_the_disk_is_made_again() throws Exception {
    byte[] content = bytes("content");
    Digest digest = Digest.sha256(content);
    for (int i = 0; Files.exists(stage.blob(digest).resolveSibling("")); i++) {
      content = bytes("content " + i);
      digest = Digest.sha256(content);
    }
    fail("blobs/sha256");
    assertEquals(503, push(content));
    failNoMore();
    assertEquals(201, push(content));
    Path left = powerGoes();
    assertArrayEquals(
        content, RegistryFolder.open(left).registry().blobs().read(digest, content.length));
  }

  @Test
  void evidence_that_may_not_be_on_the_disk_is_not_submitted() throws Exception {
    Records third = Records.of("three");
    Bundle bundle = third.signedBy(stage.people, "alice");
    byte[] named = new NewSubmission(bundle.digest(), third.artifact()).json();
    assertEquals(201, push(third.binary));
    fail(prefix(bundle.digest()));
    assertEquals(503, push(bundle.bytes()));
    failNoMore();
    String place = "/selfsame/v1/submissions/viworks/agent";
    assertEquals(422, send("POST", place, named).statusCode());
    assertEquals(201, push(bundle.bytes()));
    assertEquals(204, send("POST", place, named).statusCode());
    assertStaged(powerGoes(), third);
  }

  @Test
  void a_submission_that_may_not_be_listed_on_the_disk_is_listed_again() throws Exception {
    Records third = Records.of("three");
    ByUrl people = new ByUrl(stage, port);
    fail("staging/viworks+agent");
    undecided(() -> people.submit(third, tick()));
    failNoMore();
    people.submit(third, tick());
    assertStaged(powerGoes(), third);
  }

  /** As a server leaves it that was killed before the sync: in memory, and not on the disk. */
  @Test
  void a_mark_of_a_killed_server_is_acknowledged_only_once_it_is_on_the_disk() throws Exception {
    Records third = Records.of("three");
    fail("staging/viworks+agent");
    undecided(() -> new ByUrl(stage, port).submit(third, tick()));
    stop();
    String marker = third.signedBy(stage.people, "alice").digest().hex();
    Files.createFile(stage.registry().resolve("staging/viworks+agent").resolve(marker));
    start();
    ByUrl people = new ByUrl(stage, port);
    undecided(() -> people.submit(third, tick()));
    failNoMore();
    people.submit(third, tick());
    assertStaged(powerGoes(), third);
  }

  @Test
  void a_folder_of_a_killed_server_holds_nothing_until_it_is_on_the_disk() throws Exception {
    byte[] content = bytes("content");
    Digest digest = Digest.sha256(content);
    for (int i = 0; Files.exists(stage.blob(digest).resolveSibling("")); i++) {
      content = bytes("content " + i);
      digest = Digest.sha256(content);
    }
    stop();
    Files.createDirectory(stage.blob(digest).resolveSibling(""));
    start();
    fail("blobs/sha256");
    assertEquals(503, push(content));
    failNoMore();
    assertEquals(201, push(content));
    Path left = powerGoes();
    assertArrayEquals(
        content, RegistryFolder.open(left).registry().blobs().read(digest, content.length));
  }

  private void assertStaged(Path left, Records what) {
    Registry registry = RegistryFolder.open(left).registry();
    Digest bundle = what.signedBy(stage.people, "alice").digest();
    assertTrue(registry.index().staged(AGENT).contains(bundle));
    assertTrue(registry.index().about(what.artifact()).contains(bundle));
    assertTrue(registry.blobs().size(bundle).isPresent());
    assertArrayEquals(what.binary, registry.blobs().read(what.artifact(), what.binary.length));
  }

  @Test
  void a_record_of_a_channel_that_may_not_be_on_the_disk_does_not_stand_and_can_be_put_again()
      throws Exception {
    ByUrl people = new ByUrl(stage, port);
    fail("channels/viworks+agent/production");
    undecided(() -> people.promote(second, tick()));
    failNoMore();
    // Who asks now must not be told that it stands, nor who promotes again that it did.
    String deployed = new String(send("GET", DEPLOYED, new byte[0]).body(), StandardCharsets.UTF_8);
    assertTrue(deployed.contains(first.artifact().toString()), deployed);
    assertEquals(2, people.promote(second, tick()).orElseThrow().seq());
    Path left = powerGoes();
    EvidenceAtHand evidence = new EvidenceAtHand(RegistryFolder.open(left).registry(), stage.root);
    ChannelReader reader = new ChannelReader(evidence);
    Channel channel = reader.read(AGENT, ChannelName.PRODUCTION, stage.now);
    reader.requireBelieved(channel, stage.now);
    assertEquals(2, channel.records().size());
    assertEquals(second.artifact(), channel.head().orElseThrow().artifact());
  }

  @Test
  void after_a_failed_sync_of_the_audit_log_nothing_is_written_until_a_new_start()
      throws Exception {
    fail("audit.log");
    int pushed = push(bytes("0"));
    // It is synced once a second.
    for (int i = 1; i < TRIES && pushed == 201; i++) {
      Thread.sleep(20);
      pushed = push(bytes("" + i));
    }
    assertEquals(503, pushed);
    failNoMore();
    for (int i = 0; i < 3; i++) {
      assertEquals(503, push(bytes("after")));
      assertEquals(503, send("POST", REPO + "/blobs/uploads/", new byte[0]).statusCode());
    }
    assertEquals(200, send("GET", DEPLOYED, new byte[0]).statusCode(), "reads go on");
    stop();
    // The machine runs on, and its memory has what the disk lacks.
    start();
    assertEquals(201, push(bytes("after")));
    assertEquals(200, send("GET", DEPLOYED, new byte[0]).statusCode());
    Path audit = stage.registry().resolve("audit.log");
    Path noted = disk.disk().resolve("file").resolve(inode(audit));
    for (int i = 0; i < TRIES && !contains(noted, Digest.sha256(bytes("after"))); i++) {
      Thread.sleep(20);
    }
    // In one chain, without a hole where the lines were that the disk never had.
    Path left = powerGoes();
    assertTrue(contains(left.resolve("audit.log"), Digest.sha256(bytes("after"))));
    assertFalse(contains(left.resolve("audit.log"), Digest.sha256(bytes("0"))));
  }

  private static String inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino").toString();
  }

  private static boolean contains(Path log, Digest blob) throws IOException {
    return Files.readString(log, StandardCharsets.ISO_8859_1).contains(blob.toString());
  }
}
