package dev.selfsame.audit.gate;

import static dev.selfsame.audit.gate.Answers.NOW;
import static dev.selfsame.audit.gate.Answers.built;
import static dev.selfsame.audit.gate.Answers.digest;
import static dev.selfsame.audit.gate.Answers.promoted;
import static dev.selfsame.audit.gate.Answers.promotedAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.attest.claim.AllowedPin;
import dev.selfsame.audit.Audits;
import dev.selfsame.audit.Checked;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.store.ChannelName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JudgementsTest {
  private static final String PIN = "trixie-rust-1.85.1";
  private static final String OTHER = "bookworm-rust-1.80.0";

  private static GatePolicy policy(int operators, Duration age, boolean repeated, String... pins) {
    List<AllowedPin> allowed = Stream.of(pins).map(AllowedPin::parse).toList();
    return new GatePolicy(null, ChannelName.PRODUCTION, operators, age, allowed, repeated);
  }

  private static Judgement judge(GatePolicy policy, Checked checked) {
    return Judgements.of(new Audits(List.of(checked)), policy, NOW).binaries().getFirst();
  }

  /** Each check as {@code id answer: seen}, and the exit code. */
  private static String said(GatePolicy policy, Checked checked) {
    Judgement judgement = judge(policy, checked);
    List<String> lines = new ArrayList<>();
    for (Requirement each : judgement.requirements()) {
      lines.add(
          "%s %s: %s (%s)"
              .formatted(each.kind().id(), each.answer().word(), each.seen(), each.asked()));
    }
    return String.join("\n", lines) + "\nexit " + judgement.code().status();
  }

  @Test
  void promoted_and_nothing_more_is_asked() {
    assertEquals(
        """
        promoted yes: promotion 3 of viworks/agent into production (into production)
        operators yes: 1: alice (at least 1)
        exit 0\
        """,
        said(GatePolicy.of(ChannelName.PRODUCTION), promoted("agent")));
  }

  @Test
  void every_check_is_said_with_what_was_seen() {
    assertEquals(
        """
        promoted yes: promotion 3 of viworks/agent into production (into production)
        operators yes: 2: alice, bob (at least 2)
        pin yes: trixie-rust-1.85.1 (trixie-rust-1.85.1)
        reproducible yes: proven of 2 of 2 builds (proven by repeated builds)
        age yes: 1h, promoted at 2026-11-23T11:00:00Z (at most 30d)
        exit 0\
        """,
        said(
            policy(2, Duration.ofDays(30), true, PIN),
            promoted("agent", built("bob", PIN, true), built("alice", PIN, true))));
  }

  @Test
  void operators_are_counted_and_not_builds() {
    Checked twice = promoted("agent", built("alice", PIN, true), built("alice", PIN, true));
    assertEquals(ExitCode.NO, judge(policy(2, null, false), twice).code());
    assertEquals(1, judge(policy(2, null, false), twice).unmet().size());
  }

  @Test
  void only_builds_that_meet_everything_count() {
    Checked mixed = promoted("agent", built("alice", PIN, false), built("bob", OTHER, true));
    assertEquals(
        """
        promoted yes: promotion 3 of viworks/agent into production (into production)
        operators no: none has a build that counts (at least 1)
        pin yes: bookworm-rust-1.80.0, trixie-rust-1.85.1 (trixie-rust-1.85.1)
        reproducible yes: proven of 1 of 2 builds (proven by repeated builds)
        exit 1\
        """,
        said(policy(1, null, true, PIN), mixed));
  }

  @Test
  void more_evidence_takes_no_yes_away() {
    Checked more = promoted("agent", built("alice", PIN, true), built("bob", OTHER, false));
    assertEquals(ExitCode.YES, judge(policy(1, null, true, PIN), more).code());
  }

  @Test
  void a_pin_that_is_not_allowed_is_a_no() {
    assertEquals(
        """
        promoted yes: promotion 3 of viworks/agent into production (into production)
        operators no: none has a build that counts (at least 1)
        pin no: trixie-rust-1.85.1 (bookworm-rust-1.80.0)
        exit 1\
        """,
        said(policy(1, null, false, OTHER), promoted("agent")));
  }

  @Test
  void a_pin_of_the_right_id_with_another_root_is_a_no() {
    String root = digest(PIN).toString();
    String locked = PIN + "@" + digest("locked anew");
    assertEquals(ExitCode.YES, judge(policy(1, null, false, root), promoted("agent")).code());
    assertEquals(
        ExitCode.YES, judge(policy(1, null, false, PIN + "@" + root), promoted("agent")).code());
    assertEquals(
        """
        promoted yes: promotion 3 of viworks/agent into production (into production)
        operators no: none has a build that counts (at least 1)
        pin no: %s@%s (%s)
        exit 1\
        """
            .formatted(PIN, root, locked),
        said(policy(1, null, false, locked), promoted("agent")));
  }

  @Test
  void age_ends_to_the_second() {
    Duration hour = Duration.ofHours(1);
    assertEquals(ExitCode.YES, judge(policy(1, hour, false), promoted("agent")).code());
    Checked older = promotedAt("agent", NOW.minusSeconds(3601), built("alice", PIN, true));
    assertEquals(ExitCode.NO, judge(policy(1, hour, false), older).code());
  }

  @Test
  void a_rollback_makes_nothing_younger() {
    GatePolicy policy = policy(1, Duration.ofDays(30), false);
    Checked young =
        Answers.rolledBackTo("agent", NOW.minus(Duration.ofDays(30)), built("alice", PIN, true));
    assertEquals(ExitCode.YES, judge(policy, young).code());
    Checked old =
        Answers.rolledBackTo("agent", NOW.minus(Duration.ofDays(90)), built("alice", PIN, true));
    assertEquals(
        """
        promoted yes: promotion 3 of viworks/agent into production, a rollback to promotion 1 \
        (into production)
        operators yes: 1: alice (at least 1)
        age no: 90d, promoted at 2026-08-25T12:00:00Z (at most 30d)
        exit 1\
        """,
        said(policy, old));
  }

  @Test
  void a_promotion_that_is_still_to_come_is_no_young_one() {
    GatePolicy policy = policy(1, Duration.ofDays(1), false);
    Checked skewed = promotedAt("agent", NOW.plusSeconds(299), built("alice", PIN, true));
    assertEquals(ExitCode.YES, judge(policy, skewed).code());
    Checked ahead = promotedAt("agent", NOW.plusSeconds(301), built("alice", PIN, true));
    assertEquals(ExitCode.NO, judge(policy, ahead).code());
  }

  @Test
  void what_is_not_promoted_is_held_against_the_checks_too() {
    assertEquals(
        """
        promoted no: it was replaced (into production)
        operators yes: 1: alice (at least 1)
        age no: no promotion (at most 1d)
        exit 1\
        """,
        said(
            policy(1, Duration.ofDays(1), false),
            Answers.notPromoted("agent", "it was replaced", built("alice", PIN, true))));
    assertEquals(
        """
        promoted no: unknown to the registry (into production)
        operators no: none has a build that counts (at least 1)
        pin no: no build (trixie-rust-1.85.1)
        reproducible no: no build (proven by repeated builds)
        exit 1\
        """,
        said(policy(1, null, true, PIN), Answers.unknown("agent")));
  }

  @Test
  void what_could_not_be_told_has_no_check_that_is_met() {
    for (Checked each :
        List.of(
            Answers.untold("agent"),
            Answers.badEvidence("agent", "altered"),
            Answers.runsOther("agent"))) {
      Judgement judgement = judge(policy(1, Duration.ofDays(1), true, PIN), each);
      assertEquals(5, judgement.unmet().size(), each.toString());
      assertEquals(each.code(), judgement.code());
    }
  }

  @Test
  void the_worst_answer_speaks_for_all() {
    List<Checked> all = new ArrayList<>(List.of(promoted("a")));
    assertWorst("yes", ExitCode.YES, all);
    all.add(Answers.unknown("b"));
    assertWorst("no", ExitCode.NO, all);
    all.add(Answers.untold("c"));
    assertWorst("could-not-tell", ExitCode.UNDECIDED, all);
    all.add(Answers.badEvidence("d", "altered"));
    assertWorst("bad-evidence", ExitCode.BAD_EVIDENCE, all);
  }

  private static void assertWorst(String verdict, ExitCode code, List<Checked> all) {
    Judgements judgements =
        Judgements.of(new Audits(all), GatePolicy.of(ChannelName.PRODUCTION), NOW);
    assertEquals(code, judgements.code());
    assertEquals(verdict, judgements.verdict());
  }

  @Test
  void no_answer_is_no_yes() {
    assertThrows(IllegalArgumentException.class, () -> new Judgements(List.of()));
  }

  @Test
  void a_policy_that_asks_nothing_of_anyone_cannot_be_made() {
    assertThrows(IllegalArgumentException.class, () -> policy(0, null, false));
    assertThrows(IllegalArgumentException.class, () -> policy(1, Duration.ZERO, false));
  }
}
