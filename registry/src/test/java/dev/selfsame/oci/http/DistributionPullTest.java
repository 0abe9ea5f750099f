package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.bytes;
import static dev.selfsame.oci.http.Served.header;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Pull". */
final class DistributionPullTest extends DistributionSpec {
  @Test
  void determining_support_is_a_200_at_v2() throws Exception {
    assertEquals(200, served.get("/v2/").statusCode());
    assertEquals(404, served.get("/v3/").statusCode());
    assertEquals(405, served.send("DELETE", "/v2/").statusCode());
  }

  @Test
  @Clause({
    "pull.manifest.bytes",
    "pull.manifest.200",
    "pull.manifest.type",
    "pull.manifest.type.bare",
    "pull.manifest.digest",
    "head.200",
    "head.digest",
    "head.length"
  })
  void a_manifest_comes_by_tag_and_digest_with_its_type_length_and_digest() throws Exception {
    String image = pushImage("1.0", "");
    Digest digest = Digest.sha256(bytes(image));
    for (String reference : List.of("1.0", digest.toString())) {
      HttpResponse<byte[]> got = served.get(REPO + "/manifests/" + reference);
      assertEquals(200, got.statusCode());
      assertArrayEquals(bytes(image), got.body());
      assertEquals(MediaTypes.MANIFEST, header(got, "Content-Type"));
      assertEquals(digest.toString(), header(got, "Docker-Content-Digest"));

      HttpResponse<byte[]> head = served.send("HEAD", REPO + "/manifests/" + reference);
      assertEquals(200, head.statusCode());
      assertEquals("" + image.length(), header(head, "Content-Length"));
      assertEquals(digest.toString(), header(head, "Docker-Content-Digest"));
      assertEquals(0, head.body().length);
    }
  }

  @Test
  void a_manifest_is_served_as_what_it_is_whatever_is_accepted() throws Exception {
    pushImage("1.0", "");
    HttpResponse<byte[]> got =
        served.get(REPO + "/manifests/1.0", "Accept", "application/vnd.oci.image.index.v1+json");
    assertEquals(200, got.statusCode());
    assertEquals(MediaTypes.MANIFEST, header(got, "Content-Type"));
  }

  @Test
  @Clause({"pull.manifest.404", "head.404"})
  void a_manifest_that_is_not_there_is_404() throws Exception {
    for (String method : List.of("GET", "HEAD")) {
      for (String reference : List.of("absent", ABSENT)) {
        assertEquals(
            404, served.send(method, REPO + "/manifests/" + reference).statusCode(), reference);
      }
    }
    refused(404, "MANIFEST_UNKNOWN", served.get(REPO + "/manifests/absent"));
  }

  @Test
  @Clause({
    "pull.blob.bytes",
    "pull.blob.200",
    "pull.blob.digest",
    "pull.blob.digest.matches",
    "head.200",
    "head.digest",
    "head.length"
  })
  void a_blob_comes_with_its_length_and_digest() throws Exception {
    served.push(REPO, BLOB);
    HttpResponse<byte[]> got = served.get(REPO + "/blobs/" + BLOB_DIGEST);
    assertEquals(200, got.statusCode());
    assertArrayEquals(BLOB, got.body());
    assertEquals(BLOB_DIGEST.toString(), header(got, "Docker-Content-Digest"));

    HttpResponse<byte[]> head = served.send("HEAD", REPO + "/blobs/" + BLOB_DIGEST);
    assertEquals(200, head.statusCode());
    assertEquals("2000", header(head, "Content-Length"));
    assertEquals(BLOB_DIGEST.toString(), header(head, "Docker-Content-Digest"));
    assertEquals(0, head.body().length);
  }

  @Test
  @Clause({"put.no-repository", "pull.manifest.404", "pull.blob.404"})
  void in_a_repository_that_is_not_there_is_nothing_to_pull() throws Exception {
    pushImage("1.0", "");
    String absent = "/v2/staging/absent";
    refused(404, "MANIFEST_UNKNOWN", served.get(absent + "/manifests/1.0"));
    refused(404, "MANIFEST_UNKNOWN", served.get(absent + "/manifests/" + ABSENT));
    refused(404, "BLOB_UNKNOWN", served.get(absent + "/blobs/" + BLOB_DIGEST));
  }

