package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.access.Access;
import dev.selfsame.access.ApiToken;
import dev.selfsame.access.ApiTokens;
import dev.selfsame.access.Authenticator;
import dev.selfsame.access.BearerTokens;
import dev.selfsame.access.Grant;
import dev.selfsame.access.PasswordFile;
import dev.selfsame.access.Permission;
import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.access.Rule;
import dev.selfsame.access.Rules;
import dev.selfsame.digest.Digest;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import dev.selfsame.promote.EvidenceAtHand;
import dev.selfsame.store.AuditLog;
import dev.selfsame.store.file.FileAuditLog;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what, asked over HTTP. */
@Timeout(60)
final class AccessOverHttpTest {
  private static final String CI = basic("ci", "build");
  private static final String DEV = basic("dev", "look");
  private static final String APP = "/v2/staging/viworks/app";
  private static final String OPEN = "/v2/staging/open/app";
  private static final String OTHER = "/v2/staging/other/app";

  @TempDir private Path folder;
  private FileAuditLog audit;
  private Served served;

  private static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static String line(String user, String password) {
    return user + ":" + OpenBSDBCrypt.generate("2y", password.toCharArray(), new byte[16], 4);
  }

  private static Rule rule(String who, String where, Permission... what) {
    return new Rule(Set.of(who), new Grant(new RepositoryPattern(where), Set.of(what)));
  }

  @BeforeEach
  void start() throws IOException {
    Path users =
        Files.write(
            folder.resolve("users"),
            List.of(line("ci", "build"), line("dev", "look"), line("ops", "watch")));
    Path tokens = folder.resolve("tokens.json");
    Authenticator authenticator =
        new Authenticator(
            () -> Optional.of(PasswordFile.read(users)),
            () -> ApiTokens.read(tokens),
            BearerTokens.of(folder.resolve("token.key"), new SecureRandom()),
            Clock.systemUTC(),
            System::nanoTime);
    Rules rules =
        new Rules(
            List.of(
                rule("ci", "staging/viworks/**", Permission.PULL, Permission.PUSH),
                rule("ci", "staging/other/**", Permission.PUSH),
                rule("ci", "deploy/viworks/**", Permission.PULL, Permission.DEPLOY),
                rule("ci", "staging/open/**", Permission.PUSH, Permission.DELETE),
                rule("dev", "staging/viworks/**", Permission.PULL),
                rule("ops", "**", Permission.PUSH),
                rule("ops", "staging/team/**", Permission.PULL),
                rule("ops", "staging/team/*", Permission.PULL),
                rule("ops", "staging/zone/only", Permission.PULL),
                rule(Rule.ANONYMOUS, "staging/open/**", Permission.PULL)));
    audit = FileAuditLog.open(folder.resolve("audit.log"), Clock.systemUTC());
    Access access = new Access(Optional.of(authenticator), rules, Optional.empty());
    served =
        Served.at(folder.resolve("registry"), usual -> usual.withAccess(access).withAudit(audit));
  }

  @AfterEach
  void stop() {
    served.close();
    audit.close();
  }

  private Digest push(String repo, String authorization, String content) throws Exception {
    byte[] bytes = Served.bytes(content);
    Digest digest = Digest.sha256(bytes);
    assertEquals(201, pushing(repo, authorization, bytes).statusCode());
    return digest;
  }

  private HttpResponse<byte[]> pushing(String repo, String authorization, byte[] bytes)
      throws Exception {
    return served.send(
        "POST",
        repo + "/blobs/uploads/?digest=" + Digest.sha256(bytes),
        bytes,
        "Authorization",
        authorization);
  }

  private HttpResponse<byte[]> get(String path, String authorization) throws Exception {
    return served.get(path, "Authorization", authorization);
  }

  private String token(String authorization, String... scopes) throws Exception {
    StringBuilder path = new StringBuilder("/v2/token?service=x");
    for (String scope : scopes) {
      path.append("&scope=").append(scope);
    }
    HttpResponse<byte[]> answer =
        authorization.isEmpty() ? served.get(path.toString()) : get(path.toString(), authorization);
    assertEquals(200, answer.statusCode(), Served.text(answer));
    return "Bearer " + new ObjectMapper().readTree(answer.body()).path("token").asText();
  }

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

