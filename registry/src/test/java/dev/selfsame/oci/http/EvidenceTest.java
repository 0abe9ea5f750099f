package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Signer;
import dev.selfsame.attest.Statement;
import dev.selfsame.attest.claim.ChannelResource;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.attest.claim.PromotionClaim.Link;
import dev.selfsame.digest.Digest;
import dev.selfsame.pins.root.OciImage;
import dev.selfsame.promote.DerivedListing;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.Policy;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.promote.Promoter;
import dev.selfsame.promote.Staging;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.People;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.remote.Credentials;
import dev.selfsame.store.remote.Endpoint;
import dev.selfsame.store.remote.RemoteRegistry;
import dev.selfsame.store.remote.Transport;
import dev.selfsame.store.wire.NewPromotion;
import dev.selfsame.store.wire.NewSubmission;
import dev.selfsame.store.wire.Offer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the server says of evidence, and what it takes. */
@Timeout(120)
final class EvidenceTest {
  private static final String REPO = "/v2/staging/viworks/agent";
  private static final String SUBMIT = "/selfsame/v1/submissions/viworks/agent";
  private static final String CHANNEL = "/selfsame/v1/channel/production/viworks/agent";
  private static final byte[] POLICY = Stage.POLICY.getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;
  private Stage stage;
  private Served served;
  private final Records records = Records.of("one");

