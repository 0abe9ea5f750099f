package dev.selfsame.promote;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.digest.Digest;
import dev.selfsame.files.FileTree;
import dev.selfsame.outcome.Failure;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.Catalogue.Promoted;
import dev.selfsame.store.Catalogue.Staged;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels;
import dev.selfsame.store.Registry;
import dev.selfsame.store.jdbi.H2File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestorationTest {
  @TempDir Path folder;
  private Stage stage;
  private Digest head;

  @BeforeEach
  void release() {
    stage = new Stage(folder);
    stage.release(Records.of("one"));
    head = stage.release(Records.of("two")).promotion().bundle();
    stage.submit(Records.of("three"), "bob");
    stage.notes.lines.clear();
  }

  private record Rows(List<Staged> staged, List<Promoted> promoted) {}

  private Rows rows() {
    return stage.writing((_, catalogue) ->
        new Rows(catalogue.staged(AGENT), catalogue.promotions(AGENT, ChannelName.PRODUCTION)));
  }

  private Channel channel() {
    return new ChannelReader(stage.evidence()).read(AGENT, ChannelName.PRODUCTION, stage.now);
  }

  @Test
  void a_deleted_database_comes_back_row_by_row() throws IOException {
    Rows before = rows();
    assertEquals(3, before.staged().size());
    assertEquals(2, before.promoted().size());
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(before, rows());
    assertTrue(stage.notes.lines.toString().contains("made again"), stage.notes.lines.toString());
  }

  @Test
  void with_the_blobs_alone_everything_comes_back() throws IOException {
    Rows before = rows();
    for (String lost : List.of("subjects", "staging", "channels", "incoming")) {
      FileTree.delete(stage.registry().resolve(lost));
    }
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(before, rows());
    assertEquals(head, channel().head().orElseThrow().bundle());
    assertEquals(2, stage.evidence().registry().index().about(Records.of("two").artifact()).size());
    assertEquals(3, stage.evidence().registry().index().staged(AGENT).size());
  }

  @Test
  void altered_blobs_are_left_out_and_said() throws IOException {
    Stage.flip(stage.blob(head), 10);
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(1, rows().promoted().size());
    assertTrue(stage.notes.lines.getFirst().contains("was altered"), stage.notes.lines.toString());
  }

  @Test
  void a_promotion_whose_record_was_taken_away_comes_back() throws IOException {
    Files.delete(stage.channelRecord("production", 2));
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(2, rows().promoted().size());
    assertEquals(head, channel().head().orElseThrow().bundle());
  }

  @Test
  void evidence_of_strangers_makes_no_rows() throws IOException {
    stage
        .evidence()
        .registry()
        .blobs()
        .put(Records.of("evil").signedBy(stage.people, "stranger").bytes());
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(3, rows().staged().size());
  }

  /** As it was, but that no record can be added. */
  private record Full(Channels rest) implements Channels {
    @Override
    public boolean append(ArtifactName name, ChannelName channel, Entry entry) {
      throw Failure.undecided("no space left on the device", "nothing was kept");
    }

    @Override
    public List<Entry> entries(ArtifactName name, ChannelName channel) {
      return rest.entries(name, channel);
    }

    @Override
    public Optional<Digest> at(ArtifactName name, ChannelName channel, long seq) {
      return rest.at(name, channel, seq);
    }

    @Override
    public List<ArtifactName> names() {
      return rest.names();
    }

    @Override
    public List<ChannelName> channels(ArtifactName name) {
      return rest.channels(name);
    }
  }

  /** Promotes on a disk that is full just before the record gets its place. */
  private void failToPromote(Records records, String channel) {
    stage.submit(records, "alice");
    stage.now = stage.now.plusSeconds(60);
    stage.writing((evidence, catalogue) -> {
      Registry whole = evidence.registry();
      EvidenceAtHand full =
          new EvidenceAtHand(
              new Registry(whole.name(), whole.blobs(), whole.index(), new Full(whole.channels())),
              stage.root);
      Promoter.Request request =
          new Promoter.Request(
              AGENT,
              new ChannelName(channel),
              records.artifact(),
              PolicyFile.parse(Stage.POLICY.getBytes(StandardCharsets.UTF_8), "policy.toml"),
              Stage.POLICY);
      assertThrows(
          Failure.class,
          () ->
              new Promoter(full, catalogue, "0.1.0")
                  .promote(request, stage.people.signer("pat"), stage.now));
      return null;
    });
    assertTrue(Files.exists(stage.registry().resolve("catalogue.pending")));
  }

  private void loseAllButBlobs() throws IOException {
    for (String lost : List.of("subjects", "staging", "channels", "incoming")) {
      FileTree.delete(stage.registry().resolve(lost));
    }
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
  }

  @Test
  void a_promotion_that_was_told_to_have_failed_never_enters_by_itself() throws IOException {
    failToPromote(Records.of("three"), "production");
    failToPromote(Records.of("three"), "testing");
    stage.submit(Records.of("four"), "bob");
    assertTrue(Files.notExists(stage.registry().resolve("catalogue.pending")));
    assertTrue(
        stage.notes.lines.toString().contains("left out: a promotion 3 of viworks/agent"),
        stage.notes.lines.toString());
    assertEquals(2, channel().records().size());
    assertEquals(head, channel().head().orElseThrow().bundle());
    assertEquals(
        List.of(),
        stage.evidence().registry().channels().entries(AGENT, new ChannelName("testing")));
    assertEquals(2, rows().promoted().size());
    // The next one gets its place, and has it also when all but the blobs is lost.
    Digest next = stage.release(Records.of("five")).promotion().bundle();
    List<Channel.Promotion> records = channel().records();
    assertEquals(next, records.getLast().bundle());
    loseAllButBlobs();
    rows();
    assertEquals(records, channel().records());
  }

  /** Signs a record that no command would. */
  private Bundle sign(
      Channel.Promotion as, long seq, Optional<Digest> before, Action action, String who) {
    PromotionClaim claim = as.claim();
    return Bundle.attest(
        new PromotionClaim(
                claim.artifact(),
                claim.resource(),
                claim.policy(),
                claim.inputs(),
                new PromotionClaim.Verifier("https://selfsame.dev/operators/" + who, "0.1.0"),
                stage.now,
                new PromotionClaim.Link(
                    seq, before, action, claim.link().expires(), Optional.of("x" + seq)))
            .statement(),
        stage.people.signer(who));
  }

  private Digest push(Bundle bundle) {
    return stage.evidence().registry().blobs().put(bundle.bytes()).digest();
  }

  @Test
  void records_that_somebody_only_pushed_enter_no_channel() throws IOException {
    Channel before = channel();
    Channel.Promotion last = before.last().orElseThrow();
    Digest three = push(sign(last, 3, Optional.of(head), Action.PROMOTE, "paul"));
    push(sign(last, 4, Optional.of(three), Action.FREEZE, "carol"));
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    stage.root = stage.people.rootWithout("carol", TrustedKey.Reason.COMPROMISED, stage.now);
    assertEquals(2, rows().promoted().size());
    assertEquals(before.records(), channel().records());
    assertEquals(Optional.empty(), channel().frozen());
  }

  @Test
  void a_record_for_a_name_that_no_artifact_has_stops_no_write() throws IOException {
    Channel.Promotion first = channel().at(1).orElseThrow();
    String statement = new String(first.claim().statement().bytes(), StandardCharsets.UTF_8);
    for (String name : List.of("a".repeat(200), "a.".repeat(20_000) + "a")) {
      String other = statement.replace("/viworks/agent?", "/" + name + "?");
      assertTrue(other.length() > statement.length());
      push(
          Bundle.attest(
              Statement.parse(other.getBytes(StandardCharsets.UTF_8)), stage.people.signer("pat")));
    }
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    assertEquals(2, rows().promoted().size());
    assertTrue(
        stage.notes.lines.toString().contains("is no valid promotion"),
        stage.notes.lines.toString());
  }

  @Test
  void another_record_for_an_early_place_does_not_cut_a_lost_channel() throws IOException {
    List<Channel.Promotion> before = channel().records();
    Channel.Promotion first = before.getFirst();
    // Of whatever digest: lower and higher than that of the real one.
    for (int i = 0; i < 8; i++) {
      stage.now = stage.now.plusSeconds(1);
      push(sign(first, 1, Optional.empty(), Action.PROMOTE, "pat"));
    }
    // A longer chain by a key that is known to others.
    Optional<Digest> end = Optional.empty();
    for (int seq = 1; seq < 5; seq++) {
      end = Optional.of(push(sign(first, seq, end, Action.PROMOTE, "paul")));
    }
    stage.root = stage.people.rootWithout("paul", TrustedKey.Reason.COMPROMISED, stage.now);
    loseAllButBlobs();
    assertEquals(2, rows().promoted().size());
    assertEquals(before, channel().records());
    assertTrue(
        stage.notes.lines.toString().contains("made again from signatures alone"),
        stage.notes.lines.toString());
  }

  @Test
  void a_restoration_that_was_killed_goes_on_where_it_ended() throws IOException {
    List<Channel.Promotion> before = channel().records();
    byte[] last = Files.readAllBytes(stage.channelRecord("production", 2));
    loseAllButBlobs();
    Files.createDirectories(stage.channelRecord("production", 2).getParent());
    Files.write(stage.channelRecord("production", 2), last);
    rows();
    assertEquals(before, channel().records());
  }

  @Test
  void a_catalogue_whose_filling_was_killed_is_filled() throws IOException {
    Rows before = rows();
    Files.delete(stage.registry().resolve("catalogue.mv.db"));
    H2File file = new H2File(stage.registry(), Duration.ofSeconds(30), stage.notes);
    assertThrows(
        IllegalStateException.class,
        () ->
            file.open(() -> {
              throw new IllegalStateException("killed");
            }));
    assertEquals(before, rows());
  }
}
