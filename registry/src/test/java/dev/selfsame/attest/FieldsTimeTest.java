package dev.selfsame.attest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.evidence.MalformedDocumentException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Times in signed documents. */
class FieldsTimeTest {
  private static Instant read(String text) {
    return StrictJson.object(("{\"t\":\"" + text + "\"}").getBytes(UTF_8)).time("t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T10:00:00Z",
        "1970-01-01T00:00:00Z",
        "2024-02-29T23:59:59.999999999Z",
        "2026-11-23T10:00:00.5Z",
        "2026-11-23T10:00:00.000001Z",
        "9999-12-31T23:59:59Z",
      })
  void a_time_is_read_as_java_time_reads_it(String text) {
    assertEquals(Instant.parse(text), read(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23",
        "2026-11-23T10:00Z",
        "2026-11-23T10:00:00",
        "2026-11-23T10:00:00z",
        "2026-11-23 10:00:00Z",
        "2026-11-23T10:00:00+00:00",
        "2026-02-29T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T10:60:00Z",
        "2026-11-23T10:00:60Z",
        "2026-11-23T10:00:00.Z",
        "2026-11-23T10:00:00.0000000001Z",
        "2026-11-23T10:00:00.1xZ",
        "+026-11-23T10:00:00Z",
        "२०२६-11-23T10:00:00Z",
        "Z",
      })
  void any_other_form_is_refused(String text) {
    assertThrows(MalformedDocumentException.class, () -> read(text));
  }
}
