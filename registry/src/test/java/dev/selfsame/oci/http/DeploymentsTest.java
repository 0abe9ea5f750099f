package dev.selfsame.oci.http;

import static dev.selfsame.scenes.Stage.AGENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Cosign;
import dev.selfsame.attest.TrustedKey.Reason;
import dev.selfsame.attest.claim.DeployClaim;
import dev.selfsame.attest.claim.DeployClaim.Outcome;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.outcome.Progress;
import dev.selfsame.promote.Channel;
import dev.selfsame.promote.Deployments;
import dev.selfsame.promote.Deployments.Deployment;
import dev.selfsame.promote.Deployments.Known;
import dev.selfsame.promote.DerivedListing;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.Restoration;
import dev.selfsame.scenes.Deploys;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ArtifactName;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Channels.Entry;
import dev.selfsame.store.ReadableBlobs;
import dev.selfsame.store.ReadableChannels;
import dev.selfsame.store.ReadableIndex;
import dev.selfsame.store.ReadableRegistry;
import dev.selfsame.store.Seen;
import dev.selfsame.store.remote.Endpoint;
import dev.selfsame.store.remote.KnownCredentials;
import dev.selfsame.store.remote.RemoteRegistry;
import dev.selfsame.store.remote.Transport;
import dev.selfsame.store.wire.NewDeployment;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.upkeep.EvidenceNeeds;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records of deployments: signed, kept and read again, in a folder and at a server of it. */
final class DeploymentsTest {
  private static final String PLACE = "/selfsame/v1/deployments/viworks/agent";

  @TempDir private Path folder;
  private Stage stage;
  private Served served;
  private Channel.Promotion promotion;

