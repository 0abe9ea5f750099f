package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.header;
import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.Role;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.claim.PromotionClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.Freezing;
import dev.selfsame.promote.Rollback;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the deploy side serves, and what it refuses although it is there. */
final class DeployTest {
  private static final String REPO = "/v2/deploy/viworks/agent";

  @TempDir private Path folder;
  private Stage stage;
  private Served served;

  @BeforeEach
  void start() {
    stage = new Stage(folder);
    served = Served.at(stage.registry(), () -> Optional.of(stage.evidence()), () -> stage.now);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private static JsonNode json(HttpResponse<byte[]> answer) throws Exception {
    assertEquals(200, answer.statusCode(), text(answer));
    return new ObjectMapper().readTree(answer.body());
  }

  private void denied(String reason, String place) throws Exception {
    HttpResponse<byte[]> answer = served.get(place);
    assertEquals(403, answer.statusCode(), text(answer));
    JsonNode error = new ObjectMapper().readTree(answer.body()).at("/errors/0");
    assertEquals("DENIED", error.path("code").asText());
    assertTrue(error.path("message").asText().contains(reason), error.toString());
    assertEquals(403, served.send("HEAD", place).statusCode());
  }

  private String blob(Records records) {
    return REPO + "/blobs/" + records.artifact();
  }

  private void change(String who, PromotionClaim.Action action) {
    stage.now = stage.now.plusSeconds(1);
    var signer = stage.people.signer(who);
    stage.writing((evidence, catalogue) -> {
      Desk desk = Desk.at(evidence, catalogue);
      Freezing freezing = new Freezing(desk, "0.1.0");
      ChannelName channel = ChannelName.PRODUCTION;
      return switch (action) {
        case FREEZE -> freezing.freeze(Stage.AGENT, channel, "stop", signer, stage.now);
        case UNFREEZE -> freezing.unfreeze(Stage.AGENT, channel, "go", signer, stage.now);
        case PROMOTE, ROLLBACK, BREAK_GLASS ->
            new Rollback(desk, "0.1.0")
                .carryOut(
                    Rollback.plan(
                        evidence, Stage.AGENT, channel, new Rollback.To.Before(), stage.now),
                    "it hangs",
                    signer,
                    stage.now);
      };
    });
  }

  @Test
  void a_rollback_serves_the_old_bytes_again_and_a_freeze_changes_nothing() throws Exception {
    Records one = Records.of("one");
    Records two = Records.of("two");
    stage.release(one);
    JsonNode before = json(served.get(REPO + "/manifests/production"));
    stage.release(two);
    change("pat", PromotionClaim.Action.ROLLBACK);
    assertEquals(before, json(served.get(REPO + "/manifests/production")));
    assertEquals(200, served.get(REPO + "/blobs/" + one.artifact()).statusCode());
    denied("is not promoted now", REPO + "/blobs/" + two.artifact());
    change("carol", PromotionClaim.Action.FREEZE);
    assertEquals(before, json(served.get(REPO + "/manifests/production")));
    stage.root = stage.people.rootWithout("pat", TrustedKey.Reason.COMPROMISED, stage.now);
    denied("compromised", REPO + "/manifests/production");
    stage.root = stage.people.root();
    change("carol", PromotionClaim.Action.UNFREEZE);
    stage.release(two);
    assertEquals(200, served.get(REPO + "/blobs/" + two.artifact()).statusCode());
    stage.root = stage.people.rootWithout("carol", TrustedKey.Reason.COMPROMISED, stage.now);
    denied("entered a channel that is frozen", REPO + "/manifests/production");
  }

  @Test
  void what_cannot_be_told_of_one_channel_is_503_and_no_refusal() throws Exception {
    Records one = Records.of("one");
    Records two = Records.of("two");
    stage.release(one);
    stage.submit(two, "alice");
    stage.now = stage.now.plusSeconds(60);
    stage.promote(two.artifact(), "canary", Stage.POLICY, "pat");
    // The disk gives an error where the bytes of one were.
    Path blobs = java.util.Objects.requireNonNull(stage.blob(two.artifact()).getParent());
    Path away = blobs.resolveSibling("away");
    Files.move(blobs, away);
    Files.createSymbolicLink(blobs, blobs.getFileName());
    unavailable(REPO + "/manifests/canary");
    unavailable(blob(two));
    unavailable(REPO + "/tags/list");
    HttpResponse<byte[]> other = served.get(REPO + "/manifests/production");
    assertEquals(200, other.statusCode());
    unavailable(REPO + "/referrers/" + header(other, "Docker-Content-Digest"));
    assertEquals(200, served.get(blob(one)).statusCode());
    Files.delete(blobs);
    Files.move(away, blobs);
    assertEquals(200, served.get(blob(two)).statusCode());
    assertEquals(200, served.get(REPO + "/tags/list").statusCode());
    // Bytes that are not there are another thing than a disk that does not say.
    Files.delete(stage.blob(two.artifact()));
    stage.now = stage.now.plusSeconds(60);
    denied("is missing", REPO + "/manifests/canary");
  }

  private void unavailable(String place) throws Exception {
    HttpResponse<byte[]> answer = served.get(place);
    assertEquals(503, answer.statusCode(), text(answer));
    JsonNode error = new ObjectMapper().readTree(answer.body()).at("/errors/0");
    assertEquals("UNAVAILABLE", error.path("code").asText());
    assertTrue(error.path("message").asText().contains("cannot read"), error.toString());
  }

  @Test
  void a_promoted_binary_comes_by_channel_and_digest_with_its_evidence() throws Exception {
    Records records = Records.of("one");
    stage.release(records);

    HttpResponse<byte[]> byTag = served.get(REPO + "/manifests/production");
    JsonNode manifest = json(byTag);
    String digest = header(byTag, "Docker-Content-Digest");
    assertEquals(Digest.sha256(byTag.body()).toString(), digest);
    assertArrayEquals(byTag.body(), served.get(REPO + "/manifests/" + digest).body());
    assertEquals("application/vnd.selfsame.binary.v1", manifest.path("artifactType").asText());
    assertEquals(records.artifact().toString(), manifest.at("/layers/0/digest").asText());
    assertEquals(
        "agent",
        manifest.at("/layers/0/annotations").path("org.opencontainers.image.title").asText());
    HttpResponse<byte[]> binary =
        served.get(REPO + "/blobs/" + manifest.at("/layers/0/digest").asText());
    assertArrayEquals(records.binary, binary.body());
    assertEquals("{}", text(served.get(REPO + "/blobs/" + manifest.at("/config/digest").asText())));
    assertEquals(
        "{\"name\":\"deploy/viworks/agent\",\"tags\":[\"production\"]}",
        text(served.get(REPO + "/tags/list")));

    JsonNode evidence = json(served.get(REPO + "/referrers/" + digest)).path("manifests");
    Set<String> types = new HashSet<>();
    for (JsonNode one : evidence) {
      assertEquals(Bundle.MEDIA_TYPE, one.path("artifactType").asText());
      types.add(one.at("/annotations").path("dev.sigstore.bundle.predicateType").asText());
      JsonNode referrer = json(served.get(REPO + "/manifests/" + one.path("digest").asText()));
      assertEquals(digest, referrer.at("/subject/digest").asText());
      String layer = referrer.at("/layers/0/digest").asText();
      byte[] bundle = served.get(REPO + "/blobs/" + layer).body();
      assertEquals(layer, Digest.sha256(bundle).toString());
      Bundle.parse(bundle, layer);
    }
    assertEquals(
        Set.of("https://slsa.dev/provenance/v1", "https://slsa.dev/verification_summary/v1"),
        types);
  }

  @Test
  void the_manifest_depends_on_name_and_bytes_alone() throws Exception {
    Records records = Records.of("one");
    stage.release(records);
    String first = header(served.get(REPO + "/manifests/production"), "Docker-Content-Digest");
    stage.promote(records.artifact(), "canary", Stage.POLICY, "paul");
    assertEquals(first, header(served.get(REPO + "/manifests/canary"), "Docker-Content-Digest"));
  }

  @Test
  void what_has_a_channel_is_in_the_catalogue() throws Exception {
    assertEquals("{\"repositories\":[]}", text(served.get("/v2/_catalog")));
    stage.release(Records.of("one"));
    served.push("/v2/staging/aaa", Served.bytes("x"));
    String deploy = "\"deploy/viworks/agent\"";
    String all = text(served.get("/v2/_catalog"));
    assertTrue(all.startsWith("{\"repositories\":[" + deploy + ",\"staging/aaa\""), all);
    HttpResponse<byte[]> first = served.get("/v2/_catalog?n=1");
    assertEquals("{\"repositories\":[%s]}".formatted(deploy), text(first));
    assertTrue(Served.header(first, "Link").contains("last=deploy/viworks/agent"));
    String rest = text(served.get("/v2/_catalog?last=deploy/viworks/agent"));
    assertTrue(rest.startsWith("{\"repositories\":[\"staging/aaa\""), rest);
    // A folder that looked the same for long is not read again, and one that has changed is.
    Thread.sleep(150);
    assertEquals(all, text(served.get("/v2/_catalog")));
    Records other = Records.of("two");
    other.name = "viworks/other";
    stage.release(other);
    String more = text(served.get("/v2/_catalog"));
    assertTrue(more.contains("\"deploy/viworks/other\""), more);
  }

  @Test
  void refusals_are_counted_by_the_class_of_their_reason() throws Exception {
    stage.release(Records.of("one"));
    served.get("/v2/deploy/viworks/agent/blobs/" + Records.of("two").artifact());
    stage.root = stage.people.rootIgnorantOf("pat");
    served.get("/v2/deploy/viworks/agent/manifests/production");
    String metrics = text(served.get("/metrics"));
    for (String reason : List.of("not_promoted", "evidence")) {
      String line = "selfsame_deploy_refused_total{reason=\"%s\"} 1.0".formatted(reason);
      assertTrue(metrics.contains(line), metrics);
    }
  }

  @Test
  void what_was_never_promoted_is_denied_and_has_no_list() throws Exception {
    denied("nothing was ever promoted as", REPO + "/manifests/production");
    assertEquals(404, served.get(REPO + "/tags/list").statusCode());
    Records staged = Records.of("staged");
    stage.submit(staged, "alice");
    denied("nothing was ever promoted as", blob(staged));

    stage.release(Records.of("one"));
    denied("has no channel canary", REPO + "/manifests/canary");
    denied("is not promoted now", blob(staged));
    denied("is not promoted now", REPO + "/blobs/sha256:" + "0".repeat(64));
    denied("is not promoted now", REPO + "/manifests/sha256:" + "0".repeat(64));
  }

  /** Cosign, Podman and Skopeo ask for signatures by tags, and take nothing else for none. */
  @Test
  void a_tag_that_no_channel_can_have_is_unknown() throws Exception {
    List<String> tags =
        List.of("sha256-" + "0".repeat(64) + ".sig", "sha256-" + "0".repeat(64), "No.Channel");
    for (String promoted : List.of("one", "two")) {
      for (String tag : tags) {
        HttpResponse<byte[]> answer = served.get(REPO + "/manifests/" + tag);
        assertEquals(404, answer.statusCode(), text(answer));
        assertTrue(text(answer).contains("MANIFEST_UNKNOWN"), text(answer));
      }
      stage.release(Records.of(promoted));
    }
  }

  @Test
  @Clause({"referrers.no-404", "referrers.none"})
  void referrers_of_what_was_never_promoted_are_none_and_no_404() throws Exception {
    String anything = REPO + "/referrers/sha256:" + "0".repeat(64);
    assertEquals(0, json(served.get(anything)).path("manifests").size());
    stage.release(Records.of("one"));
    assertEquals(0, json(served.get(anything)).path("manifests").size());
  }

  @Test
  void what_was_followed_by_another_is_denied() throws Exception {
    Records one = Records.of("one");
    stage.release(one);
    String old = header(served.get(REPO + "/manifests/production"), "Docker-Content-Digest");
    stage.release(Records.of("two"));

    denied("is not promoted now", REPO + "/manifests/" + old);
    denied("is not promoted now", blob(one));
    assertEquals(0, json(served.get(REPO + "/referrers/" + old)).path("manifests").size());
  }

  @Test
  void a_promotion_that_has_ended_is_denied() throws Exception {
    Records records = Records.of("one");
    stage.submit(records, "alice");
    String policy = Stage.POLICY + "promotion-lifetime-days = 1\n";
    stage.promote(records.artifact(), "production", policy, "pat");
    assertEquals(200, served.get(blob(records)).statusCode());
    stage.now = stage.now.plusSeconds(86_401);
    denied("has ended", REPO + "/manifests/production");
    denied("has ended", blob(records));
    assertEquals(
        "{\"name\":\"deploy/viworks/agent\",\"tags\":[]}", text(served.get(REPO + "/tags/list")));
  }

  @Test
  void a_promoter_who_is_no_longer_believed_is_denied_at_once() throws Exception {
    Records records = Records.of("one");
    stage.release(records);
    assertEquals(200, served.get(blob(records)).statusCode());
    stage.root =
        stage.people.rootWithout("pat", TrustedKey.Reason.COMPROMISED, stage.now.minusSeconds(1));
    denied("revoked", REPO + "/manifests/production");
    denied("revoked", blob(records));
    stage.root = stage.people.rootIgnorantOf("pat");
    denied("trust root", blob(records));
  }

  @Test
  void a_builder_who_was_taken_back_for_compromise_is_denied() throws Exception {
    Records records = Records.of("one");
    stage.release(records);
    stage.root =
        stage.people.rootWithout(
            "alice", TrustedKey.Reason.COMPROMISED, stage.now.minusSeconds(9999));
    denied("revoked", blob(records));
  }

  @Test
  void a_key_that_was_given_another_role_is_denied_what_it_signed_in_the_old_one()
      throws Exception {
    Records records = Records.of("one");
    stage.release(records);
    assertEquals(200, served.get(blob(records)).statusCode());
    stage.root = stage.people.rootWhere("pat", Role.BUILDER);
    for (String place : List.of(REPO + "/manifests/production", blob(records))) {
      denied("is signed with the builder key", place);
      denied("where a promoter or policy key is needed", place);
    }
    stage.root = stage.people.rootWhere("alice", Role.PROMOTER);
    denied("where a builder key is needed", blob(records));
    stage.root = stage.people.root();
    assertEquals(200, served.get(blob(records)).statusCode());
  }

  @Test
  void altered_bytes_are_denied_also_after_they_were_served_once() throws Exception {
    Records records = Records.of("one");
    stage.release(records);
    assertEquals(200, served.get(blob(records)).statusCode());
    Stage.flip(stage.blob(records.artifact()), 1);
    denied("was altered", blob(records));
    Files.delete(stage.blob(records.artifact()));
    denied("is missing", blob(records));
  }

  @Test
  void an_altered_or_replayed_record_of_the_channel_is_denied() throws Exception {
    Records one = Records.of("one");
    stage.release(one);
    byte[] first = Files.readAllBytes(stage.channelRecord("production", 1));
    Records two = Records.of("two");
    stage.release(two);
    Stage.replace(
        stage.channelRecord("production", 2),
        new String(first).replace("\"seq\":1", "\"seq\":2").getBytes());
    denied("promotion 2", REPO + "/manifests/production");
    denied("promotion 2", blob(one));
    denied("promotion 2", blob(two));
  }

  @Test
  void rows_of_the_catalogue_are_not_asked() throws Exception {
    Records staged = Records.of("staged");
    stage.submit(staged, "alice");
    stage.release(Records.of("one"));
    stage.sql("update promoted set artifact = '" + staged.artifact() + "'");
    denied("is not promoted now", blob(staged));
    assertEquals(200, served.get(blob(Records.of("one"))).statusCode());
    stage.sql("delete from promoted");
    assertEquals(200, served.get(blob(Records.of("one"))).statusCode());
  }

  @Test
  void a_blob_of_staging_is_not_served_for_deploy() throws Exception {
    stage.release(Records.of("one"));
    Digest pushed = served.push("/v2/staging/viworks/agent", Served.bytes("pushed"));
    denied("is not promoted now", REPO + "/blobs/" + pushed);
  }

  @Test
  void without_a_trust_root_nothing_is_served() throws Exception {
    stage.release(Records.of("one"));
    served.close();
    served = Served.at(stage.registry());
    denied("no trust root", REPO + "/manifests/production");
    assertEquals(200, served.get("/v2/").statusCode());
  }

  @Test
  void another_names_binary_is_not_served_under_this_one() throws Exception {
    Records records = Records.of("one");
    stage.release(records);
    for (String name : List.of("other", "viworks", "viworks/agent/x")) {
      denied(name, "/v2/deploy/" + name + "/blobs/" + records.artifact());
    }
  }
}
