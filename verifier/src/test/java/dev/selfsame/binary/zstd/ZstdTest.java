package dev.selfsame.binary.zstd;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames written by hand; those of a real packer are in {@code ZstdSectionsTest}. */
class ZstdTest {
  private static final String MAGIC = "28b52ffd";

  private static byte[] unpack(String hex, int most) {
    return Zstd.unpack(ByteView.of(HexFormat.of().parseHex(hex)), most);
  }

  /** Frames, and what is in them. */
  static List<Arguments> packed() {
    return List.of(
        // A raw block, one that repeats a byte, both; the size in one byte or not at all.
        Arguments.of(MAGIC + "2005 290000 68656c6c6f", "hello"),
        Arguments.of(MAGIC + "2004 230000 61", "aaaa"),
        Arguments.of(MAGIC + "0058 100000 6869 1b0000 21", "hi!!!"),
        // A checksum is passed over, and so is a frame that holds something else.
        Arguments.of(MAGIC + "2402 110000 6869 00000000", "hi"),
        Arguments.of("512a4d18 03000000 000000" + MAGIC + "2002 110000 6869", "hi"),
        // Two frames.
        Arguments.of(MAGIC + "2002 110000 6869" + MAGIC + "2001 090000 21", "hi!"),
        // Literals in a block of their own kind, without sequences.
        Arguments.of(MAGIC + "2002 250000 10 6869 00", "hi"));
  }

  @ParameterizedTest
  @MethodSource("packed")
  void what_was_packed_comes_out(String hex, String content) {
    byte[] unpacked = unpack(hex.replace(" ", ""), 100);
    assertEquals(content, new String(unpacked, US_ASCII));
  }

  /** Three literals, and then what stands three before, seven times over. */
  @Test
  void a_match_may_reach_into_itself() {
    // Each table is of one code: 3 literals; 2^2 + 2 for three before, 2 bits; 7 bytes, none.
    String sequences = "01" + "54" + "03" + "02" + "04" + "06";
    String block = "18" + "616263" + sequences;
    assertEquals(10, block.length() / 2);
    String frame = MAGIC + "200a" + "550000" + block;
    assertEquals("abcabcabca", new String(unpack(frame, 10), US_ASCII));
  }

  @ParameterizedTest
  @CsvSource({
    "'', packed bytes end too early",
    "28b52ffe00, no frame",
    MAGIC + "2105 07 290000 68656c6c6f, a frame that needs a dictionary",
    MAGIC + "2005 290000 68656c6c, packed bytes end too early",
    MAGIC + "2006 290000 68656c6c6f, a frame of another size than it says",
    MAGIC + "2005 2f0000 68656c6c6f, a block of another kind",
    MAGIC + "200b 590000 68656c6c6f68656c6c6f68, more than 10 bytes",
    MAGIC + "200b 5b0000 68, more than 10 bytes",
    MAGIC + "2005 ffffff 68, a block of 2097151 bytes",
    MAGIC + "200a 550000 18 616263 01 54 03 03 04 08, a match before the begin",
    MAGIC + "2002 250000 13 4000 00, 'the codes of an earlier block, of which there are none'",
  })
  void what_is_malformed_or_more_is_refused(String hex, String why) {
    String frames = hex.replace(" ", "");
    MalformedInputException refused =
        assertThrows(MalformedInputException.class, () -> unpack(frames, 10));
    assertTrue(refused.reason().endsWith("zstd: " + why), refused.toString());
  }

  @Test
  void a_frame_cut_short_anywhere_is_refused() {
    byte[] whole = HexFormat.of().parseHex(MAGIC + "200a5500001861626301540302" + "0406");
    for (int size = 0; size < whole.length; size++) {
      ByteView cut = ByteView.of(Arrays.copyOf(whole, size));
      assertThrows(MalformedInputException.class, () -> Zstd.unpack(cut, 10), "" + size);
    }
  }
}
