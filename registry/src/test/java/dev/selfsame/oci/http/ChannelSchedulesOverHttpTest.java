package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.text;
import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.ChannelModel;
import dev.selfsame.promote.ChannelModel.Wish;
import dev.selfsame.promote.ChannelReader;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two who change one channel of a server at once, by schedules of chance, while a third pulls what
 * it holds, beside a simple model. {@code -Dselfsame.schedules=2000} makes the two take so many
 * steps each.
 */
final class ChannelSchedulesOverHttpTest {
  private static final int STEPS = Integer.getInteger("selfsame.schedules", 16);
  private static final List<String> BINARIES = List.of("one", "two", "three");
  private static final String DEPLOYED = "/v2/deploy/viworks/agent/manifests/production";

  @TempDir private Path folder;
  private Stage stage;
  private Served served;
  private final AtomicLong clock = new AtomicLong(People.NOW.getEpochSecond());
  private final List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());

  /** Nobody has a lock: whatever one wants, another's record may take its place. */
  private final ChannelModel model =
      new ChannelModel(
          () ->
              stage.evidence().registry().channels().entries(AGENT, ChannelName.PRODUCTION).size(),
          EnumSet.allOf(Wish.class));

  private interface Work {
    void run() throws Exception;
  }

  @BeforeEach
  void serve() {
    stage = new Stage(folder);
    BINARIES.forEach(each -> stage.submit(Records.of(each), "alice"));
    stage.promote(Records.of("one"));
    served = Served.at(stage.registry(), () -> Optional.of(stage.evidence()), () -> now());
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private Instant now() {
    return Instant.ofEpochSecond(clock.get());
  }

  /** The server's clock too: nobody's record is dated in its future. */
  private Instant tick() {
    return Instant.ofEpochSecond(clock.incrementAndGet());
  }

  private Thread start(Work work) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            work.run();
          } catch (Throwable e) {
            wrong.add(e);
          }
        });
  }

  @Test
  @Timeout(3600)
  void every_answer_and_every_pull_is_that_of_the_model_at_some_moment() throws Exception {
    long seed = new Random().nextLong();
    CountDownLatch begin = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    List<Thread> writers = new ArrayList<>();
    for (int who = 0; who < 2; who++) {
      Random random = new Random(seed + who);
      writers.add(
          start(() -> {
            ByUrl people = new ByUrl(stage, served.port());
            begin.await();
            for (int i = 0; i < STEPS; i++) {
              step(people, random);
            }
          }));
    }
    Thread reader =
        start(() -> {
          begin.await();
          while (!ended.get()) {
            model.look(this::pulled);
          }
        });
    begin.countDown();
    for (Thread writer : writers) {
      writer.join();
    }
    ended.set(true);
    reader.join();
    if (!wrong.isEmpty()) {
      throw new AssertionError("seed " + seed, wrong.getFirst());
    }
    model.look(this::pulled);
    requireModel(seed);
    System.err.printf("one channel over HTTP, seed %d: %s%n", seed, model.summary());
  }

  private void requireModel(long seed) {
    ChannelReader reader = new ChannelReader(stage.evidence());
    Channel read = reader.read(AGENT, ChannelName.PRODUCTION, now());
    reader.requireBelieved(read, now());
    assertTrue(read.records().size() > 2, "too little was done to tell anything, seed " + seed);
    try {
      model.hold(read);
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  /** What a client of OCI is given: a channel always holds something, frozen or not. */
  private Digest pulled() throws Exception {
    HttpResponse<byte[]> answer = served.get(DEPLOYED);
    assertEquals(200, answer.statusCode(), text(answer));
    return Digest.parse(new ObjectMapper().readTree(answer.body()).at("/layers/0/digest").asText());
  }

  private void step(ByUrl people, Random random) {
    Wish wish = Wish.any(random);
    Records what = Records.of(BINARIES.get(random.nextInt(BINARIES.size())));
    model.step(wish, what.artifact(), () -> people.carryOut(wish, what, tick()));
  }
}
