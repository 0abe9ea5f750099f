package dev.selfsame.promote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Channel.Promotion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/**
 * A simple model of a channel that several change at once: what it holds follows from its records
 * in their order, each record was acknowledged once, or is of somebody whose server was killed, and
 * each refusal, and each look at what it holds, was right at some moment while it was asked.
 */
public final class ChannelModel {
  private final IntSupplier length;
  private final Set<Wish> overtaken;
  private final List<Step> history = Collections.synchronizedList(new ArrayList<>());
  private final List<Look> looks = Collections.synchronizedList(new ArrayList<>());

  /** What somebody wants. */
  public enum Wish {
    PROMOTE,
    ROLLBACK,
    FREEZE,
    UNFREEZE;

    /** One of chance, in such shares that a channel is not frozen for long. */
    public static Wish any(Random random) {
      return switch (random.nextInt(8)) {
        case 0, 1, 2 -> PROMOTE;
        case 3, 4 -> ROLLBACK;
        case 5 -> FREEZE;
        default -> UNFREEZE;
      };
    }
  }

  /** How it went. */
  private enum Answer {
    DONE,
    STANDS,
    NO,
    MEANWHILE,

    /** The server was killed: it may be done. */
    UNKNOWN
  }

  /** Carries a wish out. */
  public interface Deed {
    /** The record that was acknowledged; empty where the channel was so already. */
    Optional<Promotion> run();
  }

  /** Asks what a channel holds. */
  public interface Question {
    /** The bytes that it holds. */
    Digest ask() throws Exception;
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

  /** What somebody was shown, between so many records and so many. */
  private record Look(Digest artifact, int before, int after) {}

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

  /**
   * Of a channel that has one record, which nobody was told of.
   *
   * @param length how many records the channel has now
   * @param overtaken what may be refused since another record came in meanwhile
   */
  public ChannelModel(IntSupplier length, Set<Wish> overtaken) {
    this.length = length;
    this.overtaken = Set.copyOf(overtaken);
  }

  /** Does something, and notes how that went. */
  public void step(Wish wish, Digest wanted, Deed deed) {
    step(wish, wanted, deed, _ -> false);
  }

  /**
   * As the other, at a server that may be killed meanwhile.
   *
   * @param unanswered whether a failure tells nothing of what was done
   */
  public void step(Wish wish, Digest wanted, Deed deed, Predicate<Failure> unanswered) {
    int before = length.getAsInt();
    Answer answer;
    OptionalLong seq = OptionalLong.empty();
    Digest artifact = wanted;
    try {
      Optional<Promotion> done = deed.run();
      answer = done.isPresent() ? Answer.DONE : Answer.STANDS;
      if (done.isPresent()) {
        seq = OptionalLong.of(done.get().seq());
        artifact = done.get().artifact();
      }
    } catch (Failure e) {
      answer = answer(e, unanswered);
    }
    history.add(new Step(wish, answer, artifact, before, length.getAsInt(), seq));
  }

  private static Answer answer(Failure e, Predicate<Failure> unanswered) {
    if (e.code() == ExitCode.NO) {
      return Answer.NO;
    }
    String why = String.valueOf(e.getMessage());
    if (e.code() == ExitCode.UNDECIDED
        && (why.contains("another record took place ") || why.contains(" meanwhile; "))) {
      return Answer.MEANWHILE;
    }
    if (unanswered.test(e)) {
      return Answer.UNKNOWN;
    }
    throw new AssertionError(why, e);
  }

  /** Notes what somebody is shown. */
  public void look(Question question) throws Exception {
    int before = length.getAsInt();
    Digest artifact = question.ask();
    looks.add(new Look(artifact, before, length.getAsInt()));
  }

  /** Holds the channel, as it was read in the end, and all that was noted against the model. */
  public void hold(Channel read) {
    Map<Long, Step> acknowledged = new HashMap<>();
    for (Step step : history) {
      step.seq().ifPresent(seq -> assertEquals(null, acknowledged.put(seq, step), "twice " + seq));
    }
    List<Step> unknown =
        new ArrayList<>(history.stream().filter(s -> s.answer() == Answer.UNKNOWN).toList());
    List<State> states = new ArrayList<>();
    states.add(new State(List.of(), false));
    for (Promotion record : read.records()) {
      if (record.seq() > 1) {
        Step step = acknowledged.remove(record.seq());
        Step of = step == null ? untold(unknown, record) : step;
        assertEquals(of.wish().name(), record.action().name(), "" + of);
      }
      states.add(after(states.getLast(), record));
    }
    assertEquals(Map.of(), acknowledged, "acknowledged, and not there");
    for (Step step : history) {
      assertTrue(
          states.subList(step.before(), step.after() + 1).stream().anyMatch(explains(step)),
          "nothing explains %s".formatted(step));
    }
    for (Look look : looks) {
      assertTrue(
          states.subList(look.before(), look.after() + 1).stream()
              .anyMatch(state -> state.held().artifact().equals(look.artifact())),
          "nothing explains %s".formatted(look));
    }
    assertEquals(states.getLast().held().artifact(), read.head().orElseThrow().artifact());
    assertEquals(states.getLast().frozen(), read.frozen().isPresent());
  }

  /** Of those that were not answered, the one that a record which nobody was told of may be of. */
  private static Step untold(List<Step> unknown, Promotion record) {
    Step found =
        unknown.stream()
            .filter(step -> step.wish().name().equals(record.action().name()))
            .filter(
                step -> step.wish() != Wish.PROMOTE || step.artifact().equals(record.artifact()))
            .filter(step -> step.before() < record.seq())
            .findFirst()
            .orElseThrow(() -> new AssertionError("nobody was told of record " + record.seq()));
    unknown.remove(found);
    return found;
  }

  /** How often which answer was given. */
  public String summary() {
    List<String> counts = new ArrayList<>();
    for (Answer answer : Answer.values()) {
      long count = history.stream().filter(step -> step.answer() == answer).count();
      counts.add("%d %s".formatted(count, answer));
    }
    return "%s, %d looks".formatted(String.join(", ", counts), looks.size());
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
      case BREAK_GLASS -> throw new AssertionError("record " + record.seq());
    }
    return new State(entered, record.action() == Action.FREEZE);
  }

  /** Whether a state has that answer. */
  private Predicate<State> explains(Step step) {
    return state ->
        switch (step.answer()) {
          // The record itself was held against the model, in its place, if there is one.
          case DONE, UNKNOWN -> true;
          case MEANWHILE -> overtaken.contains(step.wish()) && step.after() > step.before();
          case NO ->
              (state.frozen() && Action.valueOf(step.wish().name()).enters())
                  || (step.wish() == Wish.ROLLBACK && state.before().isEmpty());
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
