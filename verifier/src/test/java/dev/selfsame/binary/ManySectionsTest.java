package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.AddressIndex;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A crafted file with as many sections as the header can count, and pointers to search for. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManySectionsTest {
  private static final int SECTIONS = 60_000;
  private static final int WORDS = 400_000;
  private static final int HEADER = 64;
  private static final long DATA_AT = 0x1000_0000L;
  private static final byte[] PATH = "src/main.rs".getBytes(StandardCharsets.US_ASCII);

  /**
   * Sections of one byte each, then one with a path, then pointers: most to nothing, and one
   * location.
   */
  private static byte[] crafted() {
    int data = HEADER + SECTIONS + PATH.length;
    data += -data & 7;
    int headers = data + 8 * WORDS;
    ByteBuffer file =
        ByteBuffer.allocate(headers + HEADER * (SECTIONS + 3)).order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    file.putShort(16, (short) 3).putShort(18, (short) 62).putInt(20, 1);
    file.putLong(40, headers).putShort(52, (short) 64);
    file.putShort(58, (short) HEADER).putShort(60, (short) (SECTIONS + 3));
    for (int i = 0; i < SECTIONS; i++) {
      section(file, headers + HEADER * (i + 1), 2, 0x1000L + 2L * i, HEADER + i, 1);
    }
    int path = HEADER + SECTIONS;
    file.put(path, PATH);
    section(file, headers + HEADER * (SECTIONS + 1), 2, 0x0800_0000L, path, PATH.length);
    section(file, headers + HEADER * (SECTIONS + 2), 3, DATA_AT, data, 8L * WORDS);
    for (int i = 0; i < WORDS; i++) {
      file.putLong(data + 8 * i, 0x1001L + 2L * (i % SECTIONS));
    }
    file.putLong(data, 0x0800_0000L).putLong(data + 8, PATH.length);
    file.putInt(data + 16, 7).putInt(data + 20, 5);
    return file.array();
  }

  private static void section(
      ByteBuffer file, int at, long flags, long address, long offset, long size) {
    file.putInt(at + 4, 1).putLong(at + 8, flags).putLong(at + 16, address);
    file.putLong(at + 24, offset).putLong(at + 32, size).putLong(at + 48, 1);
  }

  @Test
  void pointers_into_very_many_sections_are_looked_up_in_time() {
    ElfFile file = ElfFile.parse(ByteView.of(crafted()));
    assertEquals(SECTIONS + 3, file.sections().size());
    PanicLocations locations = ElfLocations.of(file);
    assertEquals(1, locations.lines().size());
    assertEquals("(relative)", locations.files().roots().value());
  }

  @Test
  void the_section_that_begins_last_has_an_address() {
    ElfFile file = ElfFile.parse(ByteView.of(crafted()));
    List<Section> sections = file.sections().subList(1, SECTIONS);
    AddressIndex index =
        new AddressIndex(
            sections.stream().mapToLong(Section::address).toArray(),
            sections.stream().mapToLong(Section::size).toArray());
    assertEquals(0, index.find(0x1000));
    assertEquals(-1, index.find(0x1001));
    assertEquals(7, index.find(0x100e));
    assertEquals(-1, index.find(0xfff));
    assertEquals(-1, index.find(Long.MAX_VALUE));
    assertFalse(new AddressIndex(new long[0], new long[0]).find(1) >= 0);
    assertTrue(index.find(0x1000 + 2L * (SECTIONS - 2)) == SECTIONS - 2);
  }
}
