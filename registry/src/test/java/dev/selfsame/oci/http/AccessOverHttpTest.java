package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.EvidenceAtHand;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what, asked over HTTP. */
@Timeout(60)
final class AccessOverHttpTest extends ServedWithRules {
  @Test
  void whoever_has_not_signed_in_is_told_how() throws Exception {
    HttpResponse<byte[]> base = served.get("/v2/");
    assertEquals(401, base.statusCode());
    String host = "127.0.0.1:" + served.port();
    assertEquals(
        "Bearer realm=\"http://%s/v2/token\",service=\"%s\"".formatted(host, host),
        Served.header(base, "WWW-Authenticate"));
    HttpResponse<byte[]> blob = served.send("POST", APP + "/blobs/uploads/");
    assertEquals(401, blob.statusCode());
    assertTrue(
        Served.header(blob, "WWW-Authenticate")
            .endsWith(",scope=\"repository:staging/viworks/app:pull,push\""),
        Served.header(blob, "WWW-Authenticate"));
    assertEquals("UNAUTHORIZED", code(blob));
    assertEquals(200, get("/v2/", CI).statusCode());
    assertEquals(401, get("/v2/", basic("ci", "wrong")).statusCode());
  }

  @Test
  void what_no_rule_allows_is_403_and_the_same_for_what_is_not_there() throws Exception {
    Digest blob = push(APP, CI, "content");
    assertEquals(200, get(APP + "/blobs/" + blob, DEV).statusCode());
    HttpResponse<byte[]> refused = pushing(APP, DEV, Served.bytes("other"));
    assertEquals(403, refused.statusCode());
    assertEquals("DENIED", code(refused));
    Digest hidden = push(OTHER, CI, "hidden");
    HttpResponse<byte[]> there = get(OTHER + "/blobs/" + hidden, DEV);
    HttpResponse<byte[]> absent = get(OTHER + "/blobs/" + Digest.sha256(new byte[1]), DEV);
    assertEquals(403, there.statusCode());
    assertEquals(Served.text(absent), Served.text(there));
    assertEquals(
        403, served.send("DELETE", APP + "/blobs/" + blob, "Authorization", CI).statusCode());
    assertEquals(403, served.send("PUT", APP + "/manifests/x", "Authorization", DEV).statusCode());
    assertEquals(403, get("/v2/deploy/viworks/app/tags/list", CI).statusCode());
  }

  @Test
  void everybody_may_pull_where_a_rule_says_so() throws Exception {
    Digest blob = push(OPEN, CI, "open");
    assertEquals(200, served.get(OPEN + "/blobs/" + blob).statusCode());
    assertEquals(200, get(OPEN + "/blobs/" + blob, DEV).statusCode());
    String anonymous = token("", "repository:staging/open/app:pull,push");
    assertEquals(200, get(OPEN + "/blobs/" + blob, anonymous).statusCode());
    assertEquals(
        401,
        served.send("POST", OPEN + "/blobs/uploads/", "Authorization", anonymous).statusCode());
  }

  @Test
  void mounting_is_reading_there_too() throws Exception {
    Digest blob = push(OTHER, CI, "secret");
    HttpResponse<byte[]> mount =
        served.send(
            "POST",
            APP + "/blobs/uploads/?mount=" + blob + "&from=staging/other/app",
            "Authorization",
            CI);
    assertEquals(202, mount.statusCode());
    HttpResponse<byte[]> anywhere =
        served.send("POST", APP + "/blobs/uploads/?mount=" + blob, "Authorization", CI);
    assertEquals(202, anywhere.statusCode());
    assertEquals(404, get(APP + "/blobs/" + blob, CI).statusCode());
    Digest open = push(OPEN, CI, "open");
    HttpResponse<byte[]> allowed =
        served.send(
            "POST",
            APP + "/blobs/uploads/?mount=" + open + "&from=staging/open/app",
            "Authorization",
            CI);
    assertEquals(201, allowed.statusCode());
  }

  @Test
  void the_catalogue_has_what_its_reader_may_pull() throws Exception {
    push(APP, CI, "a");
    push(OTHER, CI, "b");
    push(OPEN, CI, "c");
    assertEquals(401, served.get("/v2/_catalog").statusCode());
    assertEquals("[\"staging/open/app\"]", catalogue(token("", "registry:catalog:*")));
    assertEquals("[\"staging/open/app\",\"staging/viworks/app\"]", catalogue(DEV));
    assertEquals(
        "[\"staging/open/app\",\"staging/viworks/app\"]",
        catalogue(token(DEV, "registry:catalog:*")));
    HttpResponse<byte[]> page = get("/v2/_catalog?n=1", DEV);
    assertTrue(Served.header(page, "Link").contains("last=staging/open/app"), "" + page.headers());
  }

