package dev.selfsame.promote;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.claim.ChannelResource;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.attest.claim.PromotionClaim.Link;
import dev.selfsame.attest.claim.PromotionClaim.Verifier;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.Promoter.Done;
import dev.selfsame.promote.Promoter.NotMet;
import dev.selfsame.promote.Promoter.Stands;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromoterTest {
  private static final ChannelName PRODUCTION = ChannelName.PRODUCTION;

  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void set() {
    stage = new Stage(folder);
  }

  private Channel channel() {
    return new ChannelReader(stage.evidence()).read(AGENT, PRODUCTION, stage.now);
  }

  private void assertBad(Runnable work, String because) {
    Failure failure = assertThrows(Failure.class, work::run);
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code(), failure.getMessage());
    assertTrue(failure.getMessage().contains(because), failure.getMessage());
  }

  @Test
  void promotions_make_a_chain() {
    Done first = stage.release(Records.of("one"));
    Done second = stage.release(Records.of("two"));
    Channel channel = channel();
    assertEquals(2, channel.promotions().size());
    assertEquals(second.promotion().bundle(), channel.head().orElseThrow().bundle());
    assertEquals(
        Optional.of(first.promotion().bundle()), second.promotion().claim().link().previous());
    assertEquals(Optional.of(first.promotion().bundle()), second.replaced().map(p -> p.bundle()));
    assertEquals(
        List.of("alice"),
        new ChannelReader(stage.evidence())
            .requireBelieved(channel, stage.now).stream().map(Build::operator).toList());
  }

  @Test
  void a_no_keeps_nothing_and_stays_a_no() throws IOException {
    stage.submit(new Records(), "alice");
    String policy = "schema = 1\nminimum-operators = 2\n";
    int blobs = stage.evidence().registry().blobs().list().size();
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(
          NotMet.class, stage.promote(new Records().artifact(), "production", policy, "pat"));
    }
    assertEquals(blobs, stage.evidence().registry().blobs().list().size());
    assertTrue(Files.notExists(stage.registry().resolve("channels")));
  }

  @Test
  void what_stands_is_not_promoted_again_unless_the_policy_is_another() {
    stage.release(new Records());
    assertInstanceOf(Stands.class, stage.promote(new Records()));
    assertEquals(1, channel().entries().size());
    Promoter.Result other =
        stage.promote(new Records().artifact(), "production", Stage.POLICY + "# reviewed\n", "pat");
    assertInstanceOf(Done.class, other);
    assertEquals(2, channel().entries().size());
  }

  @Test
  void an_ended_promotion_is_renewed() {
    stage.submit(new Records(), "alice");
    String policy = Stage.POLICY + "promotion-lifetime-days = 1\n";
    Digest artifact = new Records().artifact();
    Done first = (Done) stage.promote(artifact, "production", policy, "pat");
    assertEquals(
        Optional.of(stage.now.plus(Duration.ofDays(1))),
        first.promotion().claim().link().expires());
    assertInstanceOf(Stands.class, stage.promote(artifact, "production", policy, "pat"));
    stage.now = stage.now.plus(Duration.ofDays(2));
    assertInstanceOf(Done.class, stage.promote(artifact, "production", policy, "pat"));
  }

  @Test
  void a_promotion_is_renewed_in_the_second_half_of_its_life() {
    stage.submit(new Records(), "alice");
    String policy = Stage.POLICY + "promotion-lifetime-days = 10\n";
    Digest artifact = new Records().artifact();
    Done first = (Done) stage.promote(artifact, "production", policy, "pat");
    stage.now = stage.now.plus(Duration.ofDays(4));
    assertInstanceOf(Stands.class, stage.promote(artifact, "production", policy, "pat"));
    stage.now = stage.now.plus(Duration.ofDays(2));
    Done second =
        assertInstanceOf(Done.class, stage.promote(artifact, "production", policy, "pat"));
    assertEquals(
        first.promotion().claim().link().expires().orElseThrow().plus(Duration.ofDays(6)),
        second.promotion().claim().link().expires().orElseThrow());
    assertInstanceOf(Stands.class, stage.promote(artifact, "production", policy, "pat"));
  }

  @Test
  void what_stands_by_a_key_that_ends_soon_is_signed_anew_by_another() {
    stage.release(new Records());
    Digest artifact = new Records().artifact();
    assertInstanceOf(Stands.class, stage.promote(artifact, "production", Stage.POLICY, "paul"));
    Instant end = stage.now.plus(Duration.ofDays(20));
    stage.root = stage.people.rootWithout("pat", TrustedKey.Reason.RETIRED, end);
    assertInstanceOf(Stands.class, stage.promote(artifact, "production", Stage.POLICY, "pat"));
    assertInstanceOf(Done.class, stage.promote(artifact, "production", Stage.POLICY, "paul"));
    assertInstanceOf(Stands.class, stage.promote(artifact, "production", Stage.POLICY, "paul"));
    stage.now = end.plusSeconds(1);
    ChannelReader reader = new ChannelReader(stage.evidence());
    assertEquals(1, reader.requireBelieved(channel(), stage.now).size());
  }

  @Test
  void a_builder_a_stranger_and_an_expired_key_promote_nothing() {
    stage.submit(new Records(), "alice");
    Digest artifact = new Records().artifact();
    for (int i = 0; i < 2; i++) {
      assertBad(
          () -> stage.promote(artifact, "production", Stage.POLICY, "alice"), "may not promote");
      assertBad(() -> stage.promote(artifact, "production", Stage.POLICY, "stranger"), "unknown");
      stage.root =
          stage.people.rootWithout("pat", TrustedKey.Reason.RETIRED, People.NOW.minusSeconds(1));
      assertBad(() -> stage.promote(artifact, "production", Stage.POLICY, "pat"), "retired");
    }
    assertEquals(0, channel().entries().size());
  }

  @Test
  void evidence_by_the_wrong_people_is_not_staged() {
    assertBad(() -> stage.submit(new Records(), "stranger"), "unknown to the trust root");
    assertBad(() -> stage.submit(new Records(), "pat"), "where a builder key is needed");
    assertBad(() -> stage.submit(new Records(), "old"), "expired");
    assertEquals(List.of(), stage.evidence().registry().index().names());
  }

  @Test
  void a_builder_may_not_speak_for_another() {
    assertBad(
        () ->
            stage.writing((evidence, catalogue) -> {
              Records records = new Records();
              Bundle bundle =
                  Bundle.attest(
                      dev.selfsame.attest.claim.Provenance.of(
                          records.record(), Digest.sha256(records.json()), People.builderId("bob")),
                      stage.people.signer("alice"));
              return new Staging(evidence, catalogue)
                  .submit(
                      Files.write(folder.resolve("b"), records.binary),
                      bundle,
                      Optional.empty(),
                      Optional.empty(),
                      stage.now);
            }),
        "it names the builder");
  }

  @Test
  void staged_evidence_of_a_key_that_was_taken_back_counts_no_more() {
    stage.submit(new Records(), "alice");
    stage.root = stage.people.rootWithout("alice", TrustedKey.Reason.COMPROMISED, People.NOW);
    assertInstanceOf(NotMet.class, stage.promote(new Records()));
    stage.submit(new Records(), "bob");
    assertInstanceOf(Done.class, stage.promote(new Records()));
  }

  @Test
  void a_channel_goes_on_after_its_promoter_was_taken_back() {
    stage.release(Records.of("one"));
    stage.root = stage.people.rootWithout("pat", TrustedKey.Reason.COMPROMISED, People.NOW);
    Channel channel = channel();
    assertBad(
        () -> new ChannelReader(stage.evidence()).requireBelieved(channel, stage.now),
        "compromised");
    Promoter.Result renewed =
        stage.promote(Records.of("one").artifact(), "production", Stage.POLICY, "paul");
    assertEquals("paul", ((Done) renewed).promotion().operator());
  }

  @Test
  void of_many_who_promote_at_once_each_gets_its_own_place() throws Exception {
    int many = 6;
    for (int i = 0; i < many; i++) {
      stage.submit(Records.of("version " + i), "alice");
    }
    List<Callable<Promoter.Result>> promotions = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      Digest artifact = Records.of("version " + i).artifact();
      promotions.add(() -> stage.promote(artifact, "production", Stage.POLICY, "pat"));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(many)) {
      for (Future<Promoter.Result> one : threads.invokeAll(promotions)) {
        // Whoever comes second may find the clock of this scene standing still, never going back.
        assertInstanceOf(Done.class, one.get());
      }
    }
    assertEquals(many, channel().promotions().size());
  }

  @Test
  void a_place_that_was_taken_meanwhile_is_not_taken_again() {
    stage.submit(new Records(), "alice");
    Bundle foreign = sign(1, Optional.empty(), "production", "paul", new Records().artifact());
    Failure failure =
        assertThrows(
            Failure.class,
            () ->
                stage.writing((evidence, catalogue) -> {
                  Promoter promoter =
                      new Promoter(
                          new EvidenceAtHand(racing(evidence, foreign), evidence.root()),
                          catalogue,
                          "0.1.0");
                  return promoter.promote(
                      new Promoter.Request(
                          AGENT,
                          PRODUCTION,
                          new Records().artifact(),
                          PolicyFile.parse(Stage.POLICY.getBytes(), "p"),
                          Stage.POLICY),
                      stage.people.signer("pat"),
                      stage.now);
                }));
    assertEquals(ExitCode.UNDECIDED, failure.code());
    assertEquals("paul", channel().head().orElseThrow().operator());
  }

  /** The real registry, in whose channel somebody is always just ahead. */
  private static dev.selfsame.store.Registry racing(EvidenceAtHand evidence, Bundle foreign) {
    var real = evidence.registry();
    return new dev.selfsame.store.Registry(
        real.name(),
        real.blobs(),
        real.index(),
        new dev.selfsame.store.Channels() {
          @Override
          public List<Entry> entries(dev.selfsame.store.ArtifactName name, ChannelName channel) {
            return real.channels().entries(name, channel);
          }

          @Override
          public Optional<Digest> at(
              dev.selfsame.store.ArtifactName name, ChannelName channel, long seq) {
            return real.channels().at(name, channel, seq);
          }

          @Override
          public boolean append(
              dev.selfsame.store.ArtifactName name, ChannelName channel, Entry entry) {
            real.blobs().put(foreign.bytes());
            real.channels().append(name, channel, new Entry(entry.seq(), foreign.digest()));
            return real.channels().append(name, channel, entry);
          }

          @Override
          public List<dev.selfsame.store.ArtifactName> names() {
            return real.channels().names();
          }

          @Override
          public List<ChannelName> channels(dev.selfsame.store.ArtifactName name) {
            return real.channels().channels(name);
          }
        });
  }

  private Bundle sign(
      long seq, Optional<Digest> prev, String channel, String who, Digest artifact) {
    Digest input = new Records().signedBy(stage.people, "alice").digest();
    PromotionClaim claim =
        new PromotionClaim(
            new Statement.Subject("viworks/agent", artifact),
            new ChannelResource(stage.evidence().registry().name(), "viworks/agent", channel),
            Digest.sha256(Stage.POLICY.getBytes()),
            List.of(input),
            new Verifier("https://selfsame.dev/operators/" + who, "0.1.0"),
            stage.now,
            new Link(seq, prev, Action.PROMOTE, Optional.empty(), Optional.empty()));
    return Bundle.attest(claim.statement(), stage.people.signer(who));
  }

  /** Puts a bundle into the channel as one who may write to the folder can. */
  private void plant(long seq, Bundle bundle) {
    stage.evidence().registry().blobs().put(bundle.bytes());
    try {
      Files.deleteIfExists(stage.channelRecord("production", seq));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    stage
        .evidence()
        .registry()
        .channels()
        .append(AGENT, PRODUCTION, new Entry(seq, bundle.digest()));
  }

  @Test
  void a_promotion_for_another_channel_name_or_place_does_not_hold() {
    Digest artifact = new Records().artifact();
    stage.submit(new Records(), "alice");
    plant(1, sign(1, Optional.empty(), "staging", "pat", artifact));
    assertBad(this::channel, "was made for selfsame://");
    Digest any = Digest.sha256(new byte[0]);
    plant(1, sign(2, Optional.of(any), "production", "pat", artifact));
    assertBad(this::channel, "was made for place 2");
    plant(1, sign(1, Optional.empty(), "production", "alice", artifact));
    assertBad(this::channel, "where a promoter or policy key is needed");
    plant(1, sign(1, Optional.empty(), "production", "stranger", artifact));
    assertBad(this::channel, "unknown to the trust root");
    assertBad(() -> stage.promote(new Records()), "unknown to the trust root");
  }

  @Test
  void a_promotion_of_another_registry_does_not_hold() throws IOException {
    stage.release(new Records());
    Stage.replace(
        stage.registry().resolve("format"), "selfsame.registry/1 r-0000000000000000\n".getBytes());
    assertBad(this::channel, "not for selfsame://r-0000000000000000/");
  }

  @Test
  void an_older_record_in_a_later_place_breaks_the_chain() throws IOException {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    stage.release(Records.of("three"));
    byte[] first = Files.readAllBytes(stage.channelRecord("production", 1));
    byte[] second = Files.readAllBytes(stage.channelRecord("production", 2));
    Stage.replace(stage.channelRecord("production", 3), first);
    assertBad(this::channel, "was made for place 1");
    Stage.replace(stage.channelRecord("production", 2), first);
    assertBad(this::channel, "was made for place 1");
    Stage.replace(stage.channelRecord("production", 2), second);
    Files.delete(stage.channelRecord("production", 2));
    assertBad(this::channel, "has no promotion 2");
  }

  @Test
  void a_forked_record_breaks_the_chain_that_follows_it() {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    plant(1, sign(1, Optional.empty(), "production", "paul", Records.of("evil").artifact()));
    assertBad(this::channel, "promotion 2 of viworks/agent into production does not follow");
  }

  @Test
  void newest_promotions_that_were_taken_away_are_missed_when_the_next_is_made()
      throws IOException {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    Files.delete(stage.channelRecord("production", 2));
    stage.submit(Records.of("three"), "alice");
    assertBad(() -> stage.promote(Records.of("three")), "but the channel ends at 1");
  }

  @Test
  void altered_bytes_of_a_bundle_or_a_binary_stop_a_promotion() {
    Staging.Submission staged = stage.submit(new Records(), "alice");
    Stage.flip(stage.blob(new Records().artifact()), 0);
    assertBad(() -> stage.promote(new Records()), "was altered");
    stage.submit(new Records(), "alice");
    Stage.flip(stage.blob(staged.build().bundle()), 40);
    assertBad(() -> stage.promote(new Records()), "was altered");
  }

  @Test
  void rows_decide_nothing() {
    stage.submit(Records.of("good"), "alice");
    stage.submit(withDirt(Records.of("bad")), "bob");
    Digest good = Records.of("good").artifact();
    Digest bad = Records.of("bad").artifact();
    stage.sql("update staged set artifact = '" + bad + "', operator = 'zoe'");
    stage.sql(
        "insert into promoted values ('viworks/agent', 'production', 7, '"
            + bad
            + "', '"
            + bad
            + "', now())");
    assertInstanceOf(NotMet.class, stage.promote(bad, "production", Stage.POLICY, "pat"));
    Done done = (Done) stage.promote(good, "production", Stage.POLICY, "pat");
    assertEquals(1, done.promotion().seq());
    stage.sql("update promoted set seq = seq + 20, artifact = '" + bad + "', channel = 'staging'");
    assertEquals(good, channel().head().orElseThrow().artifact());
  }

  private static Records withDirt(Records records) {
    records.dirty = true;
    records.source = "another source";
    return records;
  }

  @Test
  void a_clock_that_went_back_decides_nothing() {
    stage.release(Records.of("one"));
    stage.submit(Records.of("two"), "alice");
    stage.now = stage.now.minus(Duration.ofHours(1));
    Failure failure = assertThrows(Failure.class, () -> stage.promote(Records.of("two")));
    assertEquals(ExitCode.UNDECIDED, failure.code());
  }

  @Test
  void dissent_is_staged_and_remarked_upon() {
    stage.submit(Records.of("one"), "alice");
    Records other = Records.of("other");
    other.source = Records.of("one").source;
    Staging.Submission dissent = stage.submit(other, "bob");
    assertEquals(1, dissent.remarks().size());
    assertTrue(dissent.remarks().getFirst().startsWith("it differs from the build"));
    assertInstanceOf(NotMet.class, stage.promote(Records.of("one")));
    Records unrepeated = Records.of("third");
    unrepeated.source = "third source";
    unrepeated.controlsIdentical = false;
    unrepeated.variedIdentical = false;
    unrepeated.dirty = true;
    assertEquals(3, stage.submit(unrepeated, "bob").remarks().size());
  }

  @Test
  void dissent_outlives_its_signers_key_unless_others_have_that() {
    stage.submit(Records.of("one"), "alice");
    Records other = Records.of("other");
    other.source = Records.of("one").source;
    stage.submit(other, "bob");
    stage.now = stage.now.plusSeconds(60);
    stage.root = stage.people.rootWithout("bob", TrustedKey.Reason.RETIRED, stage.now);
    NotMet no = assertInstanceOf(NotMet.class, stage.promote(Records.of("one")));
    assertEquals("agreement", no.decision().checks().getLast().id());
    assertTrue(no.decision().checks().getLast().reason().startsWith("bob got sha256:"));
    Records third = Records.of("third");
    third.source = other.source;
    assertEquals(2, stage.submit(third, "alice-2").remarks().size());
    // What he built counts for nothing any more.
    NotMet his = assertInstanceOf(NotMet.class, stage.promote(other));
    assertEquals("operators", his.decision().checks().getFirst().id());
  }

  @Test
  void dissent_by_a_key_that_others_have_is_none() {
    stage.submit(Records.of("one"), "alice");
    Records other = Records.of("other");
    other.source = Records.of("one").source;
    stage.submit(other, "bob");
    stage.root = stage.people.rootWithout("bob", TrustedKey.Reason.COMPROMISED, stage.now);
    assertInstanceOf(Done.class, stage.promote(Records.of("one")));
  }

  @Test
  void a_binary_that_was_not_built_or_a_record_of_another_build_is_not_staged() {
    assertBad(() -> submit("not these", new Records().json()), "is no output of the build");
    assertBad(() -> submit("the binary", "{}".getBytes()), "not the one that the evidence names");
    assertEquals(List.of(), stage.evidence().registry().blobs().list());
  }

  private void submit(String content, byte[] record) {
    stage.writing((evidence, catalogue) ->
        new Staging(evidence, catalogue)
            .submit(
                Files.write(folder.resolve("b"), content.getBytes()),
                new Records().signedBy(stage.people, "alice"),
                Optional.of(record),
                Optional.empty(),
                stage.now));
  }

  @Test
  void another_names_evidence_does_not_count() {
    Records other = new Records();
    other.name = "viworks/other";
    Staging.Submission staged = stage.submit(other, "alice");
    // One who may write to the folder can claim that it was submitted under the name.
    stage.evidence().registry().index().addStaged(AGENT, staged.build().bundle());
    assertInstanceOf(NotMet.class, stage.promote(new Records()));
    assertEquals(
        "was made for the name viworks/other",
        Staging.read(stage.evidence(), AGENT, Instant.now()).refused().getFirst().why());
  }

  @Test
  void a_promotion_rests_on_builders_and_on_nothing_else() {
    stage.submit(new Records(), "alice");
    stage.submit(Records.of("evil"), "alice");
    Bundle planted = sign(1, Optional.empty(), "production", "pat", Records.of("evil").artifact());
    plant(1, planted);
    Channel channel = channel();
    assertBad(
        () -> new ChannelReader(stage.evidence()).requireBelieved(channel, stage.now),
        "rests on a build of something else");
  }
}
