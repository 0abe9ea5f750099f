package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.bytes;
import static dev.selfsame.oci.http.Served.header;
import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the OCI Distribution Specification 1.1 demands, by its sections. */
final class DistributionSpecTest {
  private static final byte[] BLOB = bytes("0123456789".repeat(200));
  private static final Digest BLOB_DIGEST = Digest.sha256(BLOB);
  private static final String ABSENT = "sha256:" + "0".repeat(64);

  @TempDir private Path folder;
  private Served served;

  @BeforeEach
  void start() {
    served = Served.at(folder.resolve("registry"));
  }

  @AfterEach
  void stop() {
    served.close();
  }

  private static JsonNode json(HttpResponse<byte[]> answer) throws Exception {
    return new ObjectMapper().readTree(answer.body());
  }

  private static void refused(int status, String code, HttpResponse<byte[]> answer)
      throws Exception {
    assertEquals(status, answer.statusCode(), text(answer));
    assertEquals("application/json", header(answer, "Content-Type"));
    assertEquals(code, json(answer).at("/errors/0/code").asText());
    assertFalse(json(answer).at("/errors/0/message").asText().isEmpty());
  }

  private String pushImage(String tag, String more) throws Exception {
    String image = served.image(REPO, more, served.push(REPO, BLOB));
    HttpResponse<byte[]> put = served.put(REPO, tag, image);
    assertEquals(201, put.statusCode(), text(put));
    return image;
  }

  @Test
  void determining_support_is_a_200_at_v2() throws Exception {
    assertEquals(200, served.get("/v2/").statusCode());
    assertEquals(404, served.get("/v3/").statusCode());
    assertEquals(405, served.send("DELETE", "/v2/").statusCode());
  }

  /** "Pull". */
  @Nested
  final class Pull {
    @Test
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
    void a_blob_comes_with_its_length_and_digest() throws Exception {
      served.push(REPO, BLOB);
      HttpResponse<byte[]> got = served.get(REPO + "/blobs/" + BLOB_DIGEST);
      assertEquals(200, got.statusCode());
      assertArrayEquals(BLOB, got.body());
      assertEquals(BLOB_DIGEST.toString(), header(got, "Docker-Content-Digest"));

      HttpResponse<byte[]> head = served.send("HEAD", REPO + "/blobs/" + BLOB_DIGEST);
      assertEquals(200, head.statusCode());
      assertEquals("2000", header(head, "Content-Length"));
      assertEquals(0, head.body().length);
    }

    @Test
    void a_blob_that_is_not_there_is_404() throws Exception {
      refused(404, "BLOB_UNKNOWN", served.get(REPO + "/blobs/" + ABSENT));
      assertEquals(404, served.send("HEAD", REPO + "/blobs/" + ABSENT).statusCode());
    }

    @Test
    void a_blob_is_not_read_through_a_repository_that_it_was_not_pushed_to() throws Exception {
      served.push(REPO, BLOB);
      refused(404, "BLOB_UNKNOWN", served.get("/v2/staging/other/blobs/" + BLOB_DIGEST));
    }

    @Test
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
    void a_part_that_is_not_there_is_416(String range) throws Exception {
      served.push(REPO, BLOB);
      HttpResponse<byte[]> got = served.get(REPO + "/blobs/" + BLOB_DIGEST, "Range", range);
      refused(416, "RANGE_INVALID", got);
      assertEquals("bytes */2000", header(got, "Content-Range"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,5-6", "lines=0-1", "bytes=a-b", "bytes=-"})
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
      }
    }
  }

  /** "Push": blobs. */
  @Nested
  final class PushBlob {
    private void stands(HttpResponse<byte[]> created, Digest digest, byte[] content)
        throws Exception {
      assertEquals(201, created.statusCode(), text(created));
      assertEquals(digest.toString(), header(created, "Docker-Content-Digest"));
      HttpResponse<byte[]> got = served.get(header(created, "Location"));
      assertEquals(200, got.statusCode());
      assertArrayEquals(content, got.body());
    }

