package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.access.ChangingFile;
import dev.selfsame.attest.TrustRoot;
import dev.selfsame.attest.TrustedKey;
import dev.selfsame.digest.Digest;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.promote.Freezing;
import dev.selfsame.promote.Rollback;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Registry;
import dev.selfsame.store.file.RegistryFolder;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was proven a moment ago is not proven again, and yet whatever is taken back counts. */
final class ProvenDeployTest {
  private static final String REPO = "/v2/deploy/viworks/agent";
  private static final String TAG = REPO + "/manifests/production";

  /** After it a change of a folder is sure to show. */
  private static final long SETTLED_MILLIS = 150;

  @TempDir private Path folder;
  private Stage stage;
  private Path trusted;
  private Registry registry;
  private Served served;

  @BeforeEach
  void start() throws Exception {
    stage = new Stage(folder);
    registry = RegistryFolder.create(stage.registry()).registry();
    trusted = folder.resolve("trust-root.json");
    trust(stage.people.root());
    ChangingFile<TrustRoot> root = new ChangingFile<>(trusted, TrustRoot::read, Duration.ZERO);
    served =
        Served.at(
            stage.registry(),
            () -> Optional.of(new EvidenceAtHand(registry, root.get())),
            () -> stage.now);
  }

  @AfterEach
  void stop() {
    served.close();
  }

  /** As an administrator does: the new one is moved into the place of the old. */
  private void trust(TrustRoot root) throws Exception {
    Path made = Files.write(folder.resolve("made"), root.json());
    Files.move(made, trusted, StandardCopyOption.REPLACE_EXISTING);
  }

  private void served(String place) throws Exception {
    HttpResponse<byte[]> answer = served.get(place);
    assertEquals(200, answer.statusCode(), text(answer));
  }

  private void denied(String reason, String place) throws Exception {
    HttpResponse<byte[]> answer = served.get(place);
    assertEquals(403, answer.statusCode(), text(answer));
    assertTrue(text(answer).contains(reason), text(answer));
  }

