package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.access.ApiToken;
import dev.selfsame.access.ApiTokens;
import dev.selfsame.access.BearerTokens;
import dev.selfsame.access.Grant;
import dev.selfsame.access.Permission;
import dev.selfsame.access.RepositoryPattern;
import dev.selfsame.digest.Digest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tokens, and what they are good for. */
@Timeout(60)
final class TokensOverHttpTest extends ServedWithRules {
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
  void what_has_expired_is_401_with_the_place_to_sign_in_anew() throws Exception {
    ApiToken.Made made =
        ApiToken.make(
            "ci",
            List.of(
                new Grant(
                    new RepositoryPattern("staging/viworks/*"),
                    Set.of(Permission.PULL, Permission.PUSH))),
            clock.instant(),
            clock.instant().plus(BearerTokens.LIFETIME),
            "",
            new SecureRandom());
    ApiTokens.change(folder.resolve("tokens.json"), all -> all.with(made.token()));
    String scope = "repository:staging/viworks/app:pull,push";
    List<String> expiring =
        List.of("Bearer " + made.text(), basic("x", made.text()), token(CI, scope));
    Digest blob = push(APP, CI, "content");
    for (String authorization : expiring) {
      assertEquals(200, get(APP + "/blobs/" + blob, authorization).statusCode());
    }
    clock.advance(BearerTokens.LIFETIME);
    String host = "127.0.0.1:" + served.port();
    byte[] late = Served.bytes("late");
    for (String authorization : expiring) {
      for (HttpResponse<byte[]> answer :
          List.of(get(APP + "/blobs/" + blob, authorization), pushing(APP, authorization, late))) {
        assertEquals(401, answer.statusCode(), Served.text(answer));
        assertEquals("UNAUTHORIZED", code(answer));
        assertEquals(
            "Bearer realm=\"http://%s/v2/token\",service=\"%s\",error=\"invalid_token\""
                .formatted(host, host),
            Served.header(answer, "WWW-Authenticate"));
      }
    }
    assertEquals(401, get("/v2/token?scope=" + scope, expiring.get(1)).statusCode());
    String anew = token(CI, scope);
    assertEquals(404, get(APP + "/blobs/" + Digest.sha256(late), anew).statusCode());
    assertEquals(201, pushing(APP, anew, late).statusCode());
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
}