    @Test
    void post_then_put() throws Exception {
      HttpResponse<byte[]> post = served.send("POST", REPO + "/blobs/uploads/");
      assertEquals(202, post.statusCode());
      String place = header(post, "Location") + "?digest=" + BLOB_DIGEST;
      stands(served.send("PUT", place, BLOB), BLOB_DIGEST, BLOB);
    }

    @Test
    void a_single_post() throws Exception {
      stands(
          served.send("POST", REPO + "/blobs/uploads/?digest=" + BLOB_DIGEST, BLOB),
          BLOB_DIGEST,
          BLOB);
    }

    @Test
    void by_sha512_and_empty() throws Exception {
      Digest digest = Served.sha512(BLOB);
      stands(served.send("PUT", served.begin() + "?digest=" + digest, BLOB), digest, BLOB);
      Digest none = Digest.sha256(new byte[0]);
      stands(served.send("PUT", served.begin() + "?digest=" + none), none, new byte[0]);
    }

    @Test
    void streamed_in_one_patch() throws Exception {
      HttpResponse<byte[]> patch = served.send("PATCH", served.begin(), BLOB);
      assertEquals(202, patch.statusCode());
      assertEquals("0-1999", header(patch, "Range"));
      String place = header(patch, "Location") + "?digest=" + BLOB_DIGEST;
      stands(served.send("PUT", place), BLOB_DIGEST, BLOB);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void in_chunks_in_order(boolean lastWithPut) throws Exception {
      String place = served.begin();
      int[] ends = {700, 1400, 2000};
      int from = 0;
      HttpResponse<byte[]> put = null;
      for (int to : ends) {
        boolean last = to == 2000 && lastWithPut;
        byte[] chunk = Arrays.copyOfRange(BLOB, from, to);
        HttpResponse<byte[]> sent =
            served.send(
                last ? "PUT" : "PATCH",
                last ? place + "?digest=" + BLOB_DIGEST : place,
                chunk,
                "Content-Range",
                "%d-%d".formatted(from, to - 1),
                "Content-Type",
                "application/octet-stream");
        if (last) {
          put = sent;
        } else {
          assertEquals(202, sent.statusCode());
          assertEquals("0-" + (to - 1), header(sent, "Range"));
          place = header(sent, "Location");
        }
        from = to;
      }
      stands(
          put == null ? served.send("PUT", place + "?digest=" + BLOB_DIGEST) : put,
          BLOB_DIGEST,
          BLOB);
    }

    @Test
    void a_chunk_out_of_order_is_416_and_the_upload_goes_on() throws Exception {
      String place = served.begin();
      byte[] first = Arrays.copyOf(BLOB, 1000);
      served.send("PATCH", place, first, "Content-Range", "0-999");
      for (String range : List.of("0-999", "1500-2499")) {
        HttpResponse<byte[]> wrong = served.send("PATCH", place, first, "Content-Range", range);
        refused(416, "RANGE_INVALID", wrong);
        assertEquals(place, header(wrong, "Location"));
      }
      HttpResponse<byte[]> status = served.get(place);
      assertEquals(204, status.statusCode());
      assertEquals("0-999", header(status, "Range"));
      byte[] rest = Arrays.copyOfRange(BLOB, 1000, 2000);
      stands(
          served.send("PUT", place + "?digest=" + BLOB_DIGEST, rest, "Content-Range", "1000-1999"),
          BLOB_DIGEST,
          BLOB);
    }

    @Test
    void an_upload_goes_on_after_the_server_was_started_again() throws Exception {
      String place = served.begin();
      served.send("PATCH", place, Arrays.copyOf(BLOB, 1000), "Content-Range", "0-999");
      served.close();
      served = Served.at(folder.resolve("registry"));
      assertEquals("0-999", header(served.get(place), "Range"));
      byte[] rest = Arrays.copyOfRange(BLOB, 1000, 2000);
      served.send("PATCH", place, rest, "Content-Range", "1000-1999");
      stands(served.send("PUT", place + "?digest=" + BLOB_DIGEST), BLOB_DIGEST, BLOB);
    }

    @Test
    void other_bytes_than_announced_are_400_and_nothing_is_kept() throws Exception {
      Digest other = Digest.sha256(bytes("other"));
      String place = served.begin();
      refused(400, "DIGEST_INVALID", served.send("PUT", place + "?digest=" + other, BLOB));
      assertEquals(404, served.get(REPO + "/blobs/" + other).statusCode());
      refused(404, "BLOB_UPLOAD_UNKNOWN", served.get(place));
      refused(
          400,
          "DIGEST_INVALID",
          served.send("POST", REPO + "/blobs/uploads/?digest=" + other, BLOB));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:abc", "md5:00", "nothing", "sha256:", "SHA256:aa", ""})
    void a_digest_that_is_none_is_400(String digest) throws Exception {
      refused(
          400, "DIGEST_INVALID", served.send("PUT", served.begin() + "?digest=" + digest, BLOB));
    }

    @Test
    void an_upload_can_be_cancelled() throws Exception {
      String place = served.begin();
      assertEquals(204, served.send("DELETE", place).statusCode());
      refused(404, "BLOB_UPLOAD_UNKNOWN", served.send("PATCH", place, BLOB));
      refused(404, "BLOB_UPLOAD_UNKNOWN", served.send("DELETE", place));
      refused(404, "BLOB_UPLOAD_UNKNOWN", served.get(REPO + "/blobs/uploads/..%2f..%2fblobs"));
    }

    @Test
    void a_blob_is_mounted_from_another_repository() throws Exception {
      served.push("/v2/staging/source", BLOB);
      String there = REPO + "/blobs/uploads/?mount=" + BLOB_DIGEST;
      stands(served.send("POST", there + "&from=staging/source"), BLOB_DIGEST, BLOB);
      stands(
          served.send("POST", "/v2/staging/third/blobs/uploads/?mount=" + BLOB_DIGEST),
          BLOB_DIGEST,
          BLOB);
    }

    @ParameterizedTest
    @ValueSource(strings = {"staging/empty", "NOT A NAME", ""})
    void a_mount_that_cannot_be_begins_an_upload(String from) throws Exception {
      served.push("/v2/staging/source", BLOB);
      HttpResponse<byte[]> answer =
          served.send(
              "POST",
              REPO + "/blobs/uploads/?mount=" + BLOB_DIGEST + "&from=" + from.replace(" ", "%20"));
      assertEquals(202, answer.statusCode());
      stands(
          served.send("PUT", header(answer, "Location") + "?digest=" + BLOB_DIGEST, BLOB),
          BLOB_DIGEST,
          BLOB);
    }
  }

  /** "Push": manifests. */
  @Nested
  final class PushManifest {
    @Test
    void bytes_are_kept_exactly() throws Exception {
      String spaced = served.image(REPO, ",  \"annotations\" : { \"b\":\"2\", \"a\":\"ü\" } ");
      HttpResponse<byte[]> put = served.put(REPO, "spaced", spaced);
      assertEquals(201, put.statusCode(), text(put));
      Digest digest = Digest.sha256(bytes(spaced));
      assertEquals(digest.toString(), header(put, "Docker-Content-Digest"));
      assertArrayEquals(bytes(spaced), served.get(header(put, "Location")).body());
    }

    @Test
    void by_digest_of_either_algorithm_and_with_tags() throws Exception {
      String image = served.image(REPO, "");
      Digest digest = Served.sha512(bytes(image));
      HttpResponse<byte[]> put = served.put(REPO, digest + "?tag=a&tag=b", image);
      assertEquals(201, put.statusCode(), text(put));
      assertEquals(digest.toString(), header(put, "Docker-Content-Digest"));
      assertEquals(List.of("a", "b"), put.headers().allValues("OCI-Tag"));
      for (String reference : List.of("a", "b", digest.toString())) {
        HttpResponse<byte[]> got = served.get(REPO + "/manifests/" + reference);
        assertArrayEquals(bytes(image), got.body());
        assertEquals(digest.toString(), header(got, "Docker-Content-Digest"));
      }
    }

    @Test
    void of_another_digest_are_400() throws Exception {
      String image = served.image(REPO, "");
      refused(400, "DIGEST_INVALID", served.put(REPO, ABSENT, image));
      refused(400, "DIGEST_INVALID", served.put(REPO, "sha256:bad", image));
    }

    @Test
    void an_index_lists_what_is_there() throws Exception {
      String image = pushImage("1.0", "");
      String index =
          "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}]}"
              .formatted(
                  MediaTypes.INDEX,
                  MediaTypes.MANIFEST,
                  Digest.sha256(bytes(image)),
                  image.length());
      HttpResponse<byte[]> put =
          served.send(
              "PUT", REPO + "/manifests/all", bytes(index), "Content-Type", MediaTypes.INDEX);
      assertEquals(201, put.statusCode(), text(put));
      assertEquals(MediaTypes.INDEX, header(served.get(REPO + "/manifests/all"), "Content-Type"));
    }

    @Test
    void that_name_what_is_not_there_are_refused() throws Exception {
      String image = served.image(REPO, "", Digest.parse(ABSENT));
      refused(400, "MANIFEST_BLOB_UNKNOWN", served.put(REPO, "1.0", image));
      assertEquals(404, served.get(REPO + "/manifests/1.0").statusCode());
    }

    @Test
    void a_layer_that_is_kept_elsewhere_need_not_be_there() throws Exception {
      String foreign =
          served
              .image(REPO, "", Digest.parse(ABSENT))
              .replace(
                  "application/octet-stream",
                  "application/vnd.oci.image.layer.nondistributable.v1.tar");
      assertEquals(201, served.put(REPO, "foreign", foreign).statusCode());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "not json",
          "[]",
          "{}",
          "{\"schemaVersion\":2}",
          "{\"schemaVersion\":1,\"config\":{}}",
          "{\"schemaVersion\":2,\"config\":{\"digest\":\"md5:0\"}}",
          "{\"schemaVersion\":2,\"config\":7,\"layers\":{}}",
          "{\"schemaVersion\":2,\"schemaVersion\":2}",
          "{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"schemaVersion\":2}",
        })
    void malformed_ones_are_400(String manifest) throws Exception {
      refused(400, "MANIFEST_INVALID", served.put(REPO, "bad", manifest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "[\"a\"]", "{\"a\":{}}", "{\"a\":1}"})
    void annotations_that_are_no_texts_would_spoil_lists_and_are_400(String annotations)
        throws Exception {
      refused(
          400,
          "MANIFEST_INVALID",
          served.put(REPO, "odd", served.image(REPO, ",\"annotations\":" + annotations)));
    }

    @Test
    void a_deep_or_large_one_is_400() throws Exception {
      String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
      refused(400, "MANIFEST_INVALID", served.put(REPO, "deep", deep));
      String large = served.image(REPO, ",\"annotations\":{\"a\":\"" + "x".repeat(5 << 20) + "\"}");
      refused(413, "SIZE_INVALID", served.put(REPO, "large", large));
    }

    @Test
    void one_of_just_under_four_megabytes_with_many_layers_is_taken() throws Exception {
      Digest layer = served.push(REPO, BLOB);
      Digest[] layers = new Digest[20_000];
      Arrays.fill(layers, layer);
      String image = served.image(REPO, "", layers);
      assertTrue(image.length() > 2_000_000 && image.length() < 4 << 20);
      assertEquals(201, served.put(REPO, "many", image).statusCode());
    }

    @Test
    void an_unknown_media_type_is_400() throws Exception {
      HttpResponse<byte[]> put =
          served.send(
              "PUT",
              REPO + "/manifests/odd",
              bytes("{\"schemaVersion\":2}"),
              "Content-Type",
              "application/vnd.example.odd+json");
      refused(400, "MANIFEST_INVALID", put);
    }

    @ParameterizedTest
    @ValueSource(strings = {".dot", "-dash", "a%20b", "a%2fb", "way%00", "a+b"})
    void a_tag_that_is_none_is_400(String tag) throws Exception {
      refused(400, "TAG_INVALID", served.put(REPO, tag, served.image(REPO, "")));
    }

    @Test
    void dockers_own_manifests_are_taken_and_served_as_such() throws Exception {
      String type = "application/vnd.docker.distribution.manifest.v2+json";
      String image = served.image(REPO, "").replace(MediaTypes.MANIFEST, type);
      HttpResponse<byte[]> put =
          served.send("PUT", REPO + "/manifests/docker", bytes(image), "Content-Type", type);
      assertEquals(201, put.statusCode(), text(put));
      assertEquals(type, header(served.get(REPO + "/manifests/docker"), "Content-Type"));
    }

    @Test
    void a_tag_can_be_moved_and_the_digest_stays() throws Exception {
      String first = pushImage("latest", "");
      pushImage("latest", ",\"annotations\":{\"second\":\"yes\"}");
      assertEquals(
          200, served.get(REPO + "/manifests/" + Digest.sha256(bytes(first))).statusCode());
      assertFalse(text(served.get(REPO + "/manifests/latest")).equals(first));
    }
  }

  /** "Content Discovery". */
  @Nested
  final class Discovery {
    private List<String> tags(String query) throws Exception {
      HttpResponse<byte[]> got = served.get(REPO + "/tags/list" + query);
      assertEquals(200, got.statusCode(), text(got));
      assertEquals("staging/app", json(got).path("name").asText());
      List<String> tags = new ArrayList<>();
      json(got).path("tags").forEach(tag -> tags.add(tag.asText()));
      return tags;
    }

    @Test
    void tags_are_listed_in_order_with_n_and_exclusive_last() throws Exception {
      String image = served.image(REPO, "");
      for (String tag : List.of("c", "a", "B", "b", "a.1")) {
        served.put(REPO, tag, image);
      }
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
        String link = header(got, "Link");
        next = link.startsWith("<") ? link.substring(1, link.indexOf('>')) : "";
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
    void what_refers_to_a_subject_is_listed_with_its_type_and_annotations() throws Exception {
      String subject =
          ",\"subject\":{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":1}"
              .formatted(MediaTypes.MANIFEST, ABSENT);
      String one =
          served.image(
              REPO, ",\"artifactType\":\"test/one\",\"annotations\":{\"k\":\"v\"}" + subject);
      String two = served.image(REPO, subject);
      HttpResponse<byte[]> put = served.put(REPO, Digest.sha256(bytes(one)).toString(), one);
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
      assertEquals(
          Digest.sha256(bytes(two)).toString(), json(config).at("/manifests/0/digest").asText());

      served.send("DELETE", REPO + "/manifests/" + Digest.sha256(bytes(one)));
      assertEquals(1, json(served.get(REPO + "/referrers/" + ABSENT)).path("manifests").size());
    }
  }

  /** "Listing Referrers": pages. */
  @Nested
  final class ReferrersPages {
    private List<String> all(String query) throws Exception {
      List<String> seen = new ArrayList<>();
      String next = REPO + "/referrers/" + ABSENT + query;
      while (!next.isEmpty()) {
        HttpResponse<byte[]> got = served.get(next);
        assertTrue(got.body().length < 12 << 20, "a page of " + got.body().length);
        json(got).path("manifests").forEach(one -> seen.add(one.path("digest").asText()));
        String link = header(got, "Link");
        next = link.startsWith("<") ? link.substring(1, link.indexOf('>')) : "";
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
    void a_link_leads_through_every_page_and_keeps_the_filter() throws Exception {
      List<String> pushed = push(7, 1);
      assertEquals(pushed, all("?n=3"));
      assertEquals(pushed, all("?n=7"));
      assertEquals(4, all("?n=1&artifactType=test%2F0%2Bx").size());
    }

    @Test
    void long_annotations_make_short_pages() throws Exception {
      assertEquals(push(6, 3 << 20), all(""));
    }
  }

  /** "Content Management". */
  @Nested
  final class Management {
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

  /** Names and places that are none. */
  @Nested
  final class Places {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "/v2/staging/UPPER/tags/list",
          "/v2/staging/../etc/tags/list",
          "/v2/staging//x/tags/list",
          "/v2/staging/a%2fb/tags/list",
          "/v2/staging/-a/manifests/latest",
        })
    void a_name_that_is_none_is_400(String place) throws Exception {
      refused(400, "NAME_INVALID", served.get(place));
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
}