  private void isDeniedWithinTwoSeconds(String reason, String place) throws Exception {
    long end = System.nanoTime() + 2_000_000_000L;
    while (served.get(place).statusCode() == 200 && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    denied(reason, place);
  }

  /** Released, and asked for until it is served from what was proven before. */
  private Records warm(String bytes) throws Exception {
    Records records = Records.of(bytes);
    stage.release(records);
    warm();
    return records;
  }

  private void warm() throws Exception {
    Thread.sleep(SETTLED_MILLIS);
    served(TAG);
    served(TAG);
  }

  private Path bundleOf(long seq) {
    return stage.blob(
        registry.channels().at(Stage.AGENT, ChannelName.PRODUCTION, seq).orElseThrow());
  }

  @Test
  void what_was_proven_is_not_read_again_until_a_second_has_gone() throws Exception {
    warm("one");
    Files.delete(bundleOf(1));
    served(TAG);
    isDeniedWithinTwoSeconds("is missing", TAG);
  }

  @Test
  void a_trust_root_that_was_replaced_counts_at_once() throws Exception {
    Records one = warm("one");
    trust(stage.people.rootWithout("pat", TrustedKey.Reason.COMPROMISED, stage.now));
    denied("revoked", TAG);
    denied("revoked", REPO + "/blobs/" + one.artifact());
    trust(stage.people.root());
    warm();
    trust(stage.people.rootIgnorantOf("pat"));
    denied("trust root", TAG);
    trust(stage.people.root());
    warm();
    Files.writeString(trusted, "{}", StandardOpenOption.TRUNCATE_EXISTING);
    assertEquals(500, served.get(TAG).statusCode());
    Files.delete(trusted);
    assertEquals(503, served.get(TAG).statusCode());
    trust(stage.people.root());
    served(TAG);
  }

  @Test
  void a_retirement_and_the_end_of_a_key_count_from_their_moment_on() throws Exception {
    warm("one");
    trust(
        stage.people.rootWithout(
            "pat", TrustedKey.Reason.RETIRED, stage.now.plus(Duration.ofDays(2))));
    warm();
    stage.now = stage.now.plus(Duration.ofDays(1));
    served(TAG);
    stage.now = stage.now.plus(Duration.ofDays(1));
    denied("was retired", TAG);
    trust(stage.people.root());
    warm();
    stage.now =
        stage.people.root().keys().stream()
            .filter(key -> key.key().equals(stage.people.key("pat")))
            .findFirst()
            .orElseThrow()
            .validUntil();
    denied("expired", TAG);
  }

  @Test
  void the_end_of_a_promotion_counts_from_its_moment_on_and_a_clock_may_go_back() throws Exception {
    Records records = Records.of("one");
    stage.submit(records, "alice");
    String policy = Stage.POLICY + "promotion-lifetime-days = 1\n";
    stage.promote(records.artifact(), "production", policy, "pat");
    warm();
    stage.now = stage.now.plusSeconds(86_399);
    served(TAG);
    stage.now = stage.now.plusSeconds(1);
    denied("has ended", TAG);
    stage.now = stage.now.minusSeconds(1);
    served(TAG);
    stage.now = stage.now.minus(Duration.ofDays(1)).minus(Duration.ofMinutes(10));
    denied("dated in the future", TAG);
  }

  @Test
  void a_promotion_a_rollback_and_a_freeze_by_another_process_count_at_once() throws Exception {
    Records one = warm("one");
    Records two = Records.of("two");
    stage.release(two);
    served(REPO + "/blobs/" + two.artifact());
    denied("is not promoted now", REPO + "/blobs/" + one.artifact());
    warm();
    change(false);
    denied("is not promoted now", REPO + "/blobs/" + two.artifact());
    served(REPO + "/blobs/" + one.artifact());
    warm();
    change(true);
    served(TAG);
    warm();
    trust(stage.people.rootWithout("carol", TrustedKey.Reason.COMPROMISED, stage.now));
    served(TAG);
    Files.delete(stage.channelRecord("production", 4));
    served(REPO + "/blobs/" + one.artifact());
    Files.delete(stage.channelRecord("production", 3));
    served(REPO + "/blobs/" + two.artifact());
    denied("is not promoted now", REPO + "/blobs/" + one.artifact());
  }

  private void change(boolean freeze) {
    stage.now = stage.now.plusSeconds(1);
    ChannelName channel = ChannelName.PRODUCTION;
    var _ =
        stage.writing((evidence, catalogue) -> {
          Desk desk = Desk.at(evidence, catalogue);
          return freeze
              ? new Freezing(desk, "0.1.0")
                  .freeze(Stage.AGENT, channel, "stop", stage.people.signer("carol"), stage.now)
              : new Rollback(desk, "0.1.0")
                  .carryOut(
                      Rollback.plan(
                          evidence, Stage.AGENT, channel, new Rollback.To.Before(), stage.now),
                      "it hangs",
                      stage.people.signer("pat"),
                      stage.now);
        });
  }

  @Test
  void a_replaced_record_counts_at_once_and_one_that_was_written_into_within_a_second()
      throws Exception {
    Records one = warm("one");
    stage.release(Records.of("two"));
    warm();
    Path second = stage.channelRecord("production", 2);
    byte[] right = Files.readAllBytes(second);
    byte[] wrong = new String(right).replaceAll("sha256:[0-9a-f]{8}", "sha256:00000000").getBytes();
    Stage.replace(second, wrong);
    denied("is missing", TAG);
    Stage.replace(second, right);
    warm();
    assertTrue(second.toFile().setWritable(true));
    Files.write(second, wrong, StandardOpenOption.TRUNCATE_EXISTING);
    isDeniedWithinTwoSeconds("is missing", TAG);
    denied("is missing", REPO + "/blobs/" + one.artifact());
  }

  @Test
  void altered_bytes_are_denied_at_once() throws Exception {
    Records one = warm("one");
    String blob = REPO + "/blobs/" + one.artifact();
    served(blob);
    Stage.flip(stage.blob(one.artifact()), 1);
    denied("was altered", blob);
    Digest bundle = registry.channels().at(Stage.AGENT, ChannelName.PRODUCTION, 1).orElseThrow();
    served(REPO + "/blobs/" + bundle);
    Stage.flip(bundleOf(1), 1);
    denied("was altered", REPO + "/blobs/" + bundle);
  }

  @Test
  void a_refusal_is_not_kept_once_its_reason_is_gone() throws Exception {
    warm("one");
    byte[] bundle = Files.readAllBytes(bundleOf(1));
    Path place = bundleOf(1);
    Files.delete(place);
    isDeniedWithinTwoSeconds("is missing", TAG);
    Files.write(place, bundle);
    long end = System.nanoTime() + 2_000_000_000L;
    while (served.get(TAG).statusCode() != 200 && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    served(TAG);
  }
}
