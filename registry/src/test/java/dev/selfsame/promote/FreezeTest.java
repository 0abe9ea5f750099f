package dev.selfsame.promote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.TrustedKey.Reason;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.attest.claim.PromotionClaim.Link;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Channels that stand still. */
class FreezeTest extends OnChannel {
  @Test
  void nothing_enters_a_frozen_channel_and_what_it_holds_stays() {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    assertInstanceOf(Freezing.Done.class, freeze("pat"));
    assertInstanceOf(Freezing.Stands.class, freeze("carol"));
    stage.submit(Records.of("three"), "alice");
    String why = "is frozen by pat at 2026-11-23T12:02:01Z: inventory";
    refused(ExitCode.NO, why, () -> stage.promote(Records.of("three")));
    refused(ExitCode.NO, why, () -> stage.promote(Records.of("two")));
    refused(ExitCode.NO, why, () -> plan(BEFORE));
    assertEquals(bytes("two"), held());
    refused(ExitCode.BAD_EVIDENCE, "may not lift a freeze", () -> unfreeze("pat"));
    refused(ExitCode.BAD_EVIDENCE, "may not lift a freeze", () -> unfreeze("alice"));
    assertInstanceOf(Freezing.Done.class, unfreeze("carol"));
    assertInstanceOf(Freezing.Stands.class, unfreeze("carol"));
    assertEquals(bytes("two"), held());
    assertEquals(bytes("one"), rollback(BEFORE).artifact());
    assertEquals(bytes("one"), held());
    assertInstanceOf(Promoter.Done.class, stage.promote(Records.of("three")));
  }

  @Test
  void an_empty_channel_is_not_frozen() {
    stage.submit(Records.of("one"), "alice");
    refused(ExitCode.NO, "nothing to hold", () -> freeze("pat"));
    refused(ExitCode.NO, "nothing to hold", () -> unfreeze("carol"));
    refused(ExitCode.BAD_EVIDENCE, "may not freeze", () -> freeze("alice"));
  }

  @Test
  void a_plan_that_was_made_before_a_freeze_is_not_carried_out() {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    Rollback.Plan plan = plan(BEFORE);
    freeze("carol");
    refused(ExitCode.UNDECIDED, "a FREEZE by carol", () -> carryOut(plan, "pat"));
  }

  @Test
  void a_record_that_may_not_follow_makes_the_channel_bad() {
    Promotion one = stage.release(Records.of("one")).promotion();
    Promotion two = stage.release(Records.of("two")).promotion();
    planted(two, Action.UNFREEZE, "carol", "is not frozen");
    planted(one, Action.FREEZE, "carol", "changes what is held");
    freeze("carol");
    planted(one, Action.PROMOTE, "pat", "enters a channel that carol froze by record 3: inventory");
    planted(one, Action.ROLLBACK, "pat", "enters a channel that carol froze");
    planted(two, Action.FREEZE, "pat", "frozen already");
    planted(two, Action.UNFREEZE, "pat", "a promoter key may sign no UNFREEZE");
    planted(one, Action.UNFREEZE, "carol", "changes what is held");
    assertEquals(bytes("two"), held());
  }

  @Test
  void many_records_do_not_bury_a_freeze() {
    stage.release(Records.of("one"));
    Promotion two = stage.release(Records.of("two")).promotion();
    freeze("carol");
    Optional<Digest> before = channel().bundleAt(3);
    for (long seq = 4; seq < 44; seq++) {
      PromotionClaim claim = two.claim();
      Bundle forged =
          Bundle.attest(
              new PromotionClaim(
                      claim.artifact(),
                      claim.resource(),
                      claim.policy(),
                      claim.inputs(),
                      claim.verifier(),
                      stage.now,
                      new Link(seq, before, Action.PROMOTE, Optional.empty(), Optional.empty()))
                  .statement(),
              stage.people.signer("pat"));
      plant(forged, seq);
      before = Optional.of(forged.digest());
    }
    refused(ExitCode.BAD_EVIDENCE, "promotion 4 of viworks/agent", this::channel);
  }

  @Test
  void a_freeze_counts_though_its_signer_is_gone_and_a_lifting_does_not() {
    stage.release(Records.of("one"));
    freeze("carol");
    stage.root = stage.people.rootWithout("carol", Reason.COMPROMISED, stage.now);
    assertTrue(channel().frozen().isPresent());
    assertEquals(bytes("one"), held());
    unfreeze("cleo");
    stage.release(Records.of("two"));
    assertEquals(bytes("two"), held());
    stage.root = stage.people.rootWithout("cleo", Reason.RETIRED, stage.now.plusSeconds(1));
    assertEquals(bytes("two"), held(), "it was in good order when the next record came");
    stage.root = stage.people.rootWithout("cleo", Reason.COMPROMISED, stage.now);
    refused(ExitCode.BAD_EVIDENCE, "entered a channel that is frozen by carol", this::grounds);
    refused(ExitCode.NO, "its lifting does not count", () -> plan(BEFORE));
    refused(ExitCode.NO, "its lifting does not count", () -> unfreeze("carol"));
    freeze("pat");
    unfreeze("carol");
    assertEquals(bytes("two"), held());
  }

  @Test
  void a_lifting_that_nobody_followed_is_judged_by_the_clock_and_not_by_its_own_date() {
    Promotion one = stage.release(Records.of("one")).promotion();
    freeze("pat");
    Bundle early = sign(one, Action.UNFREEZE, "carol", OptionalLong.empty());
    stage.root = stage.people.rootWithout("carol", Reason.RETIRED, stage.now.plusSeconds(1));
    stage.now = stage.now.plus(Duration.ofHours(2));
    plant(early, 3);
    assertEquals(
        Optional.of(2L), channel().frozen().map(frozen -> frozen.by().seq()), "still frozen");
    refused(ExitCode.NO, "its lifting does not count", () -> stage.promote(Records.of("one")));
    assertEquals(bytes("one"), held());
  }

  @Test
  void a_promoter_whose_key_is_gone_is_not_believed_behind_a_freeze() {
    stage.release(Records.of("one"));
    freeze("carol");
    stage.root = stage.people.rootWithout("pat", Reason.COMPROMISED, stage.now);
    refused(ExitCode.BAD_EVIDENCE, "compromised", this::grounds);
  }

  @Test
  void a_clock_that_is_a_little_behind_the_last_record_stops_nobody() {
    Promotion one = stage.release(Records.of("one")).promotion();
    stage.now = stage.now.minus(Duration.ofMinutes(4));
    Freezing.Done done = assertInstanceOf(Freezing.Done.class, freeze("carol"));
    assertEquals(one.at(), done.record().at());
    stage.now = stage.now.minus(Duration.ofMinutes(4));
    refused(ExitCode.UNDECIDED, "is behind the channel's last record", () -> unfreeze("carol"));
  }

  @Test
  void a_freeze_does_not_lengthen_what_it_holds() {
    stage.submit(Records.of("one"), "alice");
    stage.promote(
        bytes("one"), "production", Stage.POLICY + "promotion-lifetime-days = 1\n", "pat");
    freeze("carol");
    Channel frozen = channel();
    assertEquals(
        frozen.at(1).orElseThrow().claim().link().expires(),
        frozen.at(2).orElseThrow().claim().link().expires());
    assertTrue(!frozen.head().orElseThrow().claim().currentAt(stage.now.plus(Duration.ofDays(2))));
  }
}
