package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.scenes.CrashLoads;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.scenes.S3Proxy;
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
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two whole servers over one PostgreSQL and one bucket, of which one is killed again and again.
 * {@code -Dselfsame.kills=200} has one killed that often.
 */
@Timeout(300)
@Needs(Component.POSTGRES_USER)
@Needs(Component.S3PROXY)
final class ReplicasTest {
  private static final int KILLS = Integer.getInteger("selfsame.kills", 3);

  /** Of a blob that S3 is sent in parts, as one is at the first kill. */
  private static final int IN_PARTS = 33 << 20;

  private static PostgresServer postgres;
  private static S3Proxy s3;

  @TempDir private Path folder;
  private String database;
  private String bucket;

  @BeforeAll
  static void startBoth(@TempDir Path folder) throws Exception {
    postgres = PostgresServer.in(folder.resolve("postgres"));
    s3 = S3Proxy.start();
  }

  @AfterAll
  static void stopBoth() throws IOException {
    postgres.close();
    s3.close();
  }

  /** Of its own for each test: what another one has left is neither seen nor of use. */
  @BeforeEach
  void makePlaces() throws Exception {
    database = postgres.newDatabase();
    bucket = "replicas-" + database;
    s3.client().createBucket(b -> b.bucket(bucket));
  }

  private Process replica(String redirect) throws Exception {
    Path scratch = Files.createTempDirectory(folder, "replica");
    s3.settings("", scratch);
    return new ProcessBuilder(
            OwnJvm.command(
                ReplicaMain.class,
                List.of("-Xmx256m"),
                postgres.url(database),
                s3.endpoint().toString(),
                bucket,
                scratch.resolve("credentials").toString(),
                scratch.resolve("spool").toString(),
                redirect))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  @Timeout(4 * 3600)
  void whichever_is_killed_nothing_acknowledged_is_lost() throws Exception {
    Random random = new Random(11);
    Process[] servers = {replica("false"), replica("false")};
    int[] ports = {CrashTest.port(servers[0]), CrashTest.port(servers[1])};
    CrashLoads loads = CrashLoads.of(3, random);
    loads.beginWith(IN_PARTS);
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        int victim = random.nextInt(2);
        loads.untilKilled(ports[victim], servers[victim], 1500 + random.nextInt(2000));
        // The other one shows all of it, and goes on with all of it.
        assertEquals(List.of(), loads.losses(ports[1 - victim]), "kill " + kill);
        servers[victim] = replica("false");
        ports[victim] = CrashTest.port(servers[victim]);
      }
      int written = loads.acknowledged();
      System.err.printf("replicas killed: %d, acknowledged writes: %d, lost: 0%n", KILLS, written);
      assertTrue(written > KILLS, "too little was written to tell anything");
    } finally {
      for (Process server : servers) {
        server.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  @Timeout(4 * 3600)
  void written_to_at_once_both_lose_and_duplicate_nothing_though_one_is_killed() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    int written = 0;
    Process[] servers = {replica("false"), replica("false")};
    int[] ports = {CrashTest.port(servers[0]), CrashTest.port(servers[1])};
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        String when = "seed %d, kill %d".formatted(seed, kill);
        int victim = random.nextInt(2);
        SharedLoad load = new SharedLoad("shared-" + kill);
        load.untilKilled(ports, victim, servers[victim], random);
        servers[victim] = replica("false");
        ports[victim] = CrashTest.port(servers[victim]);
        String log =
            postgres.ask(
                database, "select string_agg(line, E'\\n' order by seq) from selfsame.change");
        for (int port : ports) {
          assertEquals(List.of(), load.losses(port), when);
          assertEquals(load.replayed(log), load.shown(port), when);
        }
        written += load.acknowledged();
      }
      System.err.printf(
          "replicas killed while both were written to: %d, acknowledged manifests: %d, lost: 0%n",
          KILLS, written);
    } finally {
      for (Process server : servers) {
        server.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void an_upload_goes_on_at_the_other_and_blobs_are_fetched_from_the_bucket() throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build()) {
      Process one = replica("true");
      Process other = replica("false");
      try {
        String first = "http://127.0.0.1:" + CrashTest.port(one);
        String second = "http://127.0.0.1:" + CrashTest.port(other);
        byte[] half = "half ".repeat(2000).getBytes(StandardCharsets.UTF_8);
        byte[] whole = "half ".repeat(4000).getBytes(StandardCharsets.UTF_8);
        String place =
            send(client, "POST", first + "/v2/staging/app/blobs/uploads/", new byte[0])
                .headers()
                .firstValue("Location")
                .orElseThrow();
        assertEquals(202, send(client, "PATCH", first + place, half).statusCode());
        String end = second + place + "?digest=" + Digest.sha256(whole);
        assertEquals(201, send(client, "PUT", end, half).statusCode());
        String blob = "/v2/staging/app/blobs/" + Digest.sha256(whole);
        HttpResponse<byte[]> here = send(client, "GET", second + blob, new byte[0]);
        assertEquals(Digest.sha256(whole), Digest.sha256(here.body()));
        HttpResponse<byte[]> elsewhere = send(client, "GET", first + blob, new byte[0]);
        assertEquals(307, elsewhere.statusCode());
        String address = elsewhere.headers().firstValue("Location").orElseThrow();
        assertTrue(address.startsWith(s3.endpoint().toString()), address);
        HttpResponse<byte[]> fetched = send(client, "GET", address, new byte[0]);
        assertEquals(Digest.sha256(whole), Digest.sha256(fetched.body()));
        assertEquals(200, send(client, "HEAD", first + blob, new byte[0]).statusCode());
      } finally {
        one.destroyForcibly().waitFor();
        other.destroyForcibly().waitFor();
      }
    }
  }

  private static HttpResponse<byte[]> send(
      HttpClient client, String method, String address, byte[] body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address))
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofByteArray());
  }
}
