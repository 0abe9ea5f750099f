package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** "Listing Referrers": pages. */
final class DistributionReferrersPagesTest extends DistributionSpec {
  private List<String> all(String query) throws Exception {
    List<String> seen = new ArrayList<>();
    String next = REPO + "/referrers/" + ABSENT + query;
    while (!next.isEmpty()) {
      HttpResponse<byte[]> got = served.get(next);
      assertTrue(got.body().length < 12 << 20, "a page of " + got.body().length);
      json(got).path("manifests").forEach(one -> seen.add(one.path("digest").asText()));
      next = next(got);
    }
    return seen;
  }

  private List<String> push(int count, int annotation) throws Exception {
    List<String> digests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String image =
          served.image(
              REPO,
              ",\"artifactType\":\"test/%d+x\",\"annotations\":{\"a\":\"%s\"},\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}"
                  .formatted(i % 2, "x".repeat(annotation) + i, MediaTypes.MANIFEST, ABSENT));
      assertEquals(201, served.put(REPO, "r" + i, image).statusCode());
      digests.add(Digest.sha256(bytes(image)).toString());
    }
    digests.sort(null);
    return digests;
  }

  @Test
  @Clause({"referrers.link", "referrers.link.form"})
  void a_link_leads_through_every_page_and_keeps_the_filter() throws Exception {
    List<String> pushed = push(7, 1);
    assertEquals(pushed, all("?n=3"));
    assertEquals(pushed, all("?n=7"));
    assertEquals(4, all("?n=1&artifactType=test%2F0%2Bx").size());
  }

  @Test
  @Clause("referrers.link")
  void long_annotations_make_short_pages() throws Exception {
    assertEquals(push(6, 3 << 20), all(""));
  }
}
