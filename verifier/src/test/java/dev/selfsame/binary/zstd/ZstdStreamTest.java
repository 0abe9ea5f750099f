package dev.selfsame.binary.zstd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames written by hand, read as a stream. */
class ZstdStreamTest {
  private static final String MAGIC = "28b52ffd";

  /** A window of 1 KB, and no size. */
  private static final String SMALL = MAGIC + "0000";

  /** As many of the letter a as a block can have, and another block behind it. */
  private static final String LETTERS = "02001061";

  private static final int BLOCK = 1 << 17;

  private static InputStream stream(String hex) {
    return new ZstdStream(new ByteArrayInputStream(HexFormat.of().parseHex(hex.replace(" ", ""))));
  }

  @ParameterizedTest
  @MethodSource("dev.selfsame.binary.zstd.ZstdTest#packed")
  @CsvSource({
    MAGIC + "2002 110000 6869 512a4d18 03000000 000000, hi",
    MAGIC + "200a 550000 18 616263 01 54 03 02 04 06, abcabcabca",
  })
  void what_was_packed_comes_out_whole_or_byte_by_byte(String hex, String content)
      throws IOException {
    try (InputStream whole = stream(hex);
        InputStream single = stream(hex)) {
      assertEquals(content, new String(whole.readAllBytes(), US_ASCII));
      assertEquals(-1, whole.read());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int b = single.read(); b >= 0; b = single.read()) {
        out.write(b);
      }
      assertEquals(content, out.toString(US_ASCII));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', packed bytes end too early",
    "28b52ffe00, no frame",
    MAGIC + "2002 110000 6869 00, packed bytes end too early",
    MAGIC + "2105 07 290000 68656c6c6f, a frame that needs a dictionary",
    MAGIC + "2005 290000 68656c6c, packed bytes end too early",
    MAGIC + "2006 290000 68656c6c6f, a frame of another size than it says",
    MAGIC + "2005 2f0000 68656c6c6f, a block of another kind",
    MAGIC + "2005 ffffff 68, a block of 2097151 bytes",
    MAGIC + "200a 550000 18 616263 01 54 03 03 04 08, a match before the begin",
    MAGIC + "00c0 010000, matches that may reach back 17179869184 bytes",
    MAGIC + "e0 ffffffffffffffff 010000, a frame of more bytes than there can be",
  })
  void what_is_malformed_is_refused_as_damage(String hex, String why) throws IOException {
    try (InputStream in = stream(hex)) {
      IOException refused = assertThrows(IOException.class, in::readAllBytes);
      assertEquals("zstd: " + why, refused.getMessage());
    }
  }

  @Test
  void what_is_to_be_skipped_and_is_not_all_there_is_refused_with_a_reason() throws IOException {
    byte[] cut = HexFormat.of().parseHex("512a4d18" + "ff000000");
    try (InputStream in = new ZstdStream(new ByteArrayInputStream(cut))) {
      IOException refused = assertThrows(IOException.class, in::readAllBytes);
      assertTrue(String.valueOf(refused.getMessage()).contains("end too early"));
    }
  }

  @Test
  void a_frame_cut_short_anywhere_is_refused() throws IOException {
    byte[] whole = HexFormat.of().parseHex(MAGIC + "240a5500001861626301540302" + "040600000000");
    for (int size = 0; size < whole.length; size++) {
      byte[] cut = Arrays.copyOf(whole, size);
      try (InputStream in = new ZstdStream(new ByteArrayInputStream(cut))) {
        assertThrows(IOException.class, in::readAllBytes, "" + size);
      }
    }
  }

  /** Twenty-five megabytes, of which a match may reach back to one thousandth of one. */
  @Test
  void what_no_match_may_reach_is_forgotten_and_the_rest_is_not() throws IOException {
    // 2^9 - 3 before: nine bits, and one behind them.
    String near = "5d0000" + "18" + "616263" + "01" + "54" + "03" + "09" + "04" + "0002";
    try (InputStream in = stream(SMALL + LETTERS.repeat(200) + near)) {
      byte[] content = in.readAllBytes();
      assertEquals(200 * BLOCK + 10, content.length);
      byte[] end = Arrays.copyOfRange(content, content.length - 11, content.length);
      assertEquals("aabcaaaaaaa", new String(end, US_ASCII));
      content[200 * BLOCK + 1] = 'a';
      content[200 * BLOCK + 2] = 'a';
      for (byte letter : content) {
        if (letter != 'a') {
          throw new AssertionError("another letter: " + letter);
        }
      }
    }
    // 2^20 - 3 before: twenty bits.
    String far = "650000" + "18" + "616263" + "01" + "54" + "03" + "14" + "04" + "000010";
    try (InputStream in = stream(SMALL + LETTERS.repeat(200) + far)) {
      IOException refused = assertThrows(IOException.class, in::readAllBytes);
      assertTrue(refused.getMessage().endsWith("a match before the begin"), refused.getMessage());
    }
  }
}
