package dev.selfsame.evidence;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BuildRecord.EnvironmentPin;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.Piece;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static final Source SOURCE =
      new Source(
          null,
          "0".repeat(40),
          "1".repeat(40),
          "",
          Instant.parse("2026-11-23T00:00:00Z"),
          Digest.sha256(new byte[0]),
          0,
          false);

  @Test
  void a_document_reads_back_as_it_was_written() {
    assertEquals(SOURCE, Json.read(Json.write(SOURCE), Source.class));
    assertEquals(SOURCE, Json.read(Json.writeCompact(SOURCE), Source.class));
  }

  @Test
  void a_pin_reads_back_with_its_images_digests_and_from_before_all_of_them_were_kept() {
    Digest some = Digest.sha256(new byte[0]);
    Digest manifest = Digest.sha256(new byte[1]);
    EnvironmentPin image = new EnvironmentPin("a", "image", some, some, some, manifest);
    String json = new String(Json.writeCompact(image), UTF_8);
    String last = ",\"manifest\":\"%s\"}".formatted(manifest);
    assertTrue(json.endsWith(last), json);
    assertEquals(image, Json.read(json.getBytes(UTF_8), EnvironmentPin.class));
    String older = json.replace(last, "}");
    EnvironmentPin without = new EnvironmentPin("a", "image", some, some, some, null);
    assertEquals(without, Json.read(older.getBytes(UTF_8), EnvironmentPin.class));
    assertEquals(older, new String(Json.writeCompact(without), UTF_8));
    EnvironmentPin debs = new EnvironmentPin("a", "debs", some, some, null, null);
    assertEquals(debs, Json.read(Json.write(debs), EnvironmentPin.class));
  }

  @Test
  void a_verdict_carries_its_word() {
    Verdict verdict = new Verdict.Differs(7);
    assertEquals(
        "{\"word\":\"differs\",\"firstDifference\":7}",
        new String(Json.writeCompact(verdict), UTF_8));
    assertEquals(verdict, Json.read(Json.write(verdict), Verdict.class));
  }

  @Test
  void what_is_not_known_is_null_and_not_left_out() {
    Cause cause = Cause.suspected("rustc", "the compilers differ", "", List.of(), List.of());
    String json = new String(Json.writeCompact(cause), UTF_8);
    assertTrue(
        json.startsWith("{\"id\":\"rustc\",\"bytes\":null,\"differing\":null,\"atLeast\":false,"),
        json);
    assertEquals(cause, Json.read(json.getBytes(UTF_8), Cause.class));
    assertEquals(0, cause.bytes(), "it takes nothing from a sum");
    assertThrows(
        IllegalArgumentException.class,
        () -> new Cause("x", null, 1L, false, Grade.PROVED, "", "", List.of(), List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Cause("x", 1L, null, true, Grade.PROVED, "", "", List.of(), List.of()));
  }

  @Test
  void pieces_are_no_more_than_the_bytes_and_all_of_them_where_few() {
    Piece piece = new Piece(".text", 4096, 16);
    assertEquals(16, holding(16, List.of(piece)).delta());
    assertEquals(99, holding(99, Collections.nCopies(4, piece)).delta());
    for (long bytes : new long[] {0, 15, 17}) {
      assertThrows(IllegalArgumentException.class, () -> holding(bytes, List.of(piece)));
    }
    assertThrows(IllegalArgumentException.class, () -> holding(16, List.of()));
    assertThrows(IllegalArgumentException.class, () -> holding(99, Collections.nCopies(5, piece)));
    assertThrows(IllegalArgumentException.class, () -> new Piece(".text", -1, 16));
    assertThrows(IllegalArgumentException.class, () -> new Piece(".text", 0, 0));
  }

  private static HoldingDelta holding(long bytes, List<Piece> inB) {
    return new HoldingDelta("core", Category.CODE, 0, bytes, List.of(), inB);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{\"word\":\"identical\"} x",
        "{\"word\":\"identical\",\"word\":\"identical\"}",
        "{\"word\":\"identical\",\"extra\":1}",
        "{\"word\":\"unheard-of\"}",
        "{\"word\":\"differs\",\"firstDifference\":\"7\"}",
        "{\"word\":\"differs\",\"firstDifference\":null}",
        "{\"word\":\"could-not-tell\"}",
      })
  void what_is_not_of_the_form_is_refused(String json) {
    var e =
        assertThrows(
            MalformedDocumentException.class, () -> Json.read(json.getBytes(UTF_8), Verdict.class));
    assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
  }

  @Test
  void truncation_at_every_offset_is_refused() {
    byte[] whole = Json.writeCompact(SOURCE);
    for (int length = 0; length < whole.length; length++) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      assertThrows(MalformedDocumentException.class, () -> Json.read(part, Source.class));
    }
  }
}
