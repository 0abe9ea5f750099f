package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.bytes;
import static dev.selfsame.oci.http.Served.header;
import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** "Content Discovery". */
final class DistributionDiscoveryTest extends DistributionSpec {
  private List<String> tags(String query) throws Exception {
    HttpResponse<byte[]> got = served.get(REPO + "/tags/list" + query);
    assertEquals(200, got.statusCode(), text(got));
    assertEquals("staging/app", json(got).path("name").asText());
    List<String> tags = new ArrayList<>();
    json(got).path("tags").forEach(tag -> tags.add(tag.asText()));
    return tags;
  }

  @Test
  @Clause({"tags.200", "tags.body", "tags.n", "tags.n.zero", "tags.n.zero.link"})
  void tags_are_listed_in_order_with_n_and_exclusive_last() throws Exception {
    String image = served.image(REPO, "");
    for (String tag : List.of("c", "a", "B", "b", "a.1")) {
      served.put(REPO, tag, image);
    }
    // Byte by byte: the list of requirements says why.
    assertEquals(List.of("B", "a", "a.1", "b", "c"), tags(""));
    assertEquals(List.of("B", "a"), tags("?n=2"));
    assertEquals(List.of("a.1", "b", "c"), tags("?last=a"));
    assertEquals(List.of("a.1"), tags("?last=a&n=1"));
    assertEquals(List.of("b", "c"), tags("?last=absent"));
    assertEquals(List.of(), tags("?n=0"));
    assertEquals("(none)", header(served.get(REPO + "/tags/list?n=0"), "Link"));
    assertEquals("(none)", header(served.get(REPO + "/tags/list?n=5"), "Link"));
    refused(400, "PAGINATION_NUMBER_INVALID", served.get(REPO + "/tags/list?n=x"));
    refused(400, "PAGINATION_NUMBER_INVALID", served.get(REPO + "/tags/list?n=-1"));
  }

  @Test
  @Clause({"tags.n", "tags.link"})
  void a_link_leads_through_every_page() throws Exception {
    String image = served.image(REPO, "");
    for (int i = 0; i < 7; i++) {
      served.put(REPO, "t" + i, image);
    }
    List<String> seen = new ArrayList<>();
    String next = REPO + "/tags/list?n=3";
    while (!next.isEmpty()) {
      HttpResponse<byte[]> got = served.get(next);
      json(got).path("tags").forEach(tag -> seen.add(tag.asText()));
      next = next(got);
    }
    assertEquals(List.of("t0", "t1", "t2", "t3", "t4", "t5", "t6"), seen);
  }

  @Test
  void an_unknown_repository_is_404() throws Exception {
    refused(404, "NAME_UNKNOWN", served.get("/v2/staging/absent/tags/list"));
  }

  @Test
  void repositories_are_listed() throws Exception {
    served.push("/v2/staging/b", BLOB);
    served.push("/v2/staging/a", BLOB);
    assertEquals(
        "{\"repositories\":[\"staging/a\",\"staging/b\"]}", text(served.get("/v2/_catalog")));
    assertEquals(
        "{\"repositories\":[\"staging/b\"]}", text(served.get("/v2/_catalog?last=staging/a")));
  }

  @Test
  @Clause({
    "referrers.200",
    "referrers.no-404",
    "referrers.400",
    "referrers.index",
    "referrers.type",
    "referrers.none"
  })
  void referrers_of_anything_are_an_index() throws Exception {
    for (String place : List.of(REPO, "/v2/staging/absent")) {
      HttpResponse<byte[]> got = served.get(place + "/referrers/" + ABSENT);
      assertEquals(200, got.statusCode());
      assertEquals(MediaTypes.INDEX, header(got, "Content-Type"));
      assertEquals(0, json(got).path("manifests").size());
      assertEquals(2, json(got).path("schemaVersion").asInt());
    }
    refused(400, "DIGEST_INVALID", served.get(REPO + "/referrers/sha256:bad"));
  }

