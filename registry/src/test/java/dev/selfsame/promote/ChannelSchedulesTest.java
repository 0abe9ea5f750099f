package dev.selfsame.promote;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two who promote, roll back, freeze and unfreeze one channel at once, by schedules of chance,
 * beside a simple model: what the channel holds follows from its records in their order, each
 * record was acknowledged once, and each refusal was right at some moment while it was asked.
 */
@Timeout(300)
final class ChannelSchedulesTest {
  private static final int STEPS = 14;
  private static final List<String> BINARIES = List.of("one", "two", "three");

  @TempDir Path folder;
  private Stage stage;
  private final AtomicLong clock = new AtomicLong();
  private final List<Step> history = Collections.synchronizedList(new ArrayList<>());

  /** What somebody wanted. */
  private enum Wish {
    PROMOTE,
    ROLLBACK,
    FREEZE,
    UNFREEZE
  }

  /** How it went. */
  private enum Answer {
    DONE,
    STANDS,
    NO,
    MEANWHILE
  }

  /**
   * A step of somebody's.
   *
   * @param artifact what was to be promoted, or came back
   * @param before how many records there were before it was asked
   * @param after and once it was answered
   * @param seq the record that was acknowledged
   */
  private record Step(
      Wish wish, Answer answer, Digest artifact, int before, int after, OptionalLong seq) {}

  /**
   * What a channel holds, by the model.
   *
   * @param entered what came in, by sequence
   * @param frozen whether nothing may
   */
  private record State(List<Entered> entered, boolean frozen) {
    Entered held() {
      return entered.getLast();
    }

    /** What a rollback brings back: other bytes, from before those that are held first came in. */
    List<Entered> before() {
      return entered.reversed().stream()
          .filter(each -> each.seq() < held().origin())
          .filter(each -> !each.artifact().equals(held().artifact()))
          .limit(1)
          .toList();
    }
  }

