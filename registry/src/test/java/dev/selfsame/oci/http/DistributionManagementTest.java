package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.digest.Digest;
import org.junit.jupiter.api.Test;

/** "Content Management". */
final class DistributionManagementTest extends DistributionSpec {
  @Test
  void a_tag_is_deleted_and_the_manifest_stays() throws Exception {
    String image = pushImage("1.0", "");
    served.put(REPO, "1.1", image);
    assertEquals(202, served.send("DELETE", REPO + "/manifests/1.0").statusCode());
    assertEquals(404, served.get(REPO + "/manifests/1.0").statusCode());
    assertEquals(200, served.get(REPO + "/manifests/1.1").statusCode());
    refused(404, "MANIFEST_UNKNOWN", served.send("DELETE", REPO + "/manifests/1.0"));
  }

  @Test
  void a_manifest_is_deleted_with_its_tags() throws Exception {
    String image = pushImage("1.0", "");
    String place = REPO + "/manifests/" + Digest.sha256(bytes(image));
    assertEquals(202, served.send("DELETE", place).statusCode());
    assertEquals(404, served.get(place).statusCode());
    assertEquals(404, served.get(REPO + "/manifests/1.0").statusCode());
    refused(404, "MANIFEST_UNKNOWN", served.send("DELETE", place));
  }

  @Test
  void a_blob_is_deleted_from_its_repository_alone() throws Exception {
    served.push(REPO, BLOB);
    served.push("/v2/staging/other", BLOB);
    String place = REPO + "/blobs/" + BLOB_DIGEST;
    assertEquals(202, served.send("DELETE", place).statusCode());
    assertEquals(404, served.get(place).statusCode());
    refused(404, "BLOB_UNKNOWN", served.send("DELETE", place));
    assertEquals(200, served.get("/v2/staging/other/blobs/" + BLOB_DIGEST).statusCode());
    served.push(REPO, BLOB);
    assertEquals(200, served.get(place).statusCode());
  }
}
