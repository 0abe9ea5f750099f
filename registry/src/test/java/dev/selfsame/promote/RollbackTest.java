package dev.selfsame.promote;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.TrustedKey.Reason;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Bytes that come back. */
class RollbackTest extends OnChannel {
  @Test
  void what_was_held_before_comes_back_by_a_record_of_its_own() {
    Promotion one = stage.release(Records.of("one")).promotion();
    stage.release(Records.of("two"));
    Promotion back = rollback(BEFORE);
    assertEquals(3, back.seq());
    assertEquals(OptionalLong.of(1), back.claim().link().restores());
    assertEquals(one.claim().inputs(), back.claim().inputs());
    assertEquals(bytes("one"), held());
    assertEquals(3, channel().promotions().size());
    assertInstanceOf(Promoter.Done.class, stage.promote(Records.of("two")), "forward again");
    assertEquals(bytes("two"), held());
  }

  @Test
  void again_goes_further_back_and_never_to_what_the_first_left() {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    stage.release(Records.of("three"));
    assertEquals(bytes("two"), rollback(BEFORE).artifact());
    assertEquals(bytes("one"), rollback(BEFORE).artifact());
    refused(ExitCode.NO, "held nothing else", () -> plan(BEFORE));
    stage.release(Records.of("four"));
    assertEquals(bytes("one"), rollback(BEFORE).artifact(), "what was held before four");
  }

  @Test
  void one_may_name_a_place_or_bytes_and_only_what_the_channel_held() {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    stage.release(Records.of("three"));
    assertEquals(bytes("one"), rollback(new Rollback.To.Place(1)).artifact());
    Promotion back = rollback(new Rollback.To.Bytes(bytes("three")));
    assertEquals(OptionalLong.of(3), back.claim().link().restores());
    // By way of a rollback to it.
    assertEquals(OptionalLong.of(1), rollback(new Rollback.To.Place(4)).claim().link().restores());
    assertInstanceOf(
        Rollback.Stands.class, carryOut(plan(new Rollback.To.Bytes(bytes("one"))), "pat"));
    stage.submit(Records.of("staged"), "alice");
    refused(ExitCode.NO, "was never in", () -> plan(new Rollback.To.Bytes(bytes("staged"))));
    refused(ExitCode.NO, "has no promotion 17", () -> plan(new Rollback.To.Place(17)));
    refused(
        ExitCode.NO,
        "nothing was ever promoted",
        () ->
            Rollback.plan(stage.evidence(), AGENT, new ChannelName("staging"), BEFORE, stage.now));
  }

  @Test
  void the_image_comes_back_with_the_bytes() {
    Images images = new Images(stage);
    Digest first = images.release(Images.asked("one")).manifest();
    images.release(Images.asked("two"));
    rollback(BEFORE);
    assertEquals(List.of(first), grounds().images().stream().map(Image::manifest).toList());
  }

  @Test
  void what_it_rested_on_must_be_believed_today() throws IOException {
    stage.release(Records.of("one"));
    stage.submit(Records.of("two"), "bob");
    stage.promote(Records.of("two"));
    for (Reason reason : Reason.values()) {
      stage.root = stage.people.rootWithout("alice", reason, stage.now.minusSeconds(1));
      refused(
          ExitCode.BAD_EVIDENCE,
          reason == Reason.RETIRED ? "was retired" : "compromised",
          () -> carryOut(plan(BEFORE), "pat"));
      assertEquals(2, channel().records().size());
    }
    stage.root = stage.people.root();
    byte[] one = Files.readAllBytes(stage.blob(bytes("one")));
    Files.delete(stage.blob(bytes("one")));
    refused(ExitCode.BAD_EVIDENCE, "not its bytes", () -> carryOut(plan(BEFORE), "pat"));
    Files.write(stage.blob(bytes("one")), one);
    Stage.flip(stage.blob(bytes("one")), 0);
    refused(ExitCode.BAD_EVIDENCE, "was altered", () -> carryOut(plan(BEFORE), "pat"));
  }

  @Test
  void a_promotion_that_has_ended_does_not_come_back() {
    stage.submit(Records.of("one"), "alice");
    String policy = Stage.POLICY + "promotion-lifetime-days = 1\n";
    stage.promote(bytes("one"), "production", policy, "pat");
    stage.release(Records.of("two"));
    Promotion back = rollback(BEFORE);
    assertEquals(
        channel().at(1).orElseThrow().claim().link().expires(), back.claim().link().expires());
    stage.release(Records.of("three"));
    stage.now = stage.now.plus(Duration.ofDays(2));
    refused(ExitCode.NO, "has ended", () -> carryOut(plan(new Rollback.To.Place(1)), "pat"));
  }

  @Test
  void only_a_promoter_rolls_back() {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    for (String who : List.of("alice", "carol")) {
      refused(ExitCode.BAD_EVIDENCE, "may not roll back", () -> carryOut(plan(BEFORE), who));
    }
    refused(ExitCode.BAD_EVIDENCE, "unknown", () -> carryOut(plan(BEFORE), "stranger"));
  }

