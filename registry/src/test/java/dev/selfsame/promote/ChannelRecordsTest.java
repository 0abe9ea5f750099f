package dev.selfsame.promote;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.attest.Cosign;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey.Reason;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.PromotionClaim.Action;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Channel.Promotion;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.file.FileSeen;
import dev.selfsame.store.file.RegistryFolder;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Records of every kind: brought back, held against what was seen, and read by cosign. */
class ChannelRecordsTest extends OnChannel {
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
  @Needs(Component.COSIGN)
  void real_cosign_verifies_each_kind_of_record() throws IOException {
    assertVerifies(Cosign.of(Component.COSIGN));
  }

  @Test
  @Needs(Component.COSIGN_SID)
  void the_newest_cosign_verifies_each_kind_of_record() throws IOException {
    assertVerifies(Cosign.of(Component.COSIGN_SID));
  }

  private void assertVerifies(Cosign cosign) throws IOException {
    stage.release(Records.of("one"));
    stage.release(Records.of("two"));
    rollback(BEFORE);
    freeze("carol");
    unfreeze("carol");
    Path file = Files.write(folder.resolve("agent"), Records.of("one").binary);
    for (Promotion record : channel().records().subList(2, 5)) {
      Files.copy(
          stage.blob(record.bundle()),
          folder.resolve("bundle.json"),
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.writeString(folder.resolve("k.pub"), stage.people.key(record.operator()).pem());
      Cosign.Ran ran = cosign.verifyAttestation(folder, PromotionClaim.PREDICATE_TYPE, file);
      assertEquals(0, ran.status(), ran.output());
    }
    assertEquals(People.NOW.plusSeconds(123), channel().at(5).orElseThrow().at());
  }
}
