package dev.selfsame.promote;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Cosign;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey.Reason;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.attest.claim.PromotionClaim.Link;
import dev.selfsame.attest.claim.PromotionClaim.Verifier;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import dev.selfsame.store.file.FileSeen;
import dev.selfsame.store.file.RegistryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that come back, and channels that stand still. */
class RollbackAndFreezeTest {
  private static final ChannelName PRODUCTION = ChannelName.PRODUCTION;
  private static final Rollback.To BEFORE = new Rollback.To.Before();

  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void set() {
    stage = new Stage(folder);
  }

  private Channel channel() {
    return new ChannelReader(stage.evidence()).read(AGENT, PRODUCTION, stage.now);
  }

  private ChannelReader.Grounds grounds() {
    return new ChannelReader(stage.evidence()).requireGrounds(channel(), stage.now);
  }

  private Digest held() {
    grounds();
    return channel().head().orElseThrow().artifact();
  }

  private Rollback.Plan plan(Rollback.To to) {
    return Rollback.plan(stage.evidence(), AGENT, PRODUCTION, to, stage.now);
  }

  private Rollback.Result carryOut(Rollback.Plan plan, String who) {
    stage.now = stage.now.plusSeconds(1);
    return stage.writing((evidence, catalogue) ->
        new Rollback(Desk.at(evidence, catalogue), "0.1.0")
            .carryOut(plan, "it hangs", stage.people.signer(who), stage.now));
  }

  private Promotion rollback(Rollback.To to) {
    return ((Rollback.Done) carryOut(plan(to), "pat")).record();
  }

  private Freezing.Result freeze(String who) {
    stage.now = stage.now.plusSeconds(1);
    return stage.writing((evidence, catalogue) ->
        new Freezing(Desk.at(evidence, catalogue), "0.1.0")
            .freeze(AGENT, PRODUCTION, "inventory", stage.people.signer(who), stage.now));
  }

  private Freezing.Result unfreeze(String who) {
    stage.now = stage.now.plusSeconds(1);
    return stage.writing((evidence, catalogue) ->
        new Freezing(Desk.at(evidence, catalogue), "0.1.0")
            .unfreeze(AGENT, PRODUCTION, "done", stage.people.signer(who), stage.now));
  }

  private static void refused(ExitCode code, String because, Runnable work) {
    Failure failure = assertThrows(Failure.class, work::run);
    assertTrue(
        failure.code() == code && failure.getMessage().contains(because),
        failure.code() + " " + failure.getMessage());
  }

  private static Digest bytes(String content) {
    return Records.of(content).artifact();
  }

  /** Signs a record that no command would. */
  private Bundle sign(Promotion as, Action action, String who, OptionalLong restores) {
    Channel channel = channel();
    long last = channel.records().size();
    PromotionClaim claim = as.claim();
    return Bundle.attest(
        new PromotionClaim(
                claim.artifact(),
                claim.resource(),
                claim.policy(),
                claim.inputs(),
                new Verifier("https://selfsame.dev/operators/" + who, "0.1.0"),
                stage.now,
                new Link(
                    last + 1,
                    channel.bundleAt(last),
                    action,
                    claim.link().expires(),
                    Optional.of("because"),
                    restores))
            .statement(),
        stage.people.signer(who));
  }

  /** Puts it into the channel as one who may write to the folder can. */
  private void plant(Bundle bundle, long seq) {
    stage.evidence().registry().blobs().put(bundle.bytes());
    stage
        .evidence()
        .registry()
        .channels()
        .append(AGENT, PRODUCTION, new Entry(seq, bundle.digest()));
  }

