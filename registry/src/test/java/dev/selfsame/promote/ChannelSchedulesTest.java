package dev.selfsame.promote;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.promote.ChannelModel.Wish;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two who promote, roll back, freeze and unfreeze one channel at once, by schedules of chance,
 * beside a simple model.
 */
@Timeout(300)
final class ChannelSchedulesTest {
  private static final int STEPS = 14;
  private static final List<String> BINARIES = List.of("one", "two", "three");

  @TempDir Path folder;
  private Stage stage;
  private final AtomicLong clock = new AtomicLong();

  /** A rollback is planned before the write lock is had. */
  private final ChannelModel model =
      new ChannelModel(() -> read().records().size(), Set.of(Wish.ROLLBACK));

  @BeforeEach
  void set() {
    stage = new Stage(folder);
    BINARIES.forEach(each -> stage.submit(Records.of(each), "alice"));
    stage.promote(Records.of("one"));
    clock.set(People.NOW.getEpochSecond());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void every_answer_is_that_of_the_model_at_some_moment(long seed) throws Exception {
    CountDownLatch start = new CountDownLatch(1);
    List<Throwable> bugs = Collections.synchronizedList(new ArrayList<>());
    List<Thread> both = new ArrayList<>();
    for (int who = 0; who < 2; who++) {
      Random random = new Random(seed * 2 + who);
      both.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  start.await();
                  for (int i = 0; i < STEPS; i++) {
                    step(random);
                  }
                } catch (Throwable e) {
                  bugs.add(e);
                }
              }));
    }
    start.countDown();
    for (Thread each : both) {
      each.join();
    }
    assertEquals(List.of(), bugs);
    Channel read = read();
    model.hold(read);
    new ChannelReader(stage.evidence()).requireBelieved(read, Instant.ofEpochSecond(clock.get()));
  }

  private Channel read() {
    Instant now = Instant.ofEpochSecond(clock.get());
    return new ChannelReader(stage.evidence()).read(AGENT, ChannelName.PRODUCTION, now);
  }

  private void step(Random random) {
    Wish wish = Wish.any(random);
    Records what = Records.of(BINARIES.get(random.nextInt(BINARIES.size())));
    model.step(
        wish,
        what.artifact(),
        () ->
            switch (wish) {
              case PROMOTE -> promote(what);
              case ROLLBACK -> rollback();
              case FREEZE, UNFREEZE -> freezing(wish);
            });
  }

  /** Taken under the write lock, so that no record is dated before the one it follows. */
  private Instant tick() {
    return Instant.ofEpochSecond(clock.incrementAndGet());
  }

  private Optional<Promotion> promote(Records what) {
    Promoter.Request request =
        new Promoter.Request(
            AGENT,
            ChannelName.PRODUCTION,
            what.artifact(),
            PolicyFile.parse(Stage.POLICY.getBytes(StandardCharsets.UTF_8), "policy.toml"),
            Stage.POLICY);
    Promoter.Result result =
        stage.writing((evidence, catalogue) ->
            new Promoter(evidence, catalogue, "0.1.0")
                .promote(request, stage.people.signer("pat"), tick()));
    return switch (result) {
      case Promoter.Done done -> Optional.of(done.promotion());
      case Promoter.Stands _ -> Optional.empty();
      case Promoter.NotMet not -> throw new AssertionError(not.decision());
    };
  }

  private Optional<Promotion> rollback() {
    Instant now = Instant.ofEpochSecond(clock.get());
    Rollback.Plan plan =
        Rollback.plan(
            stage.evidence(), AGENT, ChannelName.PRODUCTION, new Rollback.To.Before(), now);
    Rollback.Result result =
        stage.writing((evidence, catalogue) ->
            new Rollback(Desk.at(evidence, catalogue), "0.1.0")
                .carryOut(plan, "it hangs", stage.people.signer("paul"), tick()));
    return result instanceof Rollback.Done done ? Optional.of(done.record()) : Optional.empty();
  }

  private Optional<Promotion> freezing(Wish wish) {
    Freezing.Result result =
        stage.writing((evidence, catalogue) -> {
          Freezing freezing = new Freezing(Desk.at(evidence, catalogue), "0.1.0");
          return wish == Wish.FREEZE
              ? freezing.freeze(
                  AGENT, ChannelName.PRODUCTION, "stop", stage.people.signer("pat"), tick())
              : freezing.unfreeze(
                  AGENT, ChannelName.PRODUCTION, "go on", stage.people.signer("carol"), tick());
        });
    return result instanceof Freezing.Done done ? Optional.of(done.record()) : Optional.empty();
  }
}