  @Test
  @Clause({"pull.blob.404", "head.404"})
  void a_blob_that_is_not_there_is_404() throws Exception {
    refused(404, "BLOB_UNKNOWN", served.get(REPO + "/blobs/" + ABSENT));
    assertEquals(404, served.send("HEAD", REPO + "/blobs/" + ABSENT).statusCode());
  }

  @Test
  @Clause("pull.blob.404")
  void a_blob_is_not_read_through_a_repository_that_it_was_not_pushed_to() throws Exception {
    served.push(REPO, BLOB);
    refused(404, "BLOB_UNKNOWN", served.get("/v2/staging/other/blobs/" + BLOB_DIGEST));
  }

  @Test
  @Clause("pull.blob.range")
  void a_part_of_a_blob_is_206_with_its_place() throws Exception {
    served.push(REPO, BLOB);
    String place = REPO + "/blobs/" + BLOB_DIGEST;
    for (String[] range :
        new String[][] {
          {"bytes=500-1499", "500", "1499"},
          {"bytes=500-", "500", "1999"},
          {"bytes=-500", "1500", "1999"},
          {"bytes=1990-5000", "1990", "1999"},
          {"bytes=0-0", "0", "0"}
        }) {
      HttpResponse<byte[]> got = served.get(place, "Range", range[0]);
      int from = Integer.parseInt(range[1]);
      int to = Integer.parseInt(range[2]);
      assertEquals(206, got.statusCode(), range[0]);
      assertEquals("bytes %d-%d/2000".formatted(from, to), header(got, "Content-Range"));
      assertArrayEquals(Arrays.copyOfRange(BLOB, from, to + 1), got.body());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=500-0", "bytes=5000-10000", "bytes=2000-", "bytes=-0"})
  @Clause("pull.blob.range")
  void a_part_that_is_not_there_is_416(String range) throws Exception {
    served.push(REPO, BLOB);
    HttpResponse<byte[]> got = served.get(REPO + "/blobs/" + BLOB_DIGEST, "Range", range);
    refused(416, "RANGE_INVALID", got);
    assertEquals("bytes */2000", header(got, "Content-Range"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-1,5-6", "lines=0-1", "bytes=a-b", "bytes=-"})
  @Clause("pull.blob.range")
  void a_range_that_is_not_understood_gets_the_whole(String range) throws Exception {
    served.push(REPO, BLOB);
    HttpResponse<byte[]> got = served.get(REPO + "/blobs/" + BLOB_DIGEST, "Range", range);
    assertEquals(200, got.statusCode());
    assertArrayEquals(BLOB, got.body());
  }

  @Test
  void what_the_client_has_is_304() throws Exception {
    pushImage("1.0", "");
    for (String place : List.of("/manifests/1.0", "/blobs/" + BLOB_DIGEST)) {
      String tag = header(served.get(REPO + place), "ETag");
      HttpResponse<byte[]> again = served.get(REPO + place, "If-None-Match", tag);
      assertEquals(304, again.statusCode());
      assertEquals(0, again.body().length);
      assertEquals(200, served.get(REPO + place, "If-None-Match", "\"x\"").statusCode());
      for (String others : List.of("*", "W/" + tag, "\"x\", " + tag, "\"x\",W/\"y\" , " + tag)) {
        assertEquals(304, served.get(REPO + place, "If-None-Match", others).statusCode(), others);
      }
      assertEquals(200, served.get(REPO + place, "If-None-Match", "W/\"x\", \"y\"").statusCode());
    }
  }

  @Test
  @Clause("pull.blob.range")
  void a_part_is_sent_to_whoever_has_parts_of_the_same() throws Exception {
    served.push(REPO, BLOB);
    String place = REPO + "/blobs/" + BLOB_DIGEST;
    String tag = header(served.get(place), "ETag");
    int[] wanted = {206, 200, 200, 200};
    List<String> has = List.of(tag, "\"x\"", "W/" + tag, "Mon, 23 Nov 2026 12:00:00 GMT");
    for (int i = 0; i < wanted.length; i++) {
      HttpResponse<byte[]> got = served.get(place, "Range", "bytes=5-9", "If-Range", has.get(i));
      assertEquals(wanted[i], got.statusCode(), has.get(i));
    }
  }
}
