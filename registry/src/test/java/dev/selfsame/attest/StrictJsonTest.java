package dev.selfsame.attest;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.selfsame.attest.json.StrictJson;
import dev.selfsame.evidence.MalformedDocumentException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrictJsonTest {
  /** Found by fuzzing: Jackson throws what is no exception of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"1e4440000000", "0e44400000004", "[-1.5E+99999999999]"})
  void a_number_beyond_what_can_be_read_is_malformed(String json) {
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    assertThrows(MalformedDocumentException.class, () -> StrictJson.parse(utf8));
  }
}