  private void planted(Promotion as, Action action, String who, String because) {
    long seq = channel().records().size() + 1L;
    OptionalLong restores =
        action == Action.ROLLBACK ? OptionalLong.of(as.seq()) : OptionalLong.empty();
    plant(sign(as, action, who, restores), seq);
    refused(ExitCode.BAD_EVIDENCE, because, this::channel);
    try {
      Files.delete(stage.channelRecord("production", seq));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

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

  @Test
  void channels_are_restored_with_all_their_records_and_rows() throws IOException {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    rollback(BEFORE);
    freeze("carol");
    unfreeze("carol");
    freeze("pat");
    List<Promotion> records = channel().records();
    dev.selfsame.files.FileTree.delete(stage.registry().resolve("channels"));
    dev.selfsame.files.FileTree.delete(stage.registry().resolve("subjects"));
    stage.writing((evidence, catalogue) -> {
      catalogue.replaceAll(new Restoration(evidence, Progress.SILENT).rows());
      assertEquals(6, catalogue.promotions(AGENT, PRODUCTION).size());
      return null;
    });
    assertEquals(records, channel().records());
    Files.delete(stage.channelRecord("production", 6));
    refused(ExitCode.BAD_EVIDENCE, "but the channel ends at 5", () -> freeze("pat"));
  }

  @Test
  void a_freeze_that_was_seen_and_is_hidden_is_found_out() throws IOException {
    stage.release(Records.of("one"));
    freeze("carol");
    var seen = new FileSeen(folder.resolve("seen"), Progress.SILENT);
    Evidence mine =
        new Evidence(RegistryFolder.open(stage.registry()).registry(), stage.root, seen);
    ChannelReader reader = new ChannelReader(mine);
    reader.requireGrounds(reader.read(AGENT, PRODUCTION, stage.now), stage.now);
    Files.delete(stage.channelRecord("production", 2));
    refused(ExitCode.BAD_EVIDENCE, "promotion 2 ", () -> reader.read(AGENT, PRODUCTION, stage.now));
  }

  @Test
  void what_was_verified_before_is_held_by_digests_and_what_came_since_by_signatures()
      throws IOException {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    freeze("carol");
    unfreeze("carol");
    stage.release(Records.of("three"));
    FileSeen seen = new FileSeen(folder.resolve("seen"), Progress.SILENT);
    Evidence mine =
        new Evidence(RegistryFolder.open(stage.registry()).registry(), stage.root, seen);
    ChannelReader reader = new ChannelReader(mine);
    Channel first = reader.read(AGENT, PRODUCTION, stage.now);
    reader.requireGrounds(first, stage.now);
    assertEquals(first, reader.read(AGENT, PRODUCTION, stage.now));
    // The lifting stands before what was seen, and its key is asked about all the same.
    ChannelReader warned =
        new ChannelReader(
            new Evidence(
                mine.registry(),
                stage.people.rootWithout("carol", Reason.COMPROMISED, stage.now),
                seen));
    refused(
        ExitCode.BAD_EVIDENCE,
        "entered a channel that is frozen by carol",
        () -> warned.requireGrounds(warned.read(AGENT, PRODUCTION, stage.now), stage.now));
    byte[] one = Files.readAllBytes(stage.channelRecord("production", 1));
    Stage.replace(
        stage.channelRecord("production", 1),
        Files.readAllBytes(stage.channelRecord("production", 2)));
    refused(
        ExitCode.BAD_EVIDENCE, "made for place 2", () -> reader.read(AGENT, PRODUCTION, stage.now));
    Stage.replace(stage.channelRecord("production", 1), one);
    Stage.flip(stage.blob(first.bundleAt(1).orElseThrow()), 40);
    refused(ExitCode.BAD_EVIDENCE, "was altered", () -> reader.read(AGENT, PRODUCTION, stage.now));
    Stage.flip(stage.blob(first.bundleAt(1).orElseThrow()), 40);
    Promotion three = first.at(5).orElseThrow();
    plant(sign(three, Action.PROMOTE, "stranger", OptionalLong.empty()), 6);
    refused(
        ExitCode.BAD_EVIDENCE,
        "unknown to the trust root",
        () -> reader.read(AGENT, PRODUCTION, stage.now));
  }

  @Test
  void what_was_verified_by_other_signers_is_verified_whole() throws IOException {
    stage.submit(Records.of("one"), "alice");
    stage.promote(bytes("one"), "production", Stage.POLICY, "paul");
    stage.release(Records.of("two"));
    Path file = folder.resolve("seen");
    FileSeen seen = new FileSeen(file, Progress.SILENT);
    var registry = RegistryFolder.open(stage.registry()).registry();
    ChannelReader wide = new ChannelReader(new Evidence(registry, stage.root, seen));
    wide.requireGrounds(wide.read(AGENT, PRODUCTION, stage.now), stage.now);
    // One who never knew the key of the first promotion.
    TrustRoot fewer = stage.people.rootIgnorantOf("paul");
    ChannelReader narrow = new ChannelReader(new Evidence(registry, fewer, seen));
    refused(
        ExitCode.BAD_EVIDENCE,
        "unknown to the trust root",
        () -> narrow.read(AGENT, PRODUCTION, stage.now));
    Path kept = file.resolve("channels/%s/viworks+agent/production".formatted(registry.name()));
    Files.writeString(kept, Files.readString(kept).replaceFirst(" [^ ]*\n$", "\n"));
    refused(
        ExitCode.BAD_EVIDENCE,
        "unknown to the trust root",
        () -> narrow.read(AGENT, PRODUCTION, stage.now));
    wide.requireGrounds(wide.read(AGENT, PRODUCTION, stage.now), stage.now);
    assertTrue(Files.readString(kept).endsWith(" " + stage.root.signers() + "\n"));
  }

  @Test
  void real_cosign_verifies_each_kind_of_record() throws IOException {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    rollback(BEFORE);
    freeze("carol");
    unfreeze("carol");
    Path file = Files.write(folder.resolve("agent"), Records.of("one").binary);
    for (Cosign cosign : Cosign.all().toList()) {
      for (Promotion record : channel().records().subList(2, 5)) {
        Files.copy(
            stage.blob(record.bundle()),
            folder.resolve("bundle.json"),
            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve("k.pub"), stage.people.key(record.operator()).pem());
        Cosign.Ran ran = cosign.verifyAttestation(folder, PromotionClaim.PREDICATE_TYPE, file);
        assertEquals(0, ran.status(), ran.output());
      }
    }
    assertEquals(People.NOW.plusSeconds(123), channel().at(5).orElseThrow().at());
  }
}
