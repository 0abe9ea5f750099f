package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.digest.Digest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** "Content Management". */
final class DistributionManagementTest extends DistributionSpec {
  @Test
  @Clause("delete.tag.202")
  void a_tag_is_deleted_and_the_manifest_stays() throws Exception {
    String image = pushImage("1.0", "");
    served.put(REPO, "1.1", image);
    assertEquals(202, served.send("DELETE", REPO + "/manifests/1.0").statusCode());
    assertEquals(404, served.get(REPO + "/manifests/1.0").statusCode());
    assertEquals(200, served.get(REPO + "/manifests/1.1").statusCode());
    refused(404, "MANIFEST_UNKNOWN", served.send("DELETE", REPO + "/manifests/1.0"));
  }

  @Test
  @Clause("delete.manifest.202")
  void a_manifest_is_deleted_with_its_tags() throws Exception {
    String image = pushImage("1.0", "");
    String place = REPO + "/manifests/" + Digest.sha256(bytes(image));
    assertEquals(202, served.send("DELETE", place).statusCode());
    assertEquals(404, served.get(place).statusCode());
    assertEquals(404, served.get(REPO + "/manifests/1.0").statusCode());
    refused(404, "MANIFEST_UNKNOWN", served.send("DELETE", place));
  }

  @Test
  @Clause({"delete.manifest.404", "delete.blob.404"})
  void in_a_repository_that_is_not_there_nothing_is_deleted() throws Exception {
    String absent = "/v2/staging/absent";
    String digest = Digest.sha256(bytes(pushImage("1.0", ""))).toString();
    for (String reference : List.of(digest, "1.0")) {
      refused(404, "MANIFEST_UNKNOWN", served.send("DELETE", absent + "/manifests/" + reference));
    }
    refused(404, "BLOB_UNKNOWN", served.send("DELETE", absent + "/blobs/" + BLOB_DIGEST));
    assertEquals(200, served.get(REPO + "/manifests/1.0").statusCode());
  }

  @Test
  @Clause({"delete.blob.202", "delete.blob.404"})
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