  @Test
  void of_two_plans_the_second_is_told_and_does_nothing() {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    stage.release(Records.of("three"));
    Rollback.Plan first = plan(BEFORE);
    Rollback.Plan second = plan(BEFORE);
    assertInstanceOf(Rollback.Done.class, carryOut(first, "pat"));
    refused(ExitCode.UNDECIDED, "a ROLLBACK by pat, came in", () -> carryOut(second, "paul"));
    assertEquals(bytes("two"), held());
  }

  @Test
  void a_rollback_to_what_was_never_there_does_not_hold() {
    Promotion one = stage.release(Records.of("one")).promotion();
    stage.release(Records.of("two"));
    stage.submit(Records.of("evil"), "alice");
    planted(
        stage.release(Records.of("three")).promotion(), Action.ROLLBACK, "carol", "may sign no");
    // Another's bytes under the place of the first.
    Promotion three = channel().at(3).orElseThrow();
    plant(sign(three, Action.ROLLBACK, "pat", OptionalLong.of(one.seq())), 4);
    refused(ExitCode.BAD_EVIDENCE, "is not what promotion 1 was", this::channel);
  }

  /** One by pat, one by paul, one by pat. */
  private void releaseByTwo() {
    stage.release(Records.of("one"));
    stage.submit(Records.of("two"), "alice");
    stage.now = stage.now.plusSeconds(60);
    stage.promote(bytes("two"), "production", Stage.POLICY, "paul");
    stage.release(Records.of("three"));
  }

  @Test
  void what_a_promoter_whose_key_is_known_to_others_promoted_does_not_come_back() {
    releaseByTwo();
    Bundle sent = sign(channel().at(2).orElseThrow(), Action.ROLLBACK, "pat", OptionalLong.of(2));
    stage.root = stage.people.rootWithout("paul", Reason.COMPROMISED, stage.now);
    refused(
        ExitCode.BAD_EVIDENCE,
        "promotion 2 cannot come back",
        () -> carryOut(plan(new Rollback.To.Place(2)), "pat"));
    refused(
        ExitCode.BAD_EVIDENCE,
        "was revoked as compromised",
        () ->
            stage.writing((evidence, catalogue) ->
                new Acceptance(evidence, catalogue, stage.now)
                    .promoted(AGENT, PRODUCTION, sent, Optional.empty())));
    assertEquals(3, channel().records().size());
    assertEquals(bytes("one"), rollback(BEFORE).artifact(), "the one before is passed over");
  }

  @Test
  void of_bytes_that_were_promoted_twice_the_promotion_that_is_believed_comes_back() {
    releaseByTwo();
    stage.now = stage.now.plusSeconds(60);
    stage.promote(bytes("one"), "production", Stage.POLICY, "paul");
    stage.release(Records.of("four"));
    Rollback.To one = new Rollback.To.Bytes(bytes("one"));
    assertEquals(4, plan(one).restored().seq());
    stage.root = stage.people.rootWithout("paul", Reason.COMPROMISED, stage.now);
    assertEquals(1, plan(one).restored().seq());
    assertEquals(bytes("one"), rollback(one).artifact());
    refused(
        ExitCode.BAD_EVIDENCE,
        "by promotions alone that are not believed now",
        () -> plan(new Rollback.To.Bytes(bytes("two"))));
  }

  @Test
  void what_came_back_already_is_no_better_than_who_first_brought_it() {
    releaseByTwo();
    stage.root = stage.people.rootWithout("paul", Reason.RETIRED, stage.now);
    assertEquals(bytes("two"), rollback(BEFORE).artifact(), "retired in good order");
    assertEquals(bytes("two"), held());
    stage.root = stage.people.rootWithout("paul", Reason.COMPROMISED, stage.now);
    refused(
        ExitCode.BAD_EVIDENCE,
        "promotion 4 brings back promotion 2, whose evidence",
        this::grounds);
    assertEquals(bytes("one"), rollback(BEFORE).artifact());
    assertEquals(bytes("one"), held());
  }

  @Test
  void what_is_held_already_is_proven_before_it_is_said_to_stand() throws IOException {
    stage.submit(Records.of("one"), "alice");
    String policy = Stage.POLICY + "promotion-lifetime-days = 1\n";
    stage.promote(bytes("one"), "production", policy, "pat");
    Rollback.Plan plan = plan(new Rollback.To.Place(1));
    assertInstanceOf(Rollback.Stands.class, carryOut(plan, "pat"));
    byte[] one = Files.readAllBytes(stage.blob(bytes("one")));
    Files.delete(stage.blob(bytes("one")));
    refused(ExitCode.BAD_EVIDENCE, "not its bytes", () -> carryOut(plan, "pat"));
    Files.write(stage.blob(bytes("one")), one);
    stage.root = stage.people.rootWithout("alice", Reason.COMPROMISED, stage.now);
    refused(ExitCode.BAD_EVIDENCE, "compromised", () -> carryOut(plan, "pat"));
    stage.root = stage.people.root();
    stage.now = stage.now.plus(Duration.ofDays(2));
    refused(ExitCode.NO, "has ended", () -> carryOut(plan, "pat"));
  }
}