  /**
   * Bytes that came in.
   *
   * @param origin the promotion that first brought them
   */
  private record Entered(long seq, Digest artifact, long origin) {}

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
    hold(records());
  }

  private List<Promotion> records() {
    Instant now = Instant.ofEpochSecond(clock.get());
    return new ChannelReader(stage.evidence()).read(AGENT, ChannelName.PRODUCTION, now).records();
  }

  private void step(Random random) {
    Wish wish =
        switch (random.nextInt(8)) {
          case 0, 1, 2 -> Wish.PROMOTE;
          case 3, 4 -> Wish.ROLLBACK;
          case 5 -> Wish.FREEZE;
          default -> Wish.UNFREEZE;
        };
    Records what = Records.of(BINARIES.get(random.nextInt(BINARIES.size())));
    int before = records().size();
    Answer answer;
    OptionalLong seq = OptionalLong.empty();
    Digest artifact = what.artifact();
    try {
      Promotion done =
          switch (wish) {
            case PROMOTE -> promote(what);
            case ROLLBACK -> rollback();
            case FREEZE, UNFREEZE -> freezing(wish);
          };
      answer = done == null ? Answer.STANDS : Answer.DONE;
      if (done != null) {
        seq = OptionalLong.of(done.seq());
        artifact = done.artifact();
      }
    } catch (Failure e) {
      assertTrue(e.code() == ExitCode.NO || e.code() == ExitCode.UNDECIDED, e.getMessage());
      answer = e.code() == ExitCode.NO ? Answer.NO : Answer.MEANWHILE;
    }
    history.add(new Step(wish, answer, artifact, before, records().size(), seq));
  }

  /** Taken under the write lock, so that no record is dated before the one it follows. */
  private Instant tick() {
    return Instant.ofEpochSecond(clock.incrementAndGet());
  }

  private Promotion promote(Records what) {
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
      case Promoter.Done done -> done.promotion();
      case Promoter.Stands _ -> null;
      case Promoter.NotMet not -> throw new AssertionError(not.decision());
    };
  }

  private Promotion rollback() {
    Instant now = Instant.ofEpochSecond(clock.get());
    Rollback.Plan plan =
        Rollback.plan(
            stage.evidence(), AGENT, ChannelName.PRODUCTION, new Rollback.To.Before(), now);
    Rollback.Result result =
        stage.writing((evidence, catalogue) ->
            new Rollback(Desk.at(evidence, catalogue), "0.1.0")
                .carryOut(plan, "it hangs", stage.people.signer("paul"), tick()));
    return result instanceof Rollback.Done done ? done.record() : null;
  }

  private Promotion freezing(Wish wish) {
    Freezing.Result result =
        stage.writing((evidence, catalogue) -> {
          Freezing freezing = new Freezing(Desk.at(evidence, catalogue), "0.1.0");
          return wish == Wish.FREEZE
              ? freezing.freeze(
                  AGENT, ChannelName.PRODUCTION, "stop", stage.people.signer("pat"), tick())
              : freezing.unfreeze(
                  AGENT, ChannelName.PRODUCTION, "go on", stage.people.signer("carol"), tick());
        });
    return result instanceof Freezing.Done done ? done.record() : null;
  }

  private void hold(List<Promotion> records) {
    Map<Long, Step> acknowledged = new HashMap<>();
    for (Step step : history) {
      step.seq().ifPresent(seq -> assertEquals(null, acknowledged.put(seq, step), "twice " + seq));
    }
    assertEquals(records.size() - 1, acknowledged.size(), "records that nobody was told of");
    List<State> states = new ArrayList<>();
    states.add(new State(List.of(), false));
    for (Promotion record : records) {
      Step step = acknowledged.get(record.seq());
      assertTrue(record.seq() == 1 || step.wish().name().equals(record.action().name()), "" + step);
      states.add(after(states.getLast(), record));
    }
    for (Step step : history) {
      assertTrue(
          states.subList(step.before(), step.after() + 1).stream().anyMatch(explains(step)),
          "nothing explains %s".formatted(step));
    }
    Instant now = Instant.ofEpochSecond(clock.get());
    ChannelReader reader = new ChannelReader(stage.evidence());
    Channel read = reader.read(AGENT, ChannelName.PRODUCTION, now);
    reader.requireBelieved(read, now);
    assertEquals(states.getLast().held().artifact(), read.head().orElseThrow().artifact());
    assertEquals(states.getLast().frozen(), read.frozen().isPresent());
  }

  private static State after(State state, Promotion record) {
    List<Entered> entered = new ArrayList<>(state.entered());
    if (record.action().enters()) {
      assertTrue(!state.frozen(), "record %d entered a frozen channel".formatted(record.seq()));
    }
    switch (record.action()) {
      case PROMOTE -> entered.add(new Entered(record.seq(), record.artifact(), record.seq()));
      case ROLLBACK -> {
        Entered back = state.before().getFirst();
        assertEquals(back.artifact(), record.artifact(), "record " + record.seq());
        assertEquals(OptionalLong.of(back.origin()), record.claim().link().restores());
        entered.add(new Entered(record.seq(), back.artifact(), back.origin()));
      }
      case FREEZE, UNFREEZE ->
          assertEquals(record.action() == Action.UNFREEZE, state.frozen(), "" + record.seq());
    }
    return new State(entered, record.action() == Action.FREEZE);
  }

  /** Whether a state has that answer. */
  private static Predicate<State> explains(Step step) {
    return state ->
        switch (step.answer()) {
          // The record itself was held against the model, in its place.
          case DONE -> true;
          case MEANWHILE -> step.wish() == Wish.ROLLBACK && step.after() > step.before();
          case NO -> state.frozen() || (step.wish() == Wish.ROLLBACK && state.before().isEmpty());
          case STANDS ->
              switch (step.wish()) {
                case PROMOTE -> !state.frozen() && state.held().artifact().equals(step.artifact());
                case ROLLBACK -> false;
                case FREEZE -> state.frozen();
                case UNFREEZE -> !state.frozen();
              };
        };
  }
}