  @Test
  void the_catalogue_keeps_to_the_places_of_the_rules() throws Exception {
    String ops = basic("ops", "watch");
    List<String> there =
        List.of(
            "a/one",
            "open/app",
            "team",
            "team-a/app",
            "team/app",
            "team/b/app",
            "team.b/app",
            "teams/app",
            "zone/only",
            "zone/only-more");
    for (String name : there) {
      push("/v2/staging/" + name, ops, name);
    }
    assertEquals(
        "[\"staging/open/app\",\"staging/team/app\",\"staging/team/b/app\",\"staging/zone/only\"]",
        catalogue(ops));
    List<String> pages = new ArrayList<>();
    String next = "/v2/_catalog?n=1";
    while (!next.equals("(none)")) {
      HttpResponse<byte[]> page = get(next, ops);
      pages.add(new ObjectMapper().readTree(page.body()).at("/repositories/0").asText());
      next = Served.header(page, "Link").replaceAll("<(.*)>.*", "$1");
    }
    assertEquals(
        List.of("staging/open/app", "staging/team/app", "staging/team/b/app", "staging/zone/only"),
        pages);
    String all = "registry:catalog:*";
    assertEquals(catalogue(ops), catalogue(token(ops, all)));
    for (String beyond : List.of("staging/team0", "staging/zone/only", "z", "%00")) {
      assertEquals(200, get("/v2/_catalog?last=" + beyond, ops).statusCode());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/staging/VIWORKS/app/tags/list",
        "/v2/staging%2Fviworks/app/tags/list",
        "/v2/staging/open/../viworks/app/tags/list",
        "/v2//staging/viworks/app/tags/list",
        "/v2/staging/viworks/app/tags/list/",
        "/V2/staging/viworks/app/tags/list",
        "/v2/staging/open/..%2Fviworks/app/tags/list",
      })
  void no_way_of_writing_a_path_goes_round_the_rules(String path) throws Exception {
    push(APP, CI, "content");
    HttpResponse<byte[]> answer = served.get(path);
    assertTrue(Set.of(400, 401, 403, 404).contains(answer.statusCode()), "" + answer);
    assertFalse(Served.text(answer).contains("\"tags\""), Served.text(answer));
  }

  @Test
  void metrics_are_for_this_machine_and_state_is_for_everybody() throws Exception {
    get(APP + "/tags/list", DEV);
    String metrics = Served.text(served.get("/metrics"));
    assertTrue(
        metrics.contains(
            "registry_http_requests_total{code=\"404\",handler=\"tags\",method=\"GET\"} 1.0"),
        metrics);
    assertEquals(200, served.get("/health").statusCode());
    assertEquals("{\"ready\":true}", Served.text(served.get("/ready")));
  }

  @Test
  void deployments_are_recorded_by_those_who_may_and_by_no_others() throws Exception {
    String place = "/selfsame/v1/deployments/viworks/agent";
    assertEquals(401, served.send("POST", place).statusCode());
    for (String may : List.of(DEV, CI)) {
      HttpResponse<byte[]> answer =
          served.send("POST", place, Served.bytes("{}"), "Authorization", may);
      boolean refused = Served.text(answer).contains("may not deploy deploy/viworks/agent");
      assertEquals(may.equals(DEV), refused, Served.text(answer));
      assertEquals(may.equals(DEV) ? 403 : 400, answer.statusCode(), Served.text(answer));
    }
    HttpResponse<byte[]> promoting =
        served.send(
            "POST",
            "/selfsame/v1/channel/production/viworks/agent",
            Served.bytes("{}"),
            "Authorization",
            CI);
    assertEquals(403, promoting.statusCode(), "to deploy is not to promote");
    assertEquals(200, get(place, CI).statusCode());
    assertEquals(403, get(place, DEV).statusCode());
  }

  @Test
  void what_nobody_thought_of_is_told_and_counted_as_a_500() throws Exception {
    List<Failure> told = new CopyOnWriteArrayList<>();
    Supplier<Optional<EvidenceAtHand>> bug =
        () -> {
          throw new IllegalStateException("nobody thought of it");
        };
    try (Served faulty =
        Served.at(folder.resolve("faulty"), bug, usual -> usual.withTrouble(told::add))) {
      HttpResponse<byte[]> answer = faulty.get("/v2/deploy/viworks/agent/manifests/production");
      assertEquals(500, answer.statusCode());
      assertEquals("UNKNOWN", code(answer));
      assertEquals(ExitCode.BUG, told.getFirst().code());
      assertTrue(
          String.valueOf(told.getFirst().getMessage()).contains("nobody thought of it"),
          told.toString());
      String metrics = Served.text(faulty.get("/metrics"));
      assertTrue(metrics.contains("code=\"500\",handler=\"manifest\""), metrics);
    }
  }
}
