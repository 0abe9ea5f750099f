package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.header;
import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.attest.Bundle;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.attest.claim.ImageClaim;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Image;
import dev.selfsame.promote.ImageWish;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.promote.Promoter;
import dev.selfsame.scenes.Images;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runtime image on the deploy side. */
final class DeployImageTest {
  private static final String REPO = "/v2/deploy/viworks/agent";
  private static final String TAG = REPO + "/manifests/production.image";

  @TempDir private Path folder;
  private Stage stage;
  private Images images;
  private Served served;

  @BeforeEach
  void start() {
    stage = new Stage(folder);
    images = new Images(stage);
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

  private void refused(int status, String reason, String place) throws Exception {
    HttpResponse<byte[]> answer = served.get(place);
    assertEquals(status, answer.statusCode(), text(answer));
    assertTrue(text(answer).contains(reason), text(answer));
    assertEquals(status, served.send("HEAD", place).statusCode());
  }

  private List<String> places(Image image) throws Exception {
    List<String> places = new ArrayList<>(List.of(TAG, REPO + "/manifests/" + image.manifest()));
    JsonNode manifest = new ObjectMapper().readTree(stage.blob(image.manifest()).toFile());
    places.add(REPO + "/blobs/" + manifest.at("/config/digest").asText());
    for (JsonNode layer : manifest.path("layers")) {
      places.add(REPO + "/blobs/" + layer.path("digest").asText());
    }
    return places;
  }

  private void allRefused(String reason, Image image) throws Exception {
    for (String place : places(image)) {
      refused(403, reason, place);
    }
  }

  @Test
  void an_image_comes_by_tag_and_digest_with_its_parts_and_its_statement() throws Exception {
    Records records = Images.asked("one");
    Image image = images.release(records);

    HttpResponse<byte[]> byTag = served.get(TAG);
    JsonNode manifest = json(byTag);
    assertEquals(image.manifest().toString(), header(byTag, "Docker-Content-Digest"));
    assertEquals("application/vnd.oci.image.manifest.v1+json", header(byTag, "Content-Type"));
    assertEquals(image.manifest(), Digest.sha256(byTag.body()));
    assertArrayEquals(byTag.body(), served.get(REPO + "/manifests/" + image.manifest()).body());
    for (String place : places(image)) {
      HttpResponse<byte[]> part = served.get(place);
      assertEquals(200, part.statusCode(), place);
      if (!place.equals(TAG)) {
        assertTrue(place.endsWith(Digest.sha256(part.body()).toString()), place);
      }
    }
    JsonNode config = json(served.get(REPO + "/blobs/" + manifest.at("/config/digest").asText()));
    assertEquals("65532:65532", config.at("/config/User").asText());
    JsonNode labels = config.at("/config/Labels");
    assertEquals(records.artifact().toString(), labels.path("dev.selfsame.artifact").asText());
    assertEquals(records.repository, labels.path("org.opencontainers.image.source").asText());
    assertEquals(
        "0123456789abcdef0123456789abcdef01234567",
        labels.path("org.opencontainers.image.revision").asText());
    assertEquals("/etc/agent/agent.toml", labels.path("dev.selfsame.config").asText());
    assertEquals(
        "{\"name\":\"deploy/viworks/agent\",\"tags\":[\"production\",\"production.image\"]}",
        text(served.get(REPO + "/tags/list")));

    JsonNode evidence = json(served.get(REPO + "/referrers/" + image.manifest())).path("manifests");
    assertEquals(1, evidence.size());
    JsonNode referrer = json(served.get(REPO + "/manifests/" + evidence.at("/0/digest").asText()));
    assertEquals(image.manifest().toString(), referrer.at("/subject/digest").asText());
    assertEquals(
        ImageClaim.PREDICATE_TYPE,
        referrer.at("/annotations").path("dev.sigstore.bundle.predicateType").asText());
    String layer = referrer.at("/layers/0/digest").asText();
    byte[] bundle = served.get(REPO + "/blobs/" + layer).body();
    assertEquals(image.bundle(), Bundle.parse(bundle, layer).digest());
  }

  @Test
  void the_binary_is_served_as_it_is_without_an_image() throws Exception {
    Records records = Images.asked("one");
    images.release(records);
    HttpResponse<byte[]> raw = served.get(REPO + "/manifests/production");
    assertEquals(records.artifact().toString(), json(raw).at("/layers/0/digest").asText());
    String digest = header(raw, "Docker-Content-Digest");
    assertEquals(2, json(served.get(REPO + "/referrers/" + digest)).path("manifests").size());
  }

  @Test
  void a_release_without_an_image_says_so() throws Exception {
    stage.release(Records.of("one"));
    refused(403, "was promoted without an image", TAG);
    refused(403, "has no channel", REPO + "/manifests/canary.image");
    assertEquals(
        "{\"name\":\"deploy/viworks/agent\",\"tags\":[\"production\"]}",
        text(served.get(REPO + "/tags/list")));
  }

  @Test
  void an_image_that_no_promotion_carries_is_denied() throws Exception {
    Records records = Images.asked("one");
    Image staged = images.submit(records, "alice");
    refused(403, "nothing was ever promoted", TAG);
    stage.now = stage.now.plusSeconds(60);
    stage.writing((evidence, catalogue) ->
        new Promoter(evidence, catalogue, "0.1.0")
            .promote(
                new Promoter.Request(
                    Stage.AGENT,
                    new ChannelName("production"),
                    records.artifact(),
                    PolicyFile.parse(Stage.POLICY.getBytes(StandardCharsets.UTF_8), "policy.toml"),
                    Stage.POLICY,
                    new ImageWish.None()),
                stage.people.signer("pat"),
                stage.now));
    refused(403, "was promoted without an image", TAG);
    refused(403, "is not promoted now", REPO + "/manifests/" + staged.manifest());

    stage.now = stage.now.plusSeconds(60);
    stage.promote(records);
    assertEquals(200, served.get(TAG).statusCode());
  }

  @Test
  void an_image_that_was_replaced_is_denied() throws Exception {
    Image one = images.release(Images.asked("one"));
    Image two = images.release(Images.asked("two"));
    refused(403, "is not promoted now", REPO + "/manifests/" + one.manifest());
    assertEquals(two.manifest().toString(), header(served.get(TAG), "Docker-Content-Digest"));
    stage.release(Records.of("three"));
    refused(403, "was promoted without an image", TAG);
    refused(403, "is not promoted now", REPO + "/manifests/" + two.manifest());
  }

  @Test
  void an_image_ends_with_its_promotion() throws Exception {
    Records records = Images.asked("one");
    Image image = images.submit(records, "alice");
    String policy = Stage.POLICY + "promotion-lifetime-days = 1\n";
    stage.promote(records.artifact(), "production", policy, "pat");
    assertEquals(200, served.get(TAG).statusCode());
    stage.now = stage.now.plusSeconds(86_401);
    allRefused("has ended", image);
  }

  @Test
  void an_image_of_one_who_is_no_longer_believed_is_denied_at_once() throws Exception {
    Image image = images.release(Images.asked("one"));
    assertEquals(200, served.get(TAG).statusCode());
    stage.root =
        stage.people.rootWithout("pat", TrustedKey.Reason.COMPROMISED, stage.now.minusSeconds(1));
    allRefused("revoked", image);
    stage.root =
        stage.people.rootWithout(
            "alice", TrustedKey.Reason.COMPROMISED, stage.now.minusSeconds(9999));
    allRefused("revoked", image);
    stage.root = stage.people.rootIgnorantOf("pat");
    allRefused("trust root", image);
  }

  @Test
  void altered_or_missing_parts_are_denied_and_the_binary_is_still_served() throws Exception {
    Records records = Images.asked("one");
    Image image = images.release(records);
    JsonNode manifest = json(served.get(TAG));
    String layer = manifest.at("/layers/1/digest").asText();
    assertEquals(200, served.get(REPO + "/blobs/" + layer).statusCode());
    Stage.flip(stage.blob(Digest.parse(layer)), 40);
    refused(403, "was altered", REPO + "/blobs/" + layer);
    Files.delete(stage.blob(Digest.parse(layer)));
    refused(403, "is missing", TAG);
    Stage.flip(stage.blob(image.manifest()), 10);
    refused(403, "was altered", TAG);
    refused(403, "is not promoted now", REPO + "/manifests/" + image.manifest());
    assertEquals(200, served.get(REPO + "/manifests/production").statusCode());
    assertEquals(200, served.get(REPO + "/blobs/" + records.artifact()).statusCode());
  }

  @Test
  void an_altered_statement_takes_the_release_with_it() throws Exception {
    Image image = images.release(Images.asked("one"));
    Stage.flip(stage.blob(image.bundle()), 100);
    refused(403, "was altered", TAG);
    refused(403, "was altered", REPO + "/manifests/production");
  }

  @Test
  void the_image_is_the_same_after_the_rows_are_gone_and_in_every_channel() throws Exception {
    Records records = Images.asked("one");
    Image image = images.release(records);
    stage.sql("delete from promoted");
    stage.promote(records.artifact(), "canary", Stage.POLICY, "paul");
    assertEquals(
        image.manifest().toString(),
        header(served.get(REPO + "/manifests/canary.image"), "Docker-Content-Digest"));
    assertEquals(
        1, json(served.get(REPO + "/referrers/" + image.manifest())).path("manifests").size());
  }
}
