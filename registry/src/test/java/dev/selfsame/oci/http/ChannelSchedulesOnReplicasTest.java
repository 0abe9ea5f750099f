package dev.selfsame.oci.http;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.ChannelModel;
import dev.selfsame.promote.ChannelModel.Wish;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.PostgresServer;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.S3Proxy;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Registry;
import dev.selfsame.store.jdbi.PostgresAddress;
import dev.selfsame.store.jdbi.PostgresStore;
import dev.selfsame.store.s3.S3Storage;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.OwnJvm;
import dev.selfsame.upkeep.Examined;
import dev.selfsame.upkeep.Finding;
import dev.selfsame.upkeep.Fsck;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two who submit, promote, roll back, freeze and unfreeze at two servers over one PostgreSQL and
 * one bucket, of which one is killed at a moment of chance, while a third pulls what the channel
 * holds, beside a simple model. {@code -Dselfsame.kills=200} has one killed that often.
 */
@Timeout(300)
@Needs(Component.POSTGRES_USER)
@Needs(Component.S3PROXY)
@ExtendWith(S3Proxy.Running.class)
final class ChannelSchedulesOnReplicasTest {
  private static final int KILLS = Integer.getInteger("selfsame.kills", 2);

  /** So many records come before each kill, and after the last. */
  private static final int RECORDS = 3;

  private static final int TRIES = 3600;
  private static final int MOST_SUBMITTED = 10;
  private static final String DEPLOYED = "/v2/deploy/viworks/agent/manifests/production";
  private static final String STRAY = "stands among its blobs: ";
  private static final long LEFT_NANOS = 5_000_000_000L;

