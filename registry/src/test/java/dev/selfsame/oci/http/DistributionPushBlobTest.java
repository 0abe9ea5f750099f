package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.bytes;
import static dev.selfsame.oci.http.Served.header;
import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** "Push": blobs. */
final class DistributionPushBlobTest extends DistributionSpec {
  private static final Pattern UUID =
      Pattern.compile("\\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\\b");

  private void stands(HttpResponse<byte[]> created, Digest digest, byte[] content)
      throws Exception {
    assertEquals(201, created.statusCode(), text(created));
    assertEquals(digest.toString(), header(created, "Docker-Content-Digest"));
    HttpResponse<byte[]> got = served.get(header(created, "Location"));
    assertEquals(200, got.statusCode());
    assertArrayEquals(content, got.body());
  }

  private static String uuid(String location) {
    Matcher uuid = UUID.matcher(location);
    assertTrue(uuid.find(), location);
    return uuid.group();
  }

  @Test
  @Clause({"upload.202", "upload.location", "upload.uuid", "upload.put.201", "upload.put.location"})
  void post_then_put() throws Exception {
    HttpResponse<byte[]> post = served.send("POST", REPO + "/blobs/uploads/");
    assertEquals(202, post.statusCode());
    assertNotEquals(uuid(header(post, "Location")), uuid(served.begin()));
    String place = header(post, "Location") + "?digest=" + BLOB_DIGEST;
    stands(served.send("PUT", place, BLOB), BLOB_DIGEST, BLOB);
  }

  @Test
  void an_upload_is_of_the_repository_it_was_begun_in() throws Exception {
    String place = served.begin();
    String elsewhere = place.replace(REPO, "/v2/staging/other");
    for (String method : List.of("GET", "PATCH", "DELETE")) {
      refused(404, "BLOB_UPLOAD_UNKNOWN", served.send(method, elsewhere));
    }
    refused(
        404, "BLOB_UPLOAD_UNKNOWN", served.send("PUT", elsewhere + "?digest=" + BLOB_DIGEST, BLOB));
    assertEquals(201, served.send("PUT", place + "?digest=" + BLOB_DIGEST, BLOB).statusCode());
  }

  @Test
  @Clause({"post.201", "post.location"})
  void a_single_post() throws Exception {
    stands(
        served.send("POST", REPO + "/blobs/uploads/?digest=" + BLOB_DIGEST, BLOB),
        BLOB_DIGEST,
        BLOB);
  }

  @Test
  @Clause({"upload.put.201", "upload.put.location"})
  void by_sha512_and_empty() throws Exception {
    Digest digest = Served.sha512(BLOB);
    stands(served.send("PUT", served.begin() + "?digest=" + digest, BLOB), digest, BLOB);
    Digest none = Digest.sha256(new byte[0]);
    stands(served.send("PUT", served.begin() + "?digest=" + none), none, new byte[0]);
  }

  @Test
  @Clause({"chunk.202", "chunk.headers"})
  void streamed_in_one_patch() throws Exception {
    HttpResponse<byte[]> patch = served.send("PATCH", served.begin(), BLOB);
    assertEquals(202, patch.statusCode());
    assertEquals("0-1999", header(patch, "Range"));
    String place = header(patch, "Location") + "?digest=" + BLOB_DIGEST;
    stands(served.send("PUT", place), BLOB_DIGEST, BLOB);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Clause({"chunk.202", "chunk.headers", "chunk.put.201", "chunk.put.location"})
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
  @Clause({"chunk.416", "status.204", "status.headers"})
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
    assertEquals(place, header(status, "Location"));
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
  @Clause("post.digest")
  void other_bytes_than_announced_are_400_and_nothing_is_kept() throws Exception {
    Digest other = Digest.sha256(bytes("other"));
    String place = served.begin();
    refused(400, "DIGEST_INVALID", served.send("PUT", place + "?digest=" + other, BLOB));
    assertEquals(404, served.get(REPO + "/blobs/" + other).statusCode());
    refused(404, "BLOB_UPLOAD_UNKNOWN", served.get(place));
    refused(
        400, "DIGEST_INVALID", served.send("POST", REPO + "/blobs/uploads/?digest=" + other, BLOB));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sha256:abc", "md5:00", "nothing", "sha256:", "SHA256:aa", ""})
  void a_digest_that_is_none_is_400(String digest) throws Exception {
    refused(400, "DIGEST_INVALID", served.send("PUT", served.begin() + "?digest=" + digest, BLOB));
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
  @Clause({"mount.201", "mount.location"})
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
  @Clause("mount.202")
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

  @Test
  @Clause({"mount.201", "mount.location"})
  void a_mount_by_sha512_reads_back_by_sha512() throws Exception {
    Digest digest = Served.sha512(BLOB);
    HttpResponse<byte[]> pushed =
        served.send("POST", "/v2/staging/source/blobs/uploads/?digest=" + digest, BLOB);
    assertEquals(201, pushed.statusCode(), text(pushed));
    String place = REPO + "/blobs/" + digest;
    assertEquals(404, served.get(place).statusCode());
    String mount = REPO + "/blobs/uploads/?mount=" + digest + "&from=staging/source";
    stands(served.send("POST", mount), digest, BLOB);
    assertEquals(digest.toString(), header(served.get(place), "Docker-Content-Digest"));
  }
}
