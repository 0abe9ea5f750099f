package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and places that are none. */
final class DistributionPlacesTest extends DistributionSpec {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/staging/UPPER/tags/list",
        "/v2/staging/../etc/tags/list",
        "/v2/staging//x/tags/list",
        "/v2/staging/a%2fb/tags/list",
        "/v2/staging/-a/manifests/latest",
        "/v2/staging/a-/tags/list",
        "/v2/staging/a..b/tags/list",
        "/v2/staging/a___b/tags/list",
        "/v2/staging/a._b/tags/list",
      })
  @Clause("pull.name")
  void a_name_that_is_none_is_400(String place) throws Exception {
    refused(400, "NAME_INVALID", served.get(place));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.b", "a_b", "a__b", "a-b", "a---b", "0/9", "a.b_c__d-e/f"})
  @Clause("pull.name")
  void a_name_has_separators_between_its_words(String name) throws Exception {
    String repo = "/v2/staging/" + name;
    served.push(repo, BLOB);
    assertEquals(200, served.get(repo + "/blobs/" + BLOB_DIGEST).statusCode());
  }

  @Test
  void a_name_may_look_like_a_part_of_the_api() throws Exception {
    String repo = "/v2/staging/blobs/manifests/tags/referrers";
    served.push(repo, BLOB);
    String image = served.image(repo, "", BLOB_DIGEST);
    assertEquals(201, served.put(repo, "list", image).statusCode());
    assertEquals(200, served.get(repo + "/manifests/list").statusCode());
    assertEquals(
        "{\"name\":\"staging/blobs/manifests/tags/referrers\",\"tags\":[\"list\"]}",
        text(served.get(repo + "/tags/list")));
  }

  @Test
  void pushes_go_to_staging_alone() throws Exception {
    for (String name : List.of("app", "library/app", "deploy/app")) {
      refused(403, "DENIED", served.send("POST", "/v2/" + name + "/blobs/uploads/"));
      refused(403, "DENIED", served.put("/v2/" + name, "1", "{}"));
      refused(403, "DENIED", served.send("DELETE", "/v2/" + name + "/manifests/1"));
      refused(403, "DENIED", served.send("DELETE", "/v2/" + name + "/blobs/" + ABSENT));
    }
  }

  @Test
  void a_digests_colon_may_be_escaped() throws Exception {
    served.push(REPO, BLOB);
    assertEquals(
        200,
        served.get(REPO + "/blobs/" + BLOB_DIGEST.toString().replace(":", "%3a")).statusCode());
  }
}
