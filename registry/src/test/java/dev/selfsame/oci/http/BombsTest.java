package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.oci.MediaTypes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is small while it is packed: the server unpacks nothing that clients send. */
@Timeout(60)
final class BombsTest {
  /** Unpacked, one of them is more than a manifest may have. */
  private static final int PART = 16 << 20;

  /** Unpacked, so many of them are 4 GiB: neither memory nor a usual limit has that. */
  private static final int PARTS = 256;

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

  private static byte[] packed(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  /** RFC 1952, 2.2: members follow each other, and unpack to one text. */
  private static byte[] bomb() throws IOException {
    byte[] part = packed(new byte[PART]);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < PARTS; i++) {
      all.write(part);
    }
    return all.toByteArray();
  }

  private static void refused(HttpResponse<byte[]> answer) {
    assertEquals(400, answer.statusCode(), Served.text(answer));
  }

  private HttpResponse<byte[]> manifest(String tag, byte[] packed) throws Exception {
    return served.send(
        "PUT",
        REPO + "/manifests/" + tag,
        packed,
        "Content-Type",
        MediaTypes.MANIFEST,
        "Content-Encoding",
        "gzip");
  }

  @Test
  void a_manifest_that_comes_packed_is_refused_and_not_unpacked() throws Exception {
    byte[] image = Served.bytes(served.image(REPO, ""));
    // Unpacked, the first would be taken, and the second be too large.
    for (byte[] packed : List.of(packed(image), packed(new byte[PART]))) {
      refused(manifest("packed", packed));
      assertEquals(404, served.get(REPO + "/manifests/packed").statusCode());
    }
    String plain = new String(image, StandardCharsets.UTF_8);
    assertEquals(201, served.put(REPO, "plain", plain).statusCode());
  }

  @Test
  void a_blob_that_comes_packed_is_refused_and_one_that_is_packed_is_kept_as_it_is()
      throws Exception {
    byte[] content = new byte[PART];
    byte[] packed = packed(content);
    for (String method : List.of("PUT", "POST")) {
      for (Digest digest : List.of(Digest.sha256(content), Digest.sha256(packed))) {
        String place =
            (method.equals("PUT") ? served.begin() : REPO + "/blobs/uploads/")
                + "?digest="
                + digest;
        refused(served.send(method, place, packed, "Content-Encoding", "gzip"));
        assertEquals(404, served.get(REPO + "/blobs/" + digest).statusCode());
      }
    }
    assertEquals(Digest.sha256(packed), served.push(REPO, packed));
    HttpResponse<byte[]> got =
        served.get(REPO + "/blobs/" + Digest.sha256(packed), "Accept-Encoding", "gzip");
    assertArrayEquals(packed, got.body());
    // A client that unpacked it would have other bytes than its digest says.
    assertEquals("(none)", Served.header(got, "Content-Encoding"));
  }

  @Test
  void a_layer_that_unpacks_to_gigabytes_is_bytes_like_any_other() throws Exception {
    byte[] bomb = bomb();
    Digest layer = served.push(REPO, bomb);
    String image =
        served
            .image(REPO, "", layer)
            .replace("application/octet-stream", "application/vnd.oci.image.layer.v1.tar+gzip");
    assertEquals(201, served.put(REPO, "bomb", image).statusCode());
    assertArrayEquals(bomb, served.get(REPO + "/blobs/" + layer).body());
    long kept = size(folder);
    assertTrue(kept < bomb.length + (64L << 20), kept + " bytes of " + bomb.length);
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