  @TempDir private Path folder;
  private final String prefix = UUID.randomUUID() + "/";
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final AtomicReferenceArray<Replica> replicas = new AtomicReferenceArray<>(2);
  private final AtomicLong clock = new AtomicLong(People.NOW.getEpochSecond());
  private final List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());
  private final List<Records> submitted = new CopyOnWriteArrayList<>();
  private final AtomicInteger number = new AtomicInteger();
  private final Map<String, Long> strays = new ConcurrentHashMap<>();
  private Stage stage;
  private PostgresServer postgres;
  private String database;
  private S3Proxy s3;
  private Registry registry;
  private PostgresStore rows;
  private S3Storage bucket;

  /** Nobody has a lock: whatever one wants, another's record may take its place. */
  private final ChannelModel model = new ChannelModel(this::length, EnumSet.allOf(Wish.class));

  /** A server, until it is killed. */
  private static final class Replica {
    private final Process process;
    private final int port;
    private volatile boolean killed;

    Replica(Process process) throws Exception {
      this.process = process;
      this.port = CrashTest.port(process);
    }

    void kill() throws InterruptedException {
      killed = true;
      process.destroyForcibly().waitFor();
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  @BeforeEach
  void serve(S3Proxy running) throws Exception {
    s3 = running;
    stage = new Stage(folder);
    Files.write(folder.resolve("trust-root.json"), stage.root.json());
    postgres = PostgresServer.in(folder.resolve("postgres"));
    open.push(postgres);
    database = postgres.newDatabase();
    Process one = launch();
    Process two = launch();
    replicas.set(0, new Replica(one));
    replicas.set(1, new Replica(two));
    rows =
        PostgresStore.open(
            new PostgresAddress(
                postgres.url(database), PostgresServer.USER, PostgresServer.PASSWORD),
            Duration.ofSeconds(30),
            Clock.systemUTC(),
            Progress.SILENT);
    open.push(rows);
    bucket = S3Storage.open(s3.settings(prefix, Files.createDirectory(folder.resolve("own"))));
    open.push(bucket);
    registry = rows.registry(bucket.blobs());
    ByUrl people = new ByUrl(stage, replicas.get(0).port);
    for (String each : List.of("one", "two", "three")) {
      submitted.add(Records.of(each));
      people.submit(submitted.getLast(), tick());
    }
    people.promote(submitted.getFirst(), tick());
  }

  @AfterEach
  void stop() throws Exception {
    Exception failed = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) { // The processes that come after it have to end all the same.
        if (failed == null) {
          failed = e;
        } else {
          failed.addSuppressed(e);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }

  /** Its clock is ahead of everybody's, so that no record is of its future. */
  private Process launch() throws IOException {
    Path scratch = Files.createTempDirectory(folder, "replica");
    s3.settings(prefix, scratch);
    Process process =
        new ProcessBuilder(
                OwnJvm.command(
                    WritingReplicaMain.class,
                    List.of("-Xmx256m"),
                    postgres.url(database),
                    s3.endpoint().toString(),
                    S3Proxy.BUCKET,
                    prefix,
                    scratch.resolve("credentials").toString(),
                    scratch.resolve("spool").toString(),
                    folder.resolve("trust-root.json").toString(),
                    People.NOW.plus(Duration.ofDays(30)).toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    open.push(() -> process.destroyForcibly().waitFor());
    return process;
  }

  private Instant now() {
    return Instant.ofEpochSecond(clock.get());
  }

  private Instant tick() {
    return Instant.ofEpochSecond(clock.incrementAndGet());
  }

  private int length() {
    return registry.channels().entries(AGENT, ChannelName.PRODUCTION).size();
  }

  private Thread start(AtomicBoolean ended, Work work) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            while (!ended.get() && wrong.isEmpty()) {
              work.run();
            }
          } catch (Throwable e) {
            wrong.add(e);
          }
        });
  }

  @Test
  @Timeout(4 * 3600)
  void every_answer_and_every_pull_is_that_of_the_model_though_a_server_is_killed()
      throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    AtomicBoolean ended = new AtomicBoolean();
    List<Thread> threads = new ArrayList<>();
    for (int who = 0; who < 2; who++) {
      Random chance = new Random(seed + 1 + who);
      Map<Integer, ByUrl> known = new HashMap<>();
      threads.add(start(ended, () -> step(known, chance)));
    }
    try (HttpClient client = HttpClient.newHttpClient()) {
      Random chance = new Random(seed);
      threads.add(start(ended, () -> pull(client, alive(chance))));
      try {
        for (int kill = 0; kill < KILLS; kill++) {
          awaitMore();
          Thread.sleep(random.nextInt(400));
          int victim = random.nextInt(2);
          replicas.get(victim).kill();
          replicas.set(victim, new Replica(launch()));
        }
        awaitMore();
      } finally {
        ended.set(true);
        for (Thread thread : threads) {
          thread.join();
        }
      }
      if (!wrong.isEmpty()) {
        throw new AssertionError("seed " + seed, wrong.getFirst());
      }
      for (int i = 0; i < 2; i++) {
        pull(client, replicas.get(i));
      }
    }
    requireModel(seed);
    requireSubmitted(seed);
    System.err.printf(
        "one of two servers of a channel killed: %d, seed %d, %s, lost: 0%n",
        KILLS, seed, model.summary());
  }

  private void awaitMore() throws InterruptedException {
    int until = length() + RECORDS;
    for (int i = 0; i < TRIES && length() < until && wrong.isEmpty(); i++) {
      Thread.sleep(50);
    }
    assertTrue(length() >= until || !wrong.isEmpty(), "nothing more is written");
  }

  private Replica alive(Random chance) {
    int which = chance.nextInt(2);
    Replica one = replicas.get(which);
    return one.killed ? replicas.get(1 - which) : one;
  }

  private ByUrl people(Map<Integer, ByUrl> known, Replica at) {
    return known.computeIfAbsent(at.port, port -> new ByUrl(stage, port));
  }

  private void step(Map<Integer, ByUrl> known, Random chance) {
    if (chance.nextInt(5) == 0 && submitted.size() < MOST_SUBMITTED) {
      submit(known, chance, Records.of("more " + number.incrementAndGet()));
      return;
    }
    Wish wish = Wish.any(chance);
    Records what = submitted.get(chance.nextInt(submitted.size()));
    Replica at = alive(chance);
    model.step(
        wish,
        what.artifact(),
        () -> people(known, at).carryOut(wish, what, tick()),
        failure -> isUnanswered(at, failure));
  }

  /** Until it is acknowledged, by the other server where one was killed. */
  private void submit(Map<Integer, ByUrl> known, Random chance, Records what) {
    while (wrong.isEmpty()) {
      Replica at = alive(chance);
      try {
        people(known, at).submit(what, tick());
        submitted.add(what);
        return;
      } catch (Failure e) {
        if (!isUnanswered(at, e)) {
          throw e;
        }
      }
    }
  }

  private boolean isUnanswered(Replica at, Failure e) {
    return (at.killed && e.code() == ExitCode.UNDECIDED) || isOfProxy(e);
  }

  /**
   * S3Proxy lists its own file of an object that is being put just now, and leaves that of one that
   * was cut off, which no S3 does; whoever reads all evidence after a kill meets it.
   */
  private boolean isOfProxy(Failure e) {
    String said = String.valueOf(e.getMessage());
    int at = said.indexOf(STRAY);
    if (at < 0) {
      return false;
    }
    String key = said.substring(at + STRAY.length()).strip();
    Long first = strays.putIfAbsent(key, System.nanoTime());
    if (first != null && System.nanoTime() - first > LEFT_NANOS) {
      s3.delete(prefix + key);
    }
    return true;
  }

  /** What a client of OCI is given: a channel always holds something, frozen or not. */
  private void pull(HttpClient client, Replica at) throws Exception {
    try {
      model.look(() -> {
        HttpResponse<byte[]> answer =
            client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.port + DEPLOYED))
                    .build(),
                BodyHandlers.ofByteArray());
        assertEquals(200, answer.statusCode(), new String(answer.body(), StandardCharsets.UTF_8));
        return Digest.parse(
            new ObjectMapper().readTree(answer.body()).at("/layers/0/digest").asText());
      });
    } catch (IOException e) {
      if (!at.killed) {
        throw e;
      }
    }
  }

  private void requireModel(long seed) {
    ChannelReader reader = new ChannelReader(new EvidenceAtHand(registry, stage.root));
    Channel read = reader.read(AGENT, ChannelName.PRODUCTION, now());
    reader.requireBelieved(read, now());
    try {
      model.hold(read);
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  private void requireSubmitted(long seed) {
    List<Digest> listed = registry.index().staged(AGENT);
    for (Records each : submitted) {
      Digest bundle = each.signedBy(stage.people, "alice").digest();
      assertTrue(listed.contains(bundle), "seed " + seed);
      registry.blobs().copy(each.artifact(), OutputStream.nullOutputStream());
    }
    Examined parts =
        new Examined(
            registry,
            bucket.check(),
            rows.rowsCheck(),
            Optional.empty(),
            work -> work.accept(registry));
    Fsck fsck = new Fsck(parts, Optional.of(stage.root), Progress.SILENT);
    List<Finding> found =
        fsck.check().findings().stream().filter(each -> each.kind() != Finding.Kind.STRAY).toList();
    assertEquals(List.of(), found, "seed " + seed);
  }
}
