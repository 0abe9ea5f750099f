package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.DerivedListing;
import dev.selfsame.promote.Desk;
import dev.selfsame.promote.Evidence;
import dev.selfsame.promote.Freezing;
import dev.selfsame.promote.PolicyFile;
import dev.selfsame.promote.Promoter;
import dev.selfsame.promote.Rollback;
import dev.selfsame.promote.Staging;
import dev.selfsame.scenes.Records;
import dev.selfsame.scenes.Stage;
import dev.selfsame.store.ChannelName;
import dev.selfsame.store.Seen;
import dev.selfsame.store.file.FileAuditLog;
import dev.selfsame.store.remote.Credentials;
import dev.selfsame.store.remote.Endpoint;
import dev.selfsame.store.remote.RemoteRegistry;
import dev.selfsame.store.remote.Transport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What actions are called in the audit log. */
@Timeout(60)
final class AuditedActionsTest {
  private static final ChannelName CHANNEL = ChannelName.PRODUCTION;
  private static final String DEPLOY = "deploy/viworks/agent";
  private static final Set<String> EVIDENCE =
      Set.of("submit", "promote", "rollback", "freeze", "unfreeze", "break glass");

  @TempDir private Path folder;
  private Stage stage;
  private FileAuditLog audit;
  private Served served;

  @BeforeEach
  void start() {
    stage = new Stage(folder);
    audit = FileAuditLog.open(folder.resolve("audit.log"), Clock.systemUTC());
    served =
        Served.at(
            stage.registry(),
            () -> Optional.of(stage.evidence()),
            () -> stage.now,
            usual -> usual.withAudit(audit));
  }

  @AfterEach
  void stop() {
    served.close();
    audit.close();
  }

  private Desk desk() {
    RemoteRegistry remote =
        RemoteRegistry.open(
            Transport.to(Endpoint.parse("http://127.0.0.1:" + served.port()), Optional.empty()),
            new Credentials.None(""),
            Seen.NOTHING);
    Evidence evidence = new Evidence(remote.registry(), stage.people.root());
    return new Desk(evidence, new DerivedListing(evidence, stage.now), remote.intake());
  }

  private void release(Records records) throws Exception {
    new Staging(desk())
        .submit(
            Files.write(folder.resolve("submitted"), records.binary),
            records.signedBy(stage.people, "alice"),
            Optional.of(records.json()),
            Optional.empty(),
            stage.now);
    later();
    new Promoter(desk(), "0.1.0")
        .promote(
            new Promoter.Request(
                Stage.AGENT,
                CHANNEL,
                records.artifact(),
                PolicyFile.parse(Stage.POLICY.getBytes(StandardCharsets.UTF_8), "policy.toml"),
                Stage.POLICY),
            stage.people.signer("pat"),
            stage.now);
    later();
  }

  private void later() {
    stage.now = stage.now.plusSeconds(60);
  }

  private void freeze() {
    new Freezing(desk(), "0.1.0")
        .freeze(Stage.AGENT, CHANNEL, "stop", stage.people.signer("carol"), stage.now);
  }

  /** Each entry as "action place reference status"; the last is written after its answer. */
  private List<String> entries(int least) throws Exception {
    for (int i = 0; i < 500 && read().size() < least; i++) {
      Thread.sleep(20);
    }
    return read();
  }

  private List<String> read() throws Exception {
    List<String> all = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("audit.log"))) {
      JsonNode node = new ObjectMapper().readTree(line);
      all.add(
          "%s %s %s %d"
              .formatted(
                  node.path("action").asText(),
                  node.path("place").asText(),
                  node.path("reference").asText("-"),
                  node.path("status").asInt()));
    }
    return all;
  }

  private List<String> ofEvidence() throws Exception {
    return read().stream()
        .filter(entry -> EVIDENCE.stream().anyMatch(action -> entry.startsWith(action + " ")))
        .sorted()
        .toList();
  }

  @Test
  void what_is_done_in_a_channel_is_named_by_its_record_and_not_by_its_place() throws Exception {
    release(Records.of("one"));
    release(Records.of("two"));
    Desk desk = desk();
    new Rollback(desk, "0.1.0")
        .carryOut(
            Rollback.plan(
                desk.evidence(), Stage.AGENT, CHANNEL, new Rollback.To.Before(), stage.now),
            "it hangs",
            stage.people.signer("pat"),
            stage.now);
    later();
    // To this server alone, carol is nobody: what it refuses is named all the same.
    stage.root = stage.people.rootIgnorantOf("carol");
    assertThrows(Failure.class, this::freeze);
    stage.root = stage.people.root();
    freeze();
    later();
    new Freezing(desk(), "0.1.0")
        .unfreeze(Stage.AGENT, CHANNEL, "go", stage.people.signer("carol"), stage.now);
    String channel = "/selfsame/v1/channel/production/viworks/agent";
    assertEquals(400, served.send("POST", channel, Served.bytes("{}")).statusCode());
    List<String> expected =
        List.of(
            "freeze " + DEPLOY + " production 204",
            "freeze " + DEPLOY + " production 422",
            "promote " + DEPLOY + " production 204",
            "promote " + DEPLOY + " production 204",
            // That had no record: it is called as the right that it needs.
            "promote " + DEPLOY + " production 400",
            "rollback " + DEPLOY + " production 204",
            "submit staging/viworks/agent - 204",
            "submit staging/viworks/agent - 204",
            "unfreeze " + DEPLOY + " production 204");
    for (int i = 0; i < 500 && ofEvidence().size() < expected.size(); i++) {
      Thread.sleep(20);
    }
    assertEquals(expected, ofEvidence());
  }

  @Test
  void mounts_deletions_and_what_is_handed_out_for_deploy_are_recorded() throws Exception {
    Records records = Records.of("one");
    stage.release(records);
    String app = "/v2/staging/app";
    Digest blob = served.push(app, Served.bytes("content"));
    assertEquals(201, served.put(app, "1", served.image(app, "", blob)).statusCode());
    String mount = "/v2/staging/b/blobs/uploads/?mount=" + blob + "&from=staging/app";
    assertEquals(201, served.send("POST", mount).statusCode());
    assertEquals(202, served.send("DELETE", "/v2/staging/b/blobs/" + blob).statusCode());
    assertEquals(202, served.send("DELETE", app + "/manifests/1").statusCode());
    // What is read in staging is no action.
    assertEquals(200, served.get(app + "/blobs/" + blob).statusCode());
    assertEquals(200, served.get("/v2/" + DEPLOY + "/manifests/production").statusCode());
    String binary = "/v2/" + DEPLOY + "/blobs/";
    assertEquals(200, served.get(binary + records.artifact()).statusCode());
    assertEquals(403, served.get(binary + blob).statusCode());
    List<String> expected =
        List.of(
            "push manifest staging/app 1 201",
            "mount blob staging/b " + blob + " 201",
            "delete blob staging/b " + blob + " 202",
            "delete manifest staging/app 1 202",
            "pull manifest " + DEPLOY + " production 200",
            "pull blob " + DEPLOY + " " + records.artifact() + " 200",
            "pull blob " + DEPLOY + " " + blob + " 403");
    // Before these, the two blobs.
    List<String> entries = entries(expected.size() + 2);
    assertEquals(expected, entries.subList(2, entries.size()));
    assertTrue(
        entries.getFirst().startsWith("push blob staging/app ")
            && entries.getFirst().endsWith(" 201"),
        entries.toString());
  }
}