  @BeforeEach
  void start() {
    stage = new Stage(folder);
    served = Served.at(stage.registry(), () -> Optional.of(stage.evidence()), () -> stage.now);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private void refused(HttpResponse<byte[]> answer, int status, String code, String why)
      throws Exception {
    assertEquals(status, answer.statusCode(), text(answer));
    JsonNode error = new ObjectMapper().readTree(answer.body()).at("/errors/0");
    assertEquals(code, error.path("code").asText());
    assertTrue(error.path("message").asText().contains(why), error.toString());
  }

  private HttpResponse<byte[]> submit(String place, Bundle bundle, byte[] binary) throws Exception {
    served.push(REPO, bundle.bytes());
    served.push(REPO, binary);
    return served.send(
        "POST", place, new NewSubmission(bundle.digest(), Digest.sha256(binary)).json());
  }

  private HttpResponse<byte[]> submit(Records what, String who) throws Exception {
    return submit(SUBMIT, what.signedBy(stage.people, who), what.binary);
  }

  private HttpResponse<byte[]> send(Bundle promotion) throws Exception {
    return served.send(
        "POST", CHANNEL, new NewPromotion(promotion.bytes(), Optional.of(POLICY)).json());
  }

  /** A promotion as somebody might sign it. */
  private final class Signing {
    String who = "pat";
    String registry = stage.evidence().registry().name();
    String name = "viworks/agent";
    String channel = "production";
    Digest artifact = records.artifact();
    Digest input = records.signedBy(stage.people, "alice").digest();
    Digest policy = Digest.sha256(POLICY);
    Instant at = stage.now;
    long seq = 1;
    Optional<Digest> previous = Optional.empty();
    PromotionClaim.Action action = PromotionClaim.Action.PROMOTE;
    Optional<Instant> expires = Optional.empty();

    Bundle sign() {
      Signer signer = stage.people.signer(who);
      PromotionClaim claim =
          new PromotionClaim(
              new Statement.Subject(name, artifact),
              new ChannelResource(registry, name, channel),
              policy,
              List.of(input),
              new PromotionClaim.Verifier(verifier(), "0.1.0"),
              at,
              new Link(seq, previous, action, expires, Optional.of("because")));
      return Bundle.attest(claim.statement(), signer);
    }

    private String verifier() {
      return stage.root.keys().stream()
          .filter(key -> key.key().equals(stage.people.key("pat")))
          .findFirst()
          .orElseThrow()
          .verifierId();
    }
  }

  private Offer offer(String place) throws Exception {
    HttpResponse<byte[]> answer = served.get(place);
    assertEquals(200, answer.statusCode(), text(answer));
    return Offer.parse(answer.body());
  }

  @Test
  void a_submission_is_listed_and_shown_as_an_artifact_with_its_referrer() throws Exception {
    Bundle bundle = records.signedBy(stage.people, "alice");
    for (int i = 0; i < 2; i++) {
      assertEquals(204, submit(records, "alice").statusCode());
    }
    assertEquals(List.of(bundle.digest()), offer(SUBMIT).bundles());
    assertEquals(
        List.of(bundle.digest()), offer("/selfsame/v1/about/" + records.artifact()).bundles());
    HttpResponse<byte[]> manifest = served.get(REPO + "/manifests/" + records.artifact().hex());
    assertEquals(200, manifest.statusCode(), text(manifest));
    JsonNode tree = new ObjectMapper().readTree(manifest.body());
    assertEquals(records.artifact().toString(), tree.at("/layers/0/digest").asText());
    JsonNode referrers =
        new ObjectMapper()
            .readTree(served.get(REPO + "/referrers/" + Digest.sha256(manifest.body())).body());
    assertEquals(1, referrers.path("manifests").size(), referrers.toString());
    assertEquals(
        Bundle.MEDIA_TYPE,
        referrers.at("/manifests/0/artifactType").asText(),
        referrers.toString());
    assertEquals(
        "https://slsa.dev/provenance/v1",
        referrers
            .at("/manifests/0/annotations")
            .path("dev.sigstore.bundle.predicateType")
            .asText());
  }

  @Test
  void only_what_a_builder_signed_of_this_name_and_these_bytes_is_taken() throws Exception {
    refused(submit(records, "stranger"), 422, "EVIDENCE_INVALID", "unknown to the trust root");
    refused(submit(records, "pat"), 422, "EVIDENCE_INVALID", "");
    refused(submit(records, "old"), 422, "EVIDENCE_INVALID", "expired at");
    Bundle bundle = records.signedBy(stage.people, "alice");
    refused(submit(SUBMIT, bundle, "other".getBytes()), 422, "EVIDENCE_INVALID", "is no output of");
    served.push("/v2/staging/viworks/other", records.binary);
    refused(
        submit("/selfsame/v1/submissions/viworks/other", bundle, records.binary),
        422,
        "EVIDENCE_INVALID",
        "is of viworks/agent, not of viworks/other");
    assertTrue(stage.evidence().registry().index().names().isEmpty());
    Digest nothing = Digest.sha256("nothing".getBytes());
    refused(
        served.send("POST", SUBMIT, new NewSubmission(nothing, records.artifact()).json()),
        422,
        "EVIDENCE_INVALID",
        "is missing");
    refused(served.send("POST", SUBMIT, "<html>".getBytes()), 400, "MANIFEST_INVALID", "malformed");
    refused(served.send("POST", SUBMIT, new byte[5 << 10]), 413, "SIZE_INVALID", "more than");
    refused(served.send("PUT", SUBMIT, "{}".getBytes()), 405, "UNSUPPORTED", "PUT");
  }

  @Test
  void bytes_that_are_not_there_or_were_altered_make_no_submission() throws Exception {
    Bundle bundle = records.signedBy(stage.people, "alice");
    served.push(REPO, bundle.bytes());
    byte[] named = new NewSubmission(bundle.digest(), records.artifact()).json();
    refused(served.send("POST", SUBMIT, named), 422, "EVIDENCE_INVALID", "are not here");
    served.push(REPO, records.binary);
    Stage.flip(stage.blob(records.artifact()), 1);
    refused(served.send("POST", SUBMIT, named), 422, "EVIDENCE_INVALID", "was altered");
    served.push(REPO, records.binary);
    assertEquals(204, served.send("POST", SUBMIT, named).statusCode());
  }

  @Test
  void a_builder_makes_no_blob_readable_that_was_not_pushed_here() throws Exception {
    Bundle bundle = records.signedBy(stage.people, "alice");
    served.push("/v2/staging/team-b/private", records.binary);
    served.push(REPO, bundle.bytes());
    byte[] named = new NewSubmission(bundle.digest(), records.artifact()).json();
    refused(served.send("POST", SUBMIT, named), 422, "EVIDENCE_INVALID", "push them there first");
    assertEquals(404, served.get(REPO + "/blobs/" + records.artifact()).statusCode());
    assertTrue(offer(SUBMIT).bundles().isEmpty());
    served.push(REPO, records.binary);
    assertEquals(204, served.send("POST", SUBMIT, named).statusCode());
  }

  @Test
  void an_image_makes_no_layer_readable_that_was_not_pushed_here() throws Exception {
    Images images = new Images(stage);
    Records asked = Images.asked("one");
    submit(asked, "alice");
    OciImage image = images.make(asked);
    Bundle statement = images.stated(asked, images.recipe(asked), image.manifest(), "alice");
    served.push(REPO, statement.bytes());
    for (OciImage.Part part : image.parts()) {
      served.push("/v2/staging/team-b/private", Files.readAllBytes(part.file()));
    }
    byte[] manifest = served.get("/v2/staging/team-b/private/blobs/" + image.manifest()).body();
    Digest layer =
        Digest.parse(new ObjectMapper().readTree(manifest).at("/layers/0/digest").asText());
    for (OciImage.Part part : image.parts()) {
      if (!part.digest().equals(layer)) {
        served.push(REPO, Files.readAllBytes(part.file()));
      }
    }
    byte[] named = new NewSubmission(statement.digest(), image.manifest()).json();
    refused(served.send("POST", SUBMIT, named), 422, "EVIDENCE_INVALID", layer + " are not here");
    assertEquals(404, served.get(REPO + "/blobs/" + layer).statusCode());
    assertEquals(1, offer(SUBMIT).bundles().size());
  }

  @Test
  void a_promotion_takes_the_place_that_it_was_signed_for_once() throws Exception {
    submit(records, "alice");
    Bundle first = new Signing().sign();
    assertEquals(204, send(first).statusCode());
    assertEquals(204, send(first).statusCode(), "asking again is a yes");
    assertEquals(List.of(first.digest()), offer(CHANNEL).bundles());
    Signing other = new Signing();
    other.who = "paul";
    refused(send(other.sign()), 422, "EVIDENCE_INVALID", "");
    Signing late = new Signing();
    late.at = stage.now.minusSeconds(5);
    refused(send(late.sign()), 409, "CONFLICT", "another promotion has that place");
    assertEquals(List.of(first.digest()), offer(CHANNEL).bundles());
    // What the embedded mode reads is the very same.
    assertTrue(stage.promote(records) instanceof Promoter.Stands);
  }

  @Test
  void only_a_promoters_word_for_this_very_place_is_taken() throws Exception {
    submit(records, "alice");
    Signing signing = new Signing();
    signing.who = "stranger";
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "unknown to the trust root");
    refused(send(records.signedBy(stage.people, "alice")), 422, "EVIDENCE_INVALID", "");
    signing = new Signing();
    signing.registry = "r-other";
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "made for selfsame://r-other/");
    signing = new Signing();
    signing.channel = "staging";
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "channel=staging, not for");
    signing = new Signing();
    signing.name = "viworks/other";
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "viworks/other");
    signing = new Signing();
    signing.seq = 2;
    signing.previous = Optional.of(records.artifact());
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "made for place 2");
    signing = new Signing();
    signing.at = stage.now.plusSeconds(3600);
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "dated in the future");
    signing = new Signing();
    signing.expires = Optional.of(stage.now);
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "has ended already");
    signing = new Signing();
    signing.action = PromotionClaim.Action.FREEZE;
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "FREEZE");
    assertTrue(offer(CHANNEL).bundles().isEmpty());
  }

  @Test
  void a_promotion_needs_its_policy_its_builds_and_its_bytes() throws Exception {
    submit(records, "alice");
    Signing signing = new Signing();
    signing.policy = Digest.sha256("another".getBytes());
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "the policy is not the one");
    signing = new Signing();
    signing.input = Digest.sha256("none".getBytes());
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "is missing");
    signing = new Signing();
    signing.artifact = Digest.sha256("evil".getBytes());
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "rests on a build of something else");
    Files.delete(stage.blob(records.artifact()));
    refused(send(new Signing().sign()), 422, "EVIDENCE_INVALID", "are not here");
    refused(served.send("POST", CHANNEL, "{}".getBytes()), 400, "MANIFEST_INVALID", "missing");
    refused(
        served.send("POST", CHANNEL, new NewPromotion("{}".getBytes(), Optional.of(POLICY)).json()),
        422,
        "EVIDENCE_INVALID",
        "not a valid bundle");
    assertTrue(offer(CHANNEL).bundles().isEmpty());
  }

  @Test
  void a_record_that_does_not_follow_the_one_before_is_refused() throws Exception {
    stage.release(records);
    Signing signing = new Signing();
    signing.seq = 2;
    signing.previous = Optional.of(records.artifact());
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "does not follow");
    signing.previous = Optional.of(offer(CHANNEL).bundles().getFirst());
    signing.at = stage.now.minusSeconds(10);
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "before the record");
    Files.delete(stage.channelRecord("production", 1));
    signing.at = stage.now;
    signing.seq = 1;
    signing.previous = Optional.empty();
    refused(send(signing.sign()), 422, "EVIDENCE_INVALID", "was signed, but the channel ends at 0");
  }

  @Test
  void bytes_are_served_by_the_names_they_belong_to_and_no_others() throws Exception {
    Promoter.Done done = stage.release(records);
    Records staged = Records.of("two");
    Digest stagedBundle = stage.submit(staged, "bob").build().bundle();
    Digest promotion = done.promotion().bundle();
    Digest build = done.decision().inputs().getFirst().bundle();
    for (Digest mine : List.of(records.artifact(), promotion, build)) {
      assertEquals(200, blob("deploy", mine, "viworks/agent").statusCode(), mine.toString());
      refused(blob("deploy", mine, "viworks/other"), 404, "BLOB_UNKNOWN", "no evidence");
    }
    assertArrayEquals(records.binary, blob("deploy", records.artifact(), "viworks/agent").body());
    for (Digest waiting : List.of(staged.artifact(), stagedBundle)) {
      refused(blob("deploy", waiting, "viworks/agent"), 404, "BLOB_UNKNOWN", "no evidence");
      assertEquals(200, blob("staging", waiting, "viworks/agent").statusCode());
      refused(blob("staging", waiting, "viworks/other"), 404, "BLOB_UNKNOWN", "no evidence");
    }
    refused(
        blob("deploy", Digest.sha256(POLICY), "viworks/agent"), 404, "BLOB_UNKNOWN", "no evidence");
    String about = "/selfsame/v1/about/" + records.artifact();
    assertEquals(200, served.get(about + "/" + promotion).statusCode());
    refused(served.get(about + "/" + stagedBundle), 404, "BLOB_UNKNOWN", "no evidence");
  }

  private HttpResponse<byte[]> blob(String side, Digest digest, String name) throws Exception {
    return served.get("/selfsame/v1/blob/%s/%s/%s".formatted(side, digest, name));
  }

  @Test
  void a_channel_brings_along_what_a_reader_needs_next() throws Exception {
    Promoter.Done done = stage.release(records);
    Offer offer = offer(CHANNEL + "?newest=1");
    assertEquals(List.of(done.promotion().bundle()), offer.bundles());
    for (Offer.Item item : offer.blobs()) {
      boolean binary = item.digest().equals(records.artifact());
      assertEquals(binary, item.content() == null, item.toString());
    }
    assertEquals(3, offer.blobs().size());
    refused(
        served.get(CHANNEL + "?newest=x"), 400, "PAGINATION_NUMBER_INVALID", "newest is a number");
    assertEquals(200, served.get(CHANNEL + "?newest=-5").statusCode());
    assertTrue(offer("/selfsame/v1/channel/later/viworks/agent").bundles().isEmpty());
  }

  @Test
  void a_channel_with_a_gap_is_bad_evidence_and_no_trouble() throws Exception {
    stage.release(records);
    stage.release(Records.of("two"));
    Files.delete(stage.channelRecord("production", 1));
    refused(served.get(CHANNEL), 422, "EVIDENCE_INVALID", "has no promotion 1");
  }

  @Test
  void a_server_without_a_trust_root_takes_nothing_and_shows_what_there_is() throws Exception {
    stage.release(records);
    served.close();
    served = Served.at(stage.registry());
    refused(submit(records, "alice"), 403, "DENIED", "no trust root");
    refused(send(new Signing().sign()), 403, "DENIED", "no trust root");
    assertFalse(offer(CHANNEL).bundles().isEmpty());
  }

  @Test
  void names_and_channels_come_in_pages() throws Exception {
    stage.release(records);
    String name = stage.evidence().registry().name();
    assertEquals(
        "{\"schema\":\"selfsame.registry/1\",\"name\":\"%s\"}".formatted(name),
        text(served.get("/selfsame/v1/")));
    String page = "{\"names\":[\"%s\"],\"more\":%s}";
    assertEquals(
        page.formatted("viworks/agent", false), text(served.get("/selfsame/v1/names/promoted")));
    assertEquals(
        page.formatted("viworks/agent", false), text(served.get("/selfsame/v1/names/staged?n=1")));
    assertEquals("{\"names\":[],\"more\":true}", text(served.get("/selfsame/v1/names/staged?n=0")));
    assertEquals(
        "{\"names\":[],\"more\":false}",
        text(served.get("/selfsame/v1/names/staged?last=viworks/agent")));
    assertEquals(
        page.formatted("production", false),
        text(served.get("/selfsame/v1/channels/viworks/agent")));
    assertEquals(People.NOW.plusSeconds(60), stage.now);
  }

  private Desk desk() {
    Endpoint server = Endpoint.parse("http://127.0.0.1:" + served.port());
    RemoteRegistry remote =
        RemoteRegistry.open(
            Transport.to(server, Optional.empty()),
            new Credentials.None(""),
            dev.selfsame.store.Seen.NOTHING);
    Evidence evidence = new Evidence(remote.registry(), stage.root);
    return new Desk(evidence, new DerivedListing(evidence, stage.now), remote.intake());
  }

  @Test
  void an_image_is_submitted_promoted_and_served_over_http() throws Exception {
    Images images = new Images(stage);
    Records asked = Images.asked("one");
    OciImage image = images.make(asked);
    Staging staging = new Staging(desk());
    Bundle statement = images.stated(asked, images.recipe(asked), image.manifest(), "alice");
    Staging.Submission submission =
        staging.submit(
            Files.write(folder.resolve("submitted"), asked.binary),
            asked.signedBy(stage.people, "alice"),
            Optional.of(asked.json()),
            Optional.empty(),
            stage.now);
    staging.submit(submission.build(), image, statement, stage.now);
    Promoter.Result result =
        new Promoter(desk(), "0.1.0")
            .promote(
                new Promoter.Request(
                    Stage.AGENT, ChannelName.PRODUCTION, asked.artifact(), policy(), Stage.POLICY),
                stage.people.signer("pat"),
                stage.now);
    String checks = result.decision().checks().toString();
    assertTrue(checks.contains(image.manifest() + ", stated by alice"), checks);
    assertEquals(
        200, served.get("/v2/deploy/viworks/agent/manifests/production.image").statusCode());
    HttpResponse<byte[]> staged =
        served.get(REPO + "/manifests/" + asked.artifact().hex() + ".image");
    assertEquals(image.manifest(), Digest.sha256(staged.body()));
    String referrers = text(served.get(REPO + "/referrers/" + image.manifest()));
    assertTrue(referrers.contains("https://selfsame.dev/image/v1"), referrers);
    assertEquals(2, offer(SUBMIT).bundles().size());
  }

  private static Policy policy() {
    return PolicyFile.parse(POLICY, "policy.toml");
  }

  @Test
  void an_image_that_is_not_what_is_stated_is_refused() throws Exception {
    Images images = new Images(stage);
    Records asked = Images.asked("one");
    OciImage other = images.make(images.recipe(asked), "evil".getBytes());
    Bundle statement = images.stated(asked, images.recipe(asked), other.manifest(), "alice");
    for (OciImage.Part part : other.parts()) {
      served.push(REPO, Files.readAllBytes(part.file()));
    }
    served.push(REPO, statement.bytes());
    byte[] named = new NewSubmission(statement.digest(), other.manifest()).json();
    refused(served.send("POST", SUBMIT, named), 422, "EVIDENCE_INVALID", "is not staged");
    submit(asked, "alice");
    refused(served.send("POST", SUBMIT, named), 422, "EVIDENCE_INVALID", "is not what its");
    byte[] wrong = new NewSubmission(statement.digest(), asked.artifact()).json();
    refused(served.send("POST", SUBMIT, wrong), 422, "EVIDENCE_INVALID", "not the image");
  }
}
