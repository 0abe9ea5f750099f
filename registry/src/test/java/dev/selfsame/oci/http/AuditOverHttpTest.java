package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.access.Access;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.Failure;
import dev.selfsame.store.AuditLog;
import dev.selfsame.store.file.FileAuditLog;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is recorded of those who call, and what is done while nothing can be. */
@Timeout(60)
final class AuditOverHttpTest extends ServedWithRules {
  @Test
  void actions_and_refusals_are_in_the_audit_log_with_their_users() throws Exception {
    Digest blob = push(APP, CI, "content");
    pushing(APP, DEV, Served.bytes("x"));
    get(APP + "/blobs/" + blob, DEV);
    served.get(APP + "/tags/list");
    get("/v2/", basic("dev", "guess"));
    token(CI, "repository:staging/viworks/app:pull");
    // The last entry is written once its answer has gone.
    for (int i = 0; i < 1500 && Files.readAllLines(folder.resolve("audit.log")).size() < 4; i++) {
      Thread.sleep(20);
    }
    List<String> actions =
        Files.readAllLines(folder.resolve("audit.log")).stream()
            .map(AuditOverHttpTest::json)
            .map(node ->
                "%s%s %s %s %d"
                    .formatted(
                        node.path("who").asText(),
                        node.has("claimed") ? "(" + node.path("claimed").asText() + ")" : "",
                        node.path("action").asText(),
                        node.path("place").asText(),
                        node.path("status").asInt()))
            .toList();
    assertEquals(
        List.of(
            "ci push blob staging/viworks/app 201",
            "dev POST /v2/staging/viworks/app/blobs/uploads/ 403",
            "anonymous(dev) GET /v2/ 401",
            "ci token /v2/token 200"),
        actions);
  }

  @Test
  void nobody_fills_the_audit_log_with_tokens_for_nobody_or_with_what_fails() throws Exception {
    long begun = System.nanoTime();
    for (int i = 0; i < 300; i++) {
      assertTrue(token("", "repository:staging/open/app:pull").length() > 20);
      assertEquals(
          405, served.send("POST", "/v2/token", Served.bytes("grant_type=guess")).statusCode());
      assertEquals(400, malformed(i).statusCode());
    }
    long seconds = 1 + (System.nanoTime() - begun) / 1_000_000_000;
    // What everybody may have is had 900 times, and recorded ten times and five times a second.
    int lines = Files.readAllLines(folder.resolve("audit.log")).size();
    assertTrue(lines >= 10, "" + lines);
    assertTrue(lines <= 10 + 5 * seconds, lines + " in " + seconds + " s");
    assertTrue(lines < 900, "" + lines);
  }

  @Test
  void what_may_have_been_done_is_recorded_whatever_else_is_refused() throws Exception {
    for (int i = 0; i < 50; i++) {
      assertEquals(400, malformed(i).statusCode());
    }
    for (int i = 0; i < 20; i++) {
      push(APP, CI, "content " + i);
    }
    for (int i = 0; i < 1500 && pushes() < 20; i++) {
      Thread.sleep(20);
    }
    assertEquals(20, pushes());
  }

  private HttpResponse<byte[]> malformed(int i) throws Exception {
    return served.send("PUT", APP + "/manifests/x" + i, Served.bytes("{"), "Authorization", CI);
  }

  private long pushes() throws IOException {
    return Files.readAllLines(folder.resolve("audit.log")).stream()
        .filter(line -> line.contains("push blob"))
        .count();
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }

  @Test
  void nothing_is_written_while_nothing_can_be_recorded() throws Exception {
    AuditLog broken =
        new AuditLog() {
          @Override
          public void record(Entry entry) {
            throw new AssertionError("not asked");
          }

          @Override
          public Optional<String> trouble() {
            return Optional.of("the disk is gone");
          }

          @Override
          public void close() {}
        };
    try (Served careful =
        Served.at(
            folder.resolve("careful"), usual -> usual.withAccess(Access.LOCAL).withAudit(broken))) {
      assertEquals(503, careful.send("POST", APP + "/blobs/uploads/").statusCode());
      assertEquals(200, careful.get("/v2/").statusCode());
    }
  }

  /** A log as {@link FileAuditLog} is on a disk that is full, and then is not. */
  private static final class FullLog implements AuditLog {
    private final List<Entry> due = new CopyOnWriteArrayList<>();
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private volatile boolean full = true;

    @Override
    public synchronized void record(Entry entry) {
      due.add(entry);
      Optional<String> why = trouble();
      if (why.isPresent()) {
        throw Failure.undecided(why.get(), "make room");
      }
    }

    /** Tries what is due again. */
    @Override
    public synchronized Optional<String> trouble() {
      if (full && !due.isEmpty()) {
        return Optional.of("cannot write audit.log: No space left on device");
      }
      entries.addAll(due);
      due.clear();
      return Optional.empty();
    }

    @Override
    public void close() {}
  }

  @Test
  void a_disk_that_was_full_takes_pushes_again_once_it_has_room() throws Exception {
    FullLog log = new FullLog();
    try (Served careful =
        Served.at(
            folder.resolve("careful"), usual -> usual.withAccess(Access.LOCAL).withAudit(log))) {
      assertEquals(404, careful.send("DELETE", APP + "/manifests/1").statusCode());
      for (int i = 0; i < 1500 && log.trouble().isEmpty(); i++) {
        Thread.sleep(20);
      }
      assertEquals(507, careful.send("POST", APP + "/blobs/uploads/").statusCode());
      assertEquals(507, careful.send("POST", APP + "/blobs/uploads/").statusCode());
      // An answer has gone before it is recorded.
      for (int i = 0; i < 1500 && log.due.size() < 3; i++) {
        Thread.sleep(20);
      }
      log.full = false;
      assertEquals(202, careful.send("POST", APP + "/blobs/uploads/").statusCode());
      assertEquals(
          List.of(404, 507, 507),
          log.entries.stream().limit(3).map(AuditLog.Entry::status).toList());
    }
  }
}
