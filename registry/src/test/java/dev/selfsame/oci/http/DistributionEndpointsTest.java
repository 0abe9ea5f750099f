package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.bytes;
import static dev.selfsame.oci.http.Served.header;
import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.oci.OciError;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** "Endpoints" and "Error Codes". */
final class DistributionEndpointsTest extends DistributionSpec {
  private static final Set<String> CODES =
      Set.of(
          "BLOB_UNKNOWN",
          "BLOB_UPLOAD_INVALID",
          "BLOB_UPLOAD_UNKNOWN",
          "DIGEST_INVALID",
          "MANIFEST_BLOB_UNKNOWN",
          "MANIFEST_INVALID",
          "MANIFEST_UNKNOWN",
          "NAME_INVALID",
          "NAME_UNKNOWN",
          "SIZE_INVALID",
          "UNAUTHORIZED",
          "DENIED",
          "UNSUPPORTED",
          "TOOMANYREQUESTS");

  /** Sends a request that is to succeed, and gives the Location of the answer. */
  private String done(int status, String method, String path, byte[] body) throws Exception {
    HttpResponse<byte[]> answer = served.send(method, path, body);
    assertEquals(status, answer.statusCode(), method + " " + path + " " + text(answer));
    return header(answer, "Location");
  }

  private String done(int status, String method, String path) throws Exception {
    return done(status, method, path, new byte[0]);
  }

  @Test
  @Clause({"conformance.pull", "conformance.others", "conformance.claimed"})
  void each_endpoint_of_the_table_succeeds_with_its_status() throws Exception {
    done(200, "GET", "/v2/"); // end-1

    String upload = done(202, "POST", REPO + "/blobs/uploads/"); // end-4a
    upload = done(202, "PATCH", upload, Arrays.copyOf(BLOB, 1000)); // end-5
    upload = done(204, "GET", upload); // end-13
    byte[] rest = Arrays.copyOfRange(BLOB, 1000, BLOB.length);
    done(201, "PUT", upload + "?digest=" + BLOB_DIGEST, rest); // end-6
    byte[] other = bytes("other");
    Digest otherDigest = Digest.sha256(other);
    done(201, "POST", "/v2/staging/other/blobs/uploads/?digest=" + otherDigest, other); // end-4b
    String mount = "/blobs/uploads/?mount=" + otherDigest + "&from=staging/other";
    done(201, "POST", REPO + mount); // end-11
    String image = served.image(REPO, "", BLOB_DIGEST, otherDigest);
    assertEquals(201, served.put(REPO, "1.0", image).statusCode()); // end-7

    String digest = Digest.sha256(bytes(image)).toString();
    for (String method : List.of("GET", "HEAD")) {
      done(200, method, REPO + "/blobs/" + BLOB_DIGEST); // end-2
      done(200, method, REPO + "/blobs/" + otherDigest);
      done(200, method, REPO + "/manifests/1.0"); // end-3
      done(200, method, REPO + "/manifests/" + digest);
    }
    done(200, "GET", REPO + "/tags/list"); // end-8a
    done(200, "GET", REPO + "/tags/list?n=1&last=0.9"); // end-8b
    done(200, "GET", REPO + "/referrers/" + digest); // end-12a
    done(200, "GET", REPO + "/referrers/" + digest + "?artifactType=a/b"); // end-12b

    done(202, "DELETE", REPO + "/manifests/1.0"); // end-9
    done(202, "DELETE", REPO + "/manifests/" + digest);
    done(202, "DELETE", REPO + "/blobs/" + BLOB_DIGEST); // end-10
  }

  @Test
  @Clause({"errors.format", "errors.code.form", "errors.message"})
  void a_refusal_is_a_list_of_errors_with_a_code_and_a_text() throws Exception {
    String tooMuch = served.image(REPO, ",\"annotations\":{\"a\":\"" + "x".repeat(5 << 20) + "\"}");
    for (HttpResponse<byte[]> refusal :
        List.of(
            served.get("/v3/"),
            served.get("/v2/staging/UPPER/tags/list"),
            served.get("/v2/staging/absent/tags/list"),
            served.get(REPO + "/tags/list?n=x"),
            served.get(REPO + "/manifests/absent"),
            served.get(REPO + "/blobs/" + ABSENT),
            served.get(REPO + "/blobs/uploads/absent"),
            served.get(REPO + "/referrers/sha256:bad"),
            served.put(REPO, "1.0", "{}"),
            served.put(REPO, "1.0", tooMuch),
            served.put(REPO, "1.0", served.image(REPO, "", Digest.parse(ABSENT))),
            served.put("/v2/deploy/app", "1.0", "{}"),
            served.send("DELETE", "/v2/"))) {
      String told = refusal + text(refusal);
      assertEquals(4, refusal.statusCode() / 100, told);
      assertEquals("application/json", header(refusal, "Content-Type"), told);
      JsonNode errors = json(refusal).path("errors");
      assertTrue(json(refusal).size() == 1 && errors.isArray() && errors.size() > 0, told);
      for (JsonNode error : errors) {
        assertTrue(error.path("code").asText().matches("[A-Z_]+"), told);
        JsonNode message = error.path("message");
        assertTrue(message.isTextual() && !message.asText().isBlank(), told);
        assertEquals(2, error.size(), told);
      }
    }
  }

  @Test
  void codes_are_of_the_list_but_for_dockers_and_those_of_places_beside_the_specification() {
    Set<String> others = new TreeSet<>();
    for (OciError.Code code : OciError.Code.values()) {
      if (code.status() / 100 == 4 && !CODES.contains(code.word())) {
        others.add(code.word());
      }
    }
    Set<String> dockers = Set.of("PAGINATION_NUMBER_INVALID", "RANGE_INVALID", "TAG_INVALID");
    Set<String> beside = Set.of("CONFLICT", "EVIDENCE_INVALID");
    Set<String> known = new TreeSet<>(dockers);
    known.addAll(beside);
    assertEquals(known, others);
  }
}
