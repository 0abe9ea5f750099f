package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.bytes;
import static dev.selfsame.oci.http.Served.header;
import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Push": manifests. */
final class DistributionPushManifestTest extends DistributionSpec {
  @Test
  @Clause({"put.bytes", "put.201", "put.location", "pull.manifest.bytes"})
  void bytes_are_kept_exactly() throws Exception {
    String spaced = served.image(REPO, ",  \"annotations\" : { \"b\":\"2\", \"a\":\"ü\" } ");
    HttpResponse<byte[]> put = served.put(REPO, "spaced", spaced);
    assertEquals(201, put.statusCode(), text(put));
    Digest digest = Digest.sha256(bytes(spaced));
    assertEquals(digest.toString(), header(put, "Docker-Content-Digest"));
    assertArrayEquals(bytes(spaced), served.get(header(put, "Location")).body());
  }

  @Test
  @Clause({"put.reference", "put.digest"})
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
  @Clause("put.reference")
  void of_another_digest_are_400() throws Exception {
    String image = served.image(REPO, "");
    refused(400, "DIGEST_INVALID", served.put(REPO, ABSENT, image));
    refused(400, "DIGEST_INVALID", served.put(REPO, "sha256:bad", image));
  }

  @Test
  @Clause("pull.manifest.type")
  void an_index_lists_what_is_there() throws Exception {
    String image = pushImage("1.0", "");
    String index =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}]}"
            .formatted(
                MediaTypes.INDEX, MediaTypes.MANIFEST, Digest.sha256(bytes(image)), image.length());
    HttpResponse<byte[]> put =
        served.send("PUT", REPO + "/manifests/all", bytes(index), "Content-Type", MediaTypes.INDEX);
    assertEquals(201, put.statusCode(), text(put));
    assertEquals(MediaTypes.INDEX, header(served.get(REPO + "/manifests/all"), "Content-Type"));
  }

  @Test
  @Clause("push.unknown")
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
  @Clause({"put.limit", "put.413"})
  void a_deep_or_large_one_is_400() throws Exception {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    refused(400, "MANIFEST_INVALID", served.put(REPO, "deep", deep));
    String large = served.image(REPO, ",\"annotations\":{\"a\":\"" + "x".repeat(5 << 20) + "\"}");
    refused(413, "SIZE_INVALID", served.put(REPO, "large", large));
  }

  @Test
  @Clause({"put.4-megabytes", "put.limit", "put.413"})
  void one_of_four_megabytes_is_taken_and_a_byte_more_is_413() throws Exception {
    String annotation = ",\"annotations\":{\"a\":\"%s\"}";
    int most = 4 << 20;
    String fill = "x".repeat(most - served.image(REPO, annotation.formatted("")).length());
    String largest = served.image(REPO, annotation.formatted(fill));
    assertEquals(most, largest.length());
    HttpResponse<byte[]> put = served.put(REPO, "largest", largest);
    assertEquals(201, put.statusCode(), text(put));
    assertArrayEquals(bytes(largest), served.get(header(put, "Location")).body());
    String over = served.image(REPO, annotation.formatted(fill + "x"));
    refused(413, "SIZE_INVALID", served.put(REPO, "over", over));
  }

  @Test
  @Clause({"put.type.parameters", "pull.manifest.type", "pull.manifest.type.bare"})
  void parameters_of_the_type_are_ignored_and_not_served() throws Exception {
    String image = served.image(REPO, "");
    for (String parameter : List.of("; charset=utf-8", ";charset=utf-8", " ; a=b")) {
      HttpResponse<byte[]> put =
          served.send(
              "PUT",
              REPO + "/manifests/1.0",
              bytes(image),
              "Content-Type",
              MediaTypes.MANIFEST + parameter);
      assertEquals(201, put.statusCode(), text(put));
      String type = header(served.get(REPO + "/manifests/1.0"), "Content-Type");
      assertEquals(MediaTypes.MANIFEST, type, parameter);
    }
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

  /**
   * As many different ones as four megabytes hold: 64 hex digits each, and no media type to speak
   * of.
   */
  private static String entries(int number) {
    StringBuilder all = new StringBuilder(number * 115);
    for (int i = 0; i < number; i++) {
      all.append(i == 0 ? "" : ",")
          .append("{\"mediaType\":\"a/b\",\"digest\":\"sha256:%064x\",\"size\":1}".formatted(i));
    }
    return all.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"layers", "manifests"})
  @Clause("push.unknown")
  void many_different_entries_are_looked_up_and_too_many_are_not_read(String list)
      throws Exception {
    boolean index = list.equals("manifests");
    String type = index ? MediaTypes.INDEX : MediaTypes.MANIFEST;
    String config =
        index
            ? ""
            : "\"config\":{\"mediaType\":\"a/b\",\"digest\":\"%s\",\"size\":1},".formatted(ABSENT);
    int[] numbers = {37_000, 50_000};
    int[] wanted = {400, 413};
    for (int i = 0; i < numbers.length; i++) {
      String manifest =
          "{\"schemaVersion\":2,\"mediaType\":\"%s\",%s\"%s\":[%s]}"
              .formatted(type, config, list, entries(numbers[i]));
      HttpResponse<byte[]> put =
          served.send("PUT", REPO + "/manifests/many", bytes(manifest), "Content-Type", type);
      refused(wanted[i], i == 0 ? "MANIFEST_BLOB_UNKNOWN" : "SIZE_INVALID", put);
    }
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
  @Clause({"put.reference", "pull.reference", "pull.reference.other", "pull.tag.form"})
  void a_tag_that_is_none_is_400(String tag) throws Exception {
    refused(400, "TAG_INVALID", served.put(REPO, tag, served.image(REPO, "")));
    refused(400, "TAG_INVALID", served.get(REPO + "/manifests/" + tag));
  }

  @Test
  @Clause("pull.manifest.type")
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
    assertEquals(200, served.get(REPO + "/manifests/" + Digest.sha256(bytes(first))).statusCode());
    assertFalse(text(served.get(REPO + "/manifests/latest")).equals(first));
  }

  @Test
  @Clause({"push.unknown", "pull.manifest.type", "put.bytes"})
  void dockers_own_lists_are_taken_served_as_such_and_need_what_they_list() throws Exception {
    String one = "application/vnd.docker.distribution.manifest.v2+json";
    String many = "application/vnd.docker.distribution.manifest.list.v2+json";
    byte[] image = bytes(served.image(REPO, "").replace(MediaTypes.MANIFEST, one));
    String list =
        "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d,\"platform\":{\"architecture\":\"amd64\",\"os\":\"linux\"}}]}"
            .formatted(many, one, Digest.sha256(image), image.length);
    String place = REPO + "/manifests/list";
    refused(
        400, "MANIFEST_BLOB_UNKNOWN", served.send("PUT", place, bytes(list), "Content-Type", many));
    assertEquals(404, served.get(place).statusCode());
    HttpResponse<byte[]> child =
        served.send("PUT", REPO + "/manifests/" + Digest.sha256(image), image, "Content-Type", one);
    assertEquals(201, child.statusCode(), text(child));
    HttpResponse<byte[]> put = served.send("PUT", place, bytes(list), "Content-Type", many);
    assertEquals(201, put.statusCode(), text(put));
    HttpResponse<byte[]> got = served.get(place);
    assertEquals(many, header(got, "Content-Type"));
    assertArrayEquals(bytes(list), got.body());
  }

  @Test
  @Clause("pull.tag.length")
  void a_tag_has_128_characters_at_most() throws Exception {
    String image = served.image(REPO, "");
    String longest = "t".repeat(128);
    assertEquals(201, served.put(REPO, longest, image).statusCode());
    assertEquals(200, served.get(REPO + "/manifests/" + longest).statusCode());
    refused(400, "TAG_INVALID", served.put(REPO, longest + "t", image));
    assertEquals(
        "{\"name\":\"staging/app\",\"tags\":[\"%s\"]}".formatted(longest),
        text(served.get(REPO + "/tags/list")));
  }
}
