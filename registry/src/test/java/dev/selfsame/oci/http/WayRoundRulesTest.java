package dev.selfsame.oci.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ways round the rules for whoever wants to change something: paths, methods, scopes. */
@Timeout(60)
final class WayRoundRulesTest extends ServedWithRules {
  private static final byte[] NEW = Served.bytes("pushed by who may not");

  /** Whoever has not signed in, and who may only read. */
  private static final List<String> READERS = List.of("", DEV);

  private static final List<String> PATHS =
      List.of(
          APP,
          "/v2/staging/VIWORKS/app",
          "/v2/Staging/viworks/app",
          "/V2/staging/viworks/app",
          "/v2/staging%2Fviworks/app",
          "/v2/staging/viworks%2Fapp",
          "/v2/%73taging/viworks/app",
          "/v2/staging/open/../viworks/app",
          "/v2/staging/open/..%2Fviworks/app",
          "/v2//staging/viworks/app",
          "/v2/staging/viworks//app",
          "/v2/staging/viworks/./app");

  private static final List<String> METHODS =
      List.of(
          "put", "Put", "pUT", "delete", "Delete", "dELETE", "post", "Post", "patch", "Patch",
          "PURGE");

  private static final List<String> OVERRIDES =
      List.of("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override");

  private static final List<String> SCOPES =
      List.of(
          "repository:staging/viworks/app:PULL,PUSH",
          "repository:staging/viworks/app:Pull,Push",
          "repository:staging/viworks/APP:pull,push",
          "repository:STAGING/viworks/app:pull,push",
          "Repository:staging/viworks/app:pull,push",
          "REPOSITORY:staging/viworks/app:pull,push",
          "repository:staging/viworks:pull,push",
          "repository:staging/viworks/app/:pull,push",
          "repository:/staging/viworks/app:pull,push",
          "repository:staging/viworks/app/x:pull,push",
          "repository:staging%252Fviworks/app:pull,push",
          "repository:staging/viworks/*:pull,push",
          "repository:staging/**:pull,push",
          "repository:**:*",
          "repository:*:*",
          "repository:staging/viworks/app:",
          "repository:staging/viworks/app",
          "staging/viworks/app:pull,push");

  private Digest layer;
  private String manifest;

  @BeforeEach
  void fill() throws Exception {
    Digest config = push(APP, CI, "{}");
    layer = push(APP, CI, "content");
    manifest =
        """
        {"schemaVersion":2,"mediaType":"%s","config":{"mediaType":"application/vnd.oci.empty.v1+json",\
        "digest":"%s","size":2},"layers":[{"mediaType":"application/octet-stream","digest":"%s",\
        "size":7}]}\
        """
            .formatted(MediaTypes.MANIFEST, config, layer);
    assertEquals(
        201, send("PUT", APP + "/manifests/kept", Served.bytes(manifest), CI).statusCode());
  }

  private HttpResponse<byte[]> send(
      String method, String path, byte[] body, String authorization, String... more)
      throws Exception {
    List<String> headers = new ArrayList<>(List.of("Content-Type", MediaTypes.MANIFEST));
    if (!authorization.isEmpty()) {
      headers.addAll(List.of("Authorization", authorization));
    }
    Collections.addAll(headers, more);
    return served.send(method, path, body, headers.toArray(String[]::new));
  }

  private void refuses(String method, String path, byte[] body, String authorization)
      throws Exception {
    int status = send(method, path, body, authorization).statusCode();
    String what = "%s %s as '%s': %d".formatted(method, path, authorization, status);
    assertTrue(status >= 400 && status < 500, what);
  }

  /** As it was filled, and with nothing beside it. */
  private void assertUntouched(String after) throws Exception {
    assertEquals(manifest, Served.text(get(APP + "/manifests/kept", CI)), after);
    assertEquals(
        "{\"name\":\"staging/viworks/app\",\"tags\":[\"kept\"]}",
        Served.text(get(APP + "/tags/list", CI)),
        after);
    assertEquals(200, get(APP + "/blobs/" + layer, CI).statusCode(), after);
    assertEquals(404, get(APP + "/blobs/" + Digest.sha256(NEW), CI).statusCode(), after);
    assertEquals("[\"staging/viworks/app\"]", catalogue(DEV), after);
  }