  private static String code(HttpResponse<byte[]> answer) throws IOException {
    return new ObjectMapper().readTree(answer.body()).at("/errors/0/code").asText();
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
  void a_token_is_good_for_its_scope_alone() throws Exception {
    Digest blob = push(APP, CI, "content");
    push(OPEN, CI, "content");
    String pull = token(CI, "repository:staging/viworks/app:pull");
    assertEquals(200, get(APP + "/blobs/" + blob, pull).statusCode());
    HttpResponse<byte[]> wider = pushing(APP, pull, Served.bytes("more"));
    assertEquals(401, wider.statusCode());
    assertTrue(Served.header(wider, "WWW-Authenticate").contains("error=\"insufficient_scope\""));
    // Also for what is open to everybody: the token asked for less.
    assertEquals(401, get(OPEN + "/blobs/" + blob, pull).statusCode());
    String push = token(CI, "repository:staging/viworks/app:pull,push,delete");
    assertEquals(201, pushing(APP, push, Served.bytes("more")).statusCode());
    assertEquals(
        403, served.send("DELETE", APP + "/blobs/" + blob, "Authorization", push).statusCode());
    assertEquals(401, get("/v2/token", push).statusCode());
    assertEquals(401, get("/v2/token", basic("ci", "no")).statusCode());
  }

  @Test
  void the_scheme_may_be_written_as_one_likes() throws Exception {
    push(APP, CI.replace("Basic", "BASIC"), "content");
    assertEquals(200, get("/v2/token", CI.replace("Basic", "basic")).statusCode());
  }

  @Test
  void a_token_comes_by_a_form_too() throws Exception {
    HttpResponse<byte[]> answer =
        served.send(
            "POST",
            "/v2/token",
            Served.bytes(
                "grant_type=password&username=ci&password=build"
                    + "&scope=repository%3Astaging%2Fviworks%2Fapp%3Apull%2Cpush"),
            "Content-Type",
            "application/x-www-form-urlencoded");
    assertEquals(200, answer.statusCode(), Served.text(answer));
    JsonNode token = new ObjectMapper().readTree(answer.body());
    assertEquals(300, token.path("expires_in").asInt());
    String bearer = "Bearer " + token.path("access_token").asText();
    assertEquals(201, pushing(APP, bearer, Served.bytes("x")).statusCode());
    for (String form :
        List.of("", "grant_type=password", "grant_type=refresh_token&refresh_token=x", "%")) {
      int status = served.send("POST", "/v2/token", Served.bytes(form)).statusCode();
      assertTrue(status == 400 || status == 401 || status == 405, form + status);
    }
  }

  @Test
  void an_api_token_signs_in_as_a_password_or_a_bearer() throws Exception {
    ApiToken.Made made =
        ApiToken.make(
            "ci",
            List.of(new Grant(new RepositoryPattern("staging/viworks/*"), Set.of(Permission.PULL))),
            Instant.now(),
            Instant.now().plusSeconds(600),
            "",
            new SecureRandom());
    ApiTokens.change(folder.resolve("tokens.json"), all -> all.with(made.token()));
    Digest blob = push(APP, CI, "content");
    for (String authorization : List.of("Bearer " + made.text(), basic("x", made.text()))) {
      assertEquals(200, get(APP + "/blobs/" + blob, authorization).statusCode());
      assertEquals(401, pushing(APP, authorization, Served.bytes("y")).statusCode());
    }
    // A token that it gets has no more than itself.
    String second = token(basic("x", made.text()), "repository:staging/viworks/app:pull,push");
    assertEquals(200, get(APP + "/blobs/" + blob, second).statusCode());
    assertEquals(401, pushing(APP, second, Served.bytes("y")).statusCode());
  }

  @Test
  void a_narrowed_token_gets_nothing_wider_for_the_list() throws Exception {
    ApiToken.Made made =
        ApiToken.make(
            "dev",
            List.of(
                new Grant(
                    new RepositoryPattern("staging/viworks/x"),
                    Set.of(Permission.PULL, Permission.PUSH))),
            Instant.now(),
            Instant.now().plusSeconds(600),
            "",
            new SecureRandom());
    ApiTokens.change(folder.resolve("tokens.json"), all -> all.with(made.token()));
    Digest blob = push(APP, CI, "content");
    assertEquals(200, get(APP + "/blobs/" + blob, DEV).statusCode());
    String list = token(basic("x", made.text()), "registry:catalog:*");
    assertEquals(401, get(APP + "/blobs/" + blob, list).statusCode());
    assertEquals("[]", catalogue(list));
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

  private String catalogue(String authorization) throws Exception {
    HttpResponse<byte[]> answer = get("/v2/_catalog", authorization);
    return new ObjectMapper().readTree(answer.body()).path("repositories").toString();
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
  void actions_and_refusals_are_in_the_audit_log_with_their_users() throws Exception {
    Digest blob = push(APP, CI, "content");
    pushing(APP, DEV, Served.bytes("x"));
    get(APP + "/blobs/" + blob, DEV);
    served.get(APP + "/tags/list");
    get("/v2/", basic("dev", "guess"));
    token(CI, "repository:staging/viworks/app:pull");
    // The last entry is written once its answer has gone.
    for (int i = 0; i < 100 && Files.readAllLines(folder.resolve("audit.log")).size() < 4; i++) {
      Thread.sleep(20);
    }
    List<String> actions =
        Files.readAllLines(folder.resolve("audit.log")).stream()
            .map(AccessOverHttpTest::json)
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
    for (int i = 0; i < 100 && pushes() < 20; i++) {
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
      for (int i = 0; i < 100 && log.trouble().isEmpty(); i++) {
        Thread.sleep(20);
      }
      assertEquals(507, careful.send("POST", APP + "/blobs/uploads/").statusCode());
      assertEquals(507, careful.send("POST", APP + "/blobs/uploads/").statusCode());
      // An answer has gone before it is recorded.
      for (int i = 0; i < 100 && log.due.size() < 3; i++) {
        Thread.sleep(20);
      }
      log.full = false;
      assertEquals(202, careful.send("POST", APP + "/blobs/uploads/").statusCode());
      assertEquals(
          List.of(404, 507, 507),
          log.entries.stream().limit(3).map(AuditLog.Entry::status).toList());
    }
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