  @BeforeEach
  void start() {
    stage = new Stage(folder);
    promotion = stage.release(Records.of("one")).promotion();
    served = Served.at(stage.registry(), () -> Optional.of(stage.evidence()), () -> stage.now);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private interface Work<T> {
    T at(Desk desk);
  }

  private <T> T in(String mode, Work<T> work) {
    if (mode.equals("DIR")) {
      return stage.writing((evidence, catalogue) -> work.at(Desk.at(evidence, catalogue)));
    }
    Endpoint server = Endpoint.parse("http://127.0.0.1:" + served.port());
    RemoteRegistry remote =
        RemoteRegistry.open(
            Transport.to(server, Optional.empty()),
            new KnownCredentials(Map.of("HOME", folder.toString()), null).forServer(server),
            Seen.NOTHING);
    Evidence evidence = new Evidence(remote.registry(), stage.root);
    return work.at(new Desk(evidence, new DerivedListing(evidence, stage.now), remote.intake()));
  }

  private Deployment keep(String mode, Deploys deploys) {
    return in(
        mode,
        desk ->
            new Deployments(desk)
                .keep(deploys.claim(), stage.people.signer(deploys.who), stage.now));
  }

  private Known read(String mode) {
    return in(mode, desk -> Deployments.read(desk.evidence(), AGENT, stage.now));
  }

  private Deploys deploys() {
    stage.now = stage.now.plusSeconds(10);
    return new Deploys(promotion, stage.now);
  }

  private static void refused(String because, Runnable work) {
    Failure failure = assertThrows(Failure.class, work::run);
    assertEquals(ExitCode.BAD_EVIDENCE, failure.code(), failure.getMessage());
    assertTrue(failure.getMessage().contains(because), failure.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"DIR", "URL"})
  void what_went_well_and_what_did_not_is_kept_and_read_newest_first(String mode) {
    Deployment first = keep(mode, deploys());
    Deploys failing = deploys();
    failing.outcome = Outcome.ROLLED_BACK;
    failing.previous = Optional.of(promotion.artifact());
    Deployment second = keep(mode, failing);
    Deploys elsewhere = deploys();
    elsewhere.target = new DeployClaim.Target("systemd", "host-2", "agent", "systemd 257");
    Deployment third = keep(mode, elsewhere);
    for (String by : List.of("DIR", "URL")) {
      Known known = read(by);
      assertEquals(List.of(third, second, first), known.believed());
      assertEquals(List.of(), known.refused());
      assertEquals("dora", known.believed().getFirst().operator());
      assertEquals(
          Map.of("docker:agent@host-1", second, "systemd:agent@host-2", third),
          known.newest(ChannelName.PRODUCTION));
      assertEquals(Map.of(), known.newest(new ChannelName("staging")));
    }
    assertEquals(keep(mode, elsewhere), third, "once more is no more");
    assertEquals(3, read(mode).believed().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"DIR", "URL"})
  void only_a_deployer_records_and_only_what_the_channel_held(String mode) {
    Deploys deploys = deploys();
    for (String who : List.of("pat", "alice", "carol")) {
      refused(
          "may not sign deployments",
          () ->
              in(
                  mode,
                  desk ->
                      new Deployments(desk)
                          .keep(deploys.claim(), stage.people.signer(who), stage.now)));
    }
    deploys.image = Optional.of(Digest.sha256("image".getBytes()));
    refused("does not carry that image", () -> keep(mode, deploys));
    deploys.image = Optional.empty();
    deploys.at = stage.now.plusSeconds(3600);
    refused("dated in the future", () -> keep(mode, deploys));
    Channel.Promotion other =
        new Channel.Promotion(promotion.claim(), "pat", Digest.sha256("other".getBytes()));
    refused("is not the one that it names", () -> keep(mode, new Deploys(other, stage.now)));
    assertEquals(List.of(), read(mode).believed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"DIR", "URL"})
  void the_image_that_the_promotion_carries_is_recorded(String mode) {
    Images images = new Images(stage);
    Digest manifest = images.release(Images.asked("two")).manifest();
    promotion =
        new dev.selfsame.promote.ChannelReader(stage.evidence())
            .read(AGENT, ChannelName.PRODUCTION, stage.now)
            .head()
            .orElseThrow();
    stage.release(Records.of("three"));
    Deploys older = deploys();
    older.image = Optional.of(manifest);
    assertEquals(Optional.of(manifest), keep(mode, older).claim().release().image());
  }

  private HttpResponse<byte[]> post(String place, byte[] json) throws Exception {
    return served.send("POST", place, json);
  }

  private void says(int status, String what, HttpResponse<byte[]> answer) {
    assertEquals(status, answer.statusCode(), Served.text(answer));
    assertTrue(Served.text(answer).contains(what), Served.text(answer));
  }

  @Test
  void a_server_checks_what_is_sent() throws Exception {
    Deploys deploys = deploys();
    for (String who : List.of("pat", "stranger")) {
      Bundle bundle = Bundle.attest(deploys.claim().statement(), stage.people.signer(who));
      says(422, "EVIDENCE_INVALID", post(PLACE, new NewDeployment(bundle.bytes()).json()));
    }
    Bundle good = Bundle.attest(deploys.claim().statement(), stage.people.signer("dora"));
    byte[] json = new NewDeployment(good.bytes()).json();
    says(422, "not of viworks/other", post("/selfsame/v1/deployments/viworks/other", json));
    deploys.who = "pat";
    Bundle another = Bundle.attest(deploys.claim().statement(), stage.people.signer("dora"));
    says(422, "names the deployer", post(PLACE, new NewDeployment(another.bytes()).json()));
    says(400, "malformed", post(PLACE, "{}".getBytes()));
    says(413, "", post(PLACE, new byte[3 << 20]));
    says(405, "", served.send("PUT", PLACE, json));
    assertEquals(List.of(), stage.evidence().registry().index().deployments(AGENT));
    stage.root = stage.people.rootWithout("dora", Reason.RETIRED, stage.now);
    says(422, "retired", post(PLACE, json));
    stage.root = stage.people.root();
    says(204, "", post(PLACE, json));
    says(200, good.digest().toString(), served.get(PLACE));
    says(200, "", served.get("/selfsame/v1/blob/deploy/%s/viworks/agent".formatted(good.digest())));
    says(404, "", served.get("/selfsame/v1/blob/deploy/%s/viworks/other".formatted(good.digest())));
  }

  @Test
  void a_record_is_shown_as_a_referrer_of_the_binary() throws Exception {
    Deployment kept = keep("URL", deploys());
    HttpResponse<byte[]> manifest = served.get("/v2/deploy/viworks/agent/manifests/production");
    JsonNode referrers =
        new ObjectMapper()
            .readTree(
                served
                    .get("/v2/staging/viworks/agent/referrers/" + Digest.sha256(manifest.body()))
                    .body());
    assertTrue(referrers.toString().contains(DeployClaim.PREDICATE_TYPE), referrers.toString());
    assertEquals(200, served.get("/v2/staging/viworks/agent/blobs/" + kept.bundle()).statusCode());
  }

  @Test
  void a_key_that_was_taken_back_is_not_believed_at_the_next_reading() {
    Deployment kept = keep("DIR", deploys());
    for (Reason reason : Reason.values()) {
      stage.root = stage.people.rootWithout("dora", reason, stage.now);
      for (String mode : List.of("DIR", "URL")) {
        Known known = read(mode);
        assertEquals(List.of(), known.believed());
        assertEquals(kept.bundle(), known.refused().getFirst().bundle());
        assertTrue(
            known.refused().getFirst().why().contains("of dora, which was re"),
            known.refused().getFirst().why());
      }
    }
  }

  /** Counts what is asked of channels. */
  private record Counted(ReadableChannels rest, AtomicInteger asked) implements ReadableChannels {
    @Override
    public List<Entry> entries(ArtifactName name, ChannelName channel) {
      asked.incrementAndGet();
      return rest.entries(name, channel);
    }

    @Override
    public Optional<Digest> at(ArtifactName name, ChannelName channel, long seq) {
      asked.incrementAndGet();
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

  private record Far(
      String name, ReadableBlobs blobs, ReadableIndex index, ReadableChannels channels)
      implements ReadableRegistry {}

  @Test
  void a_channel_is_asked_for_once_however_many_records_there_are() {
    for (int i = 0; i < 5; i++) {
      var _ = keep("DIR", deploys());
    }
    ReadableRegistry whole = stage.evidence().registry();
    AtomicInteger asked = new AtomicInteger();
    Evidence far =
        new Evidence(
            new Far(
                whole.name(), whole.blobs(), whole.index(), new Counted(whole.channels(), asked)),
            stage.root);
    assertEquals(5, Deployments.read(far, AGENT, stage.now).believed().size());
    assertEquals(1, asked.get());
  }

  @Test
  void anothers_bundle_in_the_list_is_refused_and_altered_bytes_are_a_failure() {
    stage.evidence().registry().index().addDeployment(AGENT, promotion.bundle());
    assertTrue(read("DIR").refused().getFirst().why().contains("where a deployer key is needed"));
    Deployment kept = keep("DIR", deploys());
    stage.evidence().registry().index().addDeployment(new ArtifactName("other"), kept.bundle());
    assertEquals(
        1,
        Deployments.read(stage.evidence(), new ArtifactName("other"), stage.now).refused().size());
    Stage.flip(stage.blob(kept.bundle()), 30);
    for (String mode : List.of("DIR", "URL")) {
      refused("was altered", () -> read(mode));
    }
  }

  @Test
  void records_are_needed_and_come_back_from_the_blobs() throws IOException {
    Deployment kept = keep("DIR", deploys());
    EvidenceNeeds needs = new EvidenceNeeds(stage.evidence().registry());
    needs.refresh();
    assertTrue(needs.needs(kept.bundle()));
    dev.selfsame.files.FileTree.delete(stage.registry().resolve("deployments"));
    assertEquals(List.of(), read("DIR").believed());
    EvidenceNeeds unlisted = new EvidenceNeeds(stage.evidence().registry());
    unlisted.refresh();
    stage.evidence().registry().blobs().each(unlisted::look);
    assertTrue(unlisted.needs(kept.bundle()));
    stage.writing(
        (evidence, catalogue) -> new Restoration(evidence, Progress.SILENT).rows().size());
    assertEquals(List.of(kept), read("DIR").believed());
  }

  @Test
  @Needs(Component.COSIGN)
  void real_cosign_verifies_a_record() throws IOException {
    assertVerifies(Cosign.of(Component.COSIGN));
  }

  @Test
  @Needs(Component.COSIGN_SID)
  void the_newest_cosign_verifies_a_record() throws IOException {
    assertVerifies(Cosign.of(Component.COSIGN_SID));
  }

  private void assertVerifies(Cosign cosign) throws IOException {
    Deployment kept = keep("DIR", deploys());
    Path file = Files.write(folder.resolve("agent"), Records.of("one").binary);
    Files.copy(stage.blob(kept.bundle()), folder.resolve("bundle.json"));
    Files.writeString(folder.resolve("k.pub"), stage.people.key("dora").pem());
    Cosign.Ran ran = cosign.verifyAttestation(folder, DeployClaim.PREDICATE_TYPE, file);
    assertEquals(0, ran.status(), ran.output());
  }
}