  @Test
  void no_way_of_writing_a_path_lets_a_reader_write() throws Exception {
    for (String repository : PATHS) {
      Digest digest = Digest.sha256(Served.bytes(manifest));
      byte[] none = new byte[0];
      for (String reader : READERS) {
        refuses("PUT", repository + "/manifests/kept", Served.bytes(manifest + " "), reader);
        refuses("PUT", repository + "/manifests/" + digest, Served.bytes(manifest), reader);
        refuses("DELETE", repository + "/manifests/kept", none, reader);
        refuses("DELETE", repository + "/manifests/" + digest, none, reader);
        refuses("DELETE", repository + "/manifests/sha256%3A" + digest.hex(), none, reader);
        refuses("DELETE", repository + "/blobs/" + layer, none, reader);
        refuses("POST", repository + "/blobs/uploads/", none, reader);
        refuses("POST", repository + "/blobs/uploads", none, reader);
        refuses("POST", repository + "/blobs/uploads/?digest=" + Digest.sha256(NEW), NEW, reader);
      }
      assertUntouched(repository);
    }
  }

  @Test
  void no_way_of_writing_a_method_lets_a_reader_write() throws Exception {
    for (String method : METHODS) {
      for (String reader : READERS) {
        refuses(method, APP + "/manifests/kept", Served.bytes(manifest + " "), reader);
        refuses(method, APP + "/blobs/" + layer, new byte[0], reader);
        refuses(method, APP + "/blobs/uploads/?digest=" + Digest.sha256(NEW), NEW, reader);
        refuses(method, "/v2/deploy/viworks/app/manifests/kept", Served.bytes(manifest), reader);
        refuses(method, "/selfsame/v1/channel/production/viworks/app", NEW, reader);
      }
      assertUntouched(method);
    }
  }

  @Test
  void a_method_is_that_of_its_line_alone() throws Exception {
    for (String header : OVERRIDES) {
      byte[] none = new byte[0];
      String path = APP + "/manifests/kept";
      assertEquals(200, send("GET", path, none, DEV, header, "DELETE").statusCode());
      assertEquals(405, send("POST", path, none, DEV, header, "DELETE").statusCode());
      assertEquals(200, send("GET", path + "?_method=DELETE", none, DEV).statusCode());
      assertUntouched(header);
    }
  }

  @Test
  void a_scope_that_is_written_otherwise_is_for_nothing() throws Exception {
    for (String scope : SCOPES) {
      for (String who : List.of(CI, DEV, "")) {
        String token = token(who, scope);
        assertEquals(401, get(APP + "/blobs/" + layer, token).statusCode(), who);
        int pushed = pushing(APP, token, NEW).statusCode();
        assertTrue(Set.of(401, 403).contains(pushed), who + pushed);
      }
      assertUntouched(scope);
    }
  }

  @Test
  void a_token_has_no_more_than_its_user_whatever_was_asked_for() throws Exception {
    for (String reader : READERS) {
      String token =
          token(
              reader,
              "repository:staging/viworks/app:*",
              "repository:staging/viworks/app:pull,push,delete",
              "repository:staging/open/app:pull:staging/viworks/app:push",
              "repository:staging/open/app:pull%20repository:staging/viworks/app:push");
      refuses("PUT", APP + "/manifests/kept", Served.bytes(manifest + " "), token);
      refuses("DELETE", APP + "/manifests/kept", new byte[0], token);
      refuses("DELETE", APP + "/blobs/" + layer, new byte[0], token);
      refuses("POST", APP + "/blobs/uploads/?digest=" + Digest.sha256(NEW), NEW, token);
    }
    assertUntouched("tokens");
  }
}
