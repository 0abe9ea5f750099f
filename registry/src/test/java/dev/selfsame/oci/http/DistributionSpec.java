package dev.selfsame.oci.http;

import static dev.selfsame.oci.http.Served.REPO;
import static dev.selfsame.oci.http.Served.bytes;
import static dev.selfsame.oci.http.Served.header;
import static dev.selfsame.oci.http.Served.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.selfsame.digest.Digest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the OCI Distribution Specification 1.1 demands: a class for each of its sections, and tests
 * that name its requirements by {@link Clause}.
 */
abstract class DistributionSpec {
  static final byte[] BLOB = bytes("0123456789".repeat(200));
  static final Digest BLOB_DIGEST = Digest.sha256(BLOB);
  static final String ABSENT = "sha256:" + "0".repeat(64);

  @TempDir Path folder;
  Served served;

  @BeforeEach
  void start() {
    served = Served.at(folder.resolve("registry"));
  }

  @AfterEach
  void stop() {
    served.close();
  }

  static JsonNode json(HttpResponse<byte[]> answer) throws Exception {
    return new ObjectMapper().readTree(answer.body());
  }

  static void refused(int status, String code, HttpResponse<byte[]> answer) throws Exception {
    assertEquals(status, answer.statusCode(), text(answer));
    assertEquals("application/json", header(answer, "Content-Type"));
    assertEquals(code, json(answer).at("/errors/0/code").asText());
    assertFalse(json(answer).at("/errors/0/message").asText().isEmpty());
  }

  /** Where the next page of a list is; empty where this is the last. */
  static String next(HttpResponse<byte[]> page) {
    String link = header(page, "Link");
    if (link.equals("(none)")) {
      return "";
    }
    assertTrue(link.matches("</v2/[^<> ]+>; rel=\"next\""), link);
    return link.substring(1, link.indexOf('>'));
  }

  String pushImage(String tag, String more) throws Exception {
    String image = served.image(REPO, more, served.push(REPO, BLOB));
    HttpResponse<byte[]> put = served.put(REPO, tag, image);
    assertEquals(201, put.statusCode(), text(put));
    return image;
  }
}