  @Test
  @Clause({
    "push.subject.absent",
    "put.subject",
    "referrers.200",
    "referrers.artifact-type",
    "referrers.config-type",
    "referrers.annotations",
    "referrers.filter",
    "referrers.filter.told",
    "enabling.after"
  })
  void what_refers_to_a_subject_is_listed_with_its_type_and_annotations() throws Exception {
    String subject =
        ",\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}"
            .formatted(MediaTypes.MANIFEST, ABSENT);
    String one =
        served.image(
            REPO, ",\"artifactType\":\"test/one\",\"annotations\":{\"k\":\"v\"}" + subject);
    String two = served.image(REPO, subject);
    HttpResponse<byte[]> put = served.put(REPO, Digest.sha256(bytes(one)).toString(), one);
    assertEquals(201, put.statusCode(), text(put));
    assertEquals(ABSENT, header(put, "OCI-Subject"));
    served.put(REPO, "two", two);

    HttpResponse<byte[]> all = served.get(REPO + "/referrers/" + ABSENT);
    assertEquals(2, json(all).path("manifests").size());
    assertEquals("(none)", header(all, "OCI-Filters-Applied"));
    HttpResponse<byte[]> some =
        served.get(REPO + "/referrers/" + ABSENT + "?artifactType=test%2Fone");
    assertEquals("artifactType", header(some, "OCI-Filters-Applied"));
    JsonNode found = json(some).path("manifests");
    assertEquals(1, found.size());
    assertEquals(MediaTypes.MANIFEST, found.at("/0/mediaType").asText());
    assertEquals(Digest.sha256(bytes(one)).toString(), found.at("/0/digest").asText());
    assertEquals(one.length(), found.at("/0/size").asInt());
    assertEquals("test/one", found.at("/0/artifactType").asText());
    assertEquals("v", found.at("/0/annotations/k").asText());
    // Without a type of its own it has its config's.
    HttpResponse<byte[]> config =
        served.get(
            REPO + "/referrers/" + ABSENT + "?artifactType=application/vnd.oci.empty.v1%2Bjson");
    JsonNode typeless = json(config).path("manifests").path(0);
    assertEquals(Digest.sha256(bytes(two)).toString(), typeless.path("digest").asText());
    assertEquals("application/vnd.oci.empty.v1+json", typeless.path("artifactType").asText());

    served.send("DELETE", REPO + "/manifests/" + Digest.sha256(bytes(one)));
    assertEquals(1, json(served.get(REPO + "/referrers/" + ABSENT)).path("manifests").size());
  }

  @Test
  @Clause({
    "put.subject",
    "referrers.artifact-type",
    "referrers.index-type",
    "referrers.annotations",
    "enabling.after"
  })
  void an_index_refers_to_a_subject_by_its_own_type_or_by_none() throws Exception {
    String image = pushImage("1.0", "");
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",%s\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}],\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}}";
    List<String> digests = new ArrayList<>();
    for (String type :
        List.of("\"artifactType\":\"test/index\",\"annotations\":{\"k\":\"v\"},", "")) {
      byte[] bytes =
          bytes(
              index.formatted(
                  MediaTypes.INDEX,
                  type,
                  MediaTypes.MANIFEST,
                  Digest.sha256(bytes(image)),
                  image.length(),
                  MediaTypes.MANIFEST,
                  ABSENT));
      String digest = Digest.sha256(bytes).toString();
      HttpResponse<byte[]> put =
          served.send(
              "PUT", REPO + "/manifests/" + digest, bytes, "Content-Type", MediaTypes.INDEX);
      assertEquals(201, put.statusCode(), text(put));
      assertEquals(ABSENT, header(put, "OCI-Subject"));
      digests.add(digest);
    }
    String place = REPO + "/referrers/" + ABSENT;
    JsonNode typed = json(served.get(place + "?artifactType=test%2Findex")).path("manifests");
    assertEquals(1, typed.size(), typed.toString());
    assertEquals(digests.getFirst(), typed.at("/0/digest").asText());
    assertEquals(MediaTypes.INDEX, typed.at("/0/mediaType").asText());
    assertEquals("test/index", typed.at("/0/artifactType").asText());
    assertEquals("v", typed.at("/0/annotations/k").asText());
    // An index has no config to take a type from.
    JsonNode all = json(served.get(place)).path("manifests");
    assertEquals(2, all.size(), all.toString());
    for (JsonNode one : all) {
      boolean first = one.path("digest").asText().equals(digests.getFirst());
      assertEquals(first, one.has("artifactType"), one.toString());
    }
  }
}
