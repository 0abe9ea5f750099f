package dev.selfsame.binary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What debug information is and what is left of a file, by content where a name would mislead. */
class DebugInfoTest {
  private static final String INFO = ".debug_info";
  private static final int UNIT = 40;

  /** Behind which a made file's first section begins. */
  private static final int HEADER = 64;

  /** Units of these versions, each of {@link #UNIT} bytes, nothing in them. */
  private static byte[] units(int... versions) {
    ByteBuffer out = ByteBuffer.allocate(UNIT * versions.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < versions.length; i++) {
      out.putInt(UNIT * i, UNIT - 4).putShort(UNIT * i + 4, (short) versions[i]);
    }
    return out.array();
  }

  private static Fact ofElf(byte[] units) {
    return InMemory.read(new MadeElf(2).section(INFO, 0, 0, units).bytes()).fact("debug-info");
  }

  /** Rust's units beside those of a C compiler. */
  @Test
  void units_of_two_versions_are_both_told() {
    assertEquals("DWARF 4, 80 bytes", ofElf(units(4, 4)).value());
    assertEquals("DWARF 4 and 5, 80 bytes", ofElf(units(4, 5)).value());
    assertEquals("DWARF 4 and 5, 120 bytes", ofElf(units(5, 4, 5)).value());
    assertEquals(Grade.CERTAIN, ofElf(units(5, 4, 5)).grade());
  }

  /** With a length of 64 bits, and behind zeros that fill a gap. */
  @Test
  void a_unit_is_found_behind_a_gap_and_behind_a_long_one() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ByteBuffer wide = ByteBuffer.allocate(12 + 37).order(ByteOrder.LITTLE_ENDIAN);
    all.writeBytes(wide.putInt(-1).putLong(37).putShort((short) 3).array());
    all.writeBytes(new byte[7]); // 3 up to where four bytes are aligned, and 4
    all.writeBytes(units(5));
    assertEquals("DWARF 3 and 5, 96 bytes", ofElf(all.toByteArray()).value());
  }

  /** Some compilers write an older line table than their units are. */
  @Test
  void the_version_of_a_line_table_is_not_told_as_that_of_the_units() {
    MadeElf lines = new MadeElf(2).section(".debug_line", 0, 0, units(2));
    assertEquals("DWARF, 40 bytes", InMemory.read(lines.bytes()).fact("debug-info").value());
    byte[] both = lines.section(INFO, 0, 0, units(4)).bytes();
    assertEquals("DWARF 4, 80 bytes", InMemory.read(both).fact("debug-info").value());
  }

  @Test
  void units_of_two_versions_are_told_of_mach_o_and_pe_too() throws IOException {
    byte[] macho =
        new MadeMacho()
            .segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[16])
            .unmapped("__DWARF", "__debug_info", 0, MadeMacho.FOR_DEBUGGERS, units(4, 5))
            .bytes();
    assertEquals("DWARF 4 and 5, 80 bytes", InMemory.read(macho).fact("debug-info").value());

    byte[] pe = Files.readAllBytes(Fixtures.path("gnu-full.exe"));
    BinaryFacts one = InMemory.read(pe);
    assertEquals("DWARF 4, 3004 bytes", one.fact("debug-info").value());
    // Its one unit becomes two.
    int begin = place(one.fact("debug-info"));
    ByteBuffer out = ByteBuffer.wrap(pe).order(ByteOrder.LITTLE_ENDIAN);
    int length = out.getInt(begin);
    out.putInt(begin, UNIT - 4);
    out.putInt(begin + UNIT, length - UNIT).putShort(begin + UNIT + 4, (short) 5);
    assertEquals("DWARF 4 and 5, 3004 bytes", InMemory.read(pe).fact("debug-info").value());
  }

  @Test
  void a_section_named_for_debuggers_is_certain_only_with_units_in_it() {
    BinaryFacts sound = InMemory.read(new MadeElf(2).section(INFO, 0, 0, units(4)).bytes());
    assertEquals(Grade.CERTAIN, sound.fact("debug-info").grade());
    assertEquals("full", sound.fact("strip").value());
    assertEquals(Grade.CERTAIN, sound.fact("strip").grade());

    byte[] words = "these words are no debug information".getBytes(US_ASCII);
    BinaryFacts named = InMemory.read(new MadeElf(2).section(INFO, 0, 0, words).bytes());
    Evidence against = new Evidence(INFO, HEADER, "no header of a DWARF unit");
    assertEquals("DWARF, 36 bytes", named.fact("debug-info").value());
    assertEquals(Grade.MEDIUM, named.fact("debug-info").grade());
    assertEquals(List.of(against), named.fact("debug-info").contradictions());
    assertEquals("full", named.fact("strip").value());
    assertEquals(Grade.MEDIUM, named.fact("strip").grade());
    assertEquals(against, named.fact("strip").contradictions().getFirst());
    // Of a length that fits, and of no version that there is; and zeros alone.
    assertEquals(Grade.MEDIUM, ofElf(units(9)).grade());
    assertEquals(Grade.MEDIUM, ofElf(new byte[UNIT]).grade());
  }

  @Test
  void what_follows_the_units_and_is_none_leaves_their_versions_open() {
    Fact debug = ofElf(units(4, 9, 5));
    assertEquals("DWARF 4, 120 bytes", debug.value());
    assertEquals(Grade.MEDIUM, debug.grade());
    assertEquals(
        List.of(new Evidence(INFO, HEADER + UNIT, "no header of a DWARF unit")),
        debug.contradictions());
  }

  @Test
  void other_kinds_of_debug_information_are_certain_by_their_content_too() {
    byte[] unit = {1, 0, 0, 0, 0, 0, 1, 0, 5, 0, 0, 0};
    assertEquals(Grade.CERTAIN, grade("STABS", new MadeElf(2).section(".stab", 0, 0, unit)));
    unit[4] = 0x24;
    assertEquals(Grade.MEDIUM, grade("STABS", new MadeElf(2).section(".stab", 0, 0, unit)));

    // Zeros have 1 KiB for each byte that they are packed in: no more can be believed.
    ByteBuffer packed = ByteBuffer.allocate(100).put("ZLIB".getBytes(US_ASCII)).putLong(1000);
    MadeElf compressed = new MadeElf(2).section(".zdebug_info", 0, 0, packed.array());
    assertEquals(Grade.STRONG, grade("DWARF (compressed)", compressed));
    packed.putLong(4, 1L << 40);
    compressed = new MadeElf(2).section(".zdebug_info", 0, 0, packed.array());
    assertEquals(Grade.MEDIUM, grade("DWARF (compressed)", compressed));

    for (byte signature : new byte[] {4, 3}) {
      byte[] codeView = {signature, 0, 0, 0, 0, 0, 0, 0};
      BinaryFacts facts = InMemory.read(MadePe.of(".debug$S", codeView));
      Grade grade = signature == 4 ? Grade.CERTAIN : Grade.MEDIUM;
      assertEquals("CodeView, 8 bytes", facts.fact("debug-info").value());
      assertEquals(grade, facts.fact("debug-info").grade());
      assertEquals(grade, facts.fact("strip").grade());
    }

    byte[] macho =
        new MadeMacho()
            .segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[16])
            .unmapped("__DWARF", "__debug_info", 0, MadeMacho.FOR_DEBUGGERS, units(9))
            .bytes();
    assertEquals("DWARF, 40 bytes", InMemory.read(macho).fact("debug-info").value());
    assertEquals(Grade.MEDIUM, InMemory.read(macho).fact("debug-info").grade());
    assertEquals(Grade.MEDIUM, InMemory.read(macho).fact("strip").grade());
  }

  private static Grade grade(String kind, MadeElf made) {
    Fact debug = InMemory.read(made.bytes()).fact("debug-info");
    assertTrue(debug.value().startsWith(kind + ", "), debug.value());
    return debug.grade();
  }

  /** As a linker leaves them that was told to keep no other. */
  @Test
  void names_of_files_and_sections_alone_are_no_symbols() {
    Fact none = strip(4, 3, 3);
    assertEquals("stripped", none.value());
    assertEquals(Grade.CERTAIN, none.grade());
    assertEquals(
        new Evidence(".symtab", HEADER, "3 symbols, of files and sections alone"),
        none.evidence().getFirst());
    Fact one = strip(4, 3, 2);
    assertEquals("debug-stripped", one.value());
    assertEquals("3 symbols", one.evidence().getFirst().what());
  }

  /** Of a file whose symbols have these types. */
  private static Fact strip(int... types) {
    byte[] table = new byte[24 * (1 + types.length)];
    for (int i = 0; i < types.length; i++) {
      table[24 * (i + 1) + 4] = (byte) types[i];
    }
    int symtab = 2;
    return InMemory.read(new MadeElf(2).typed(".symtab", symtab, table).bytes()).fact("strip");
  }

  /** Only these say where debug information would be. */
  @Test
  void without_section_headers_that_there_is_none_is_no_fact_of_the_format() {
    byte[] file = new MadeElf(2).section(INFO, 0, 0, units(4)).bytes();
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(40, 0).putShort(60, (short) 0).putShort(62, (short) 0);
    BinaryFacts facts = InMemory.read(file);
    assertEquals("none", facts.fact("debug-info").value());
    assertEquals(Grade.MEDIUM, facts.fact("debug-info").grade());
    assertEquals("stripped", facts.fact("strip").value());
    assertEquals(Grade.MEDIUM, facts.fact("strip").grade());
  }

  /** Where the section of units begins. */
  private static int place(Fact debug) {
    return (int)
        debug.evidence().stream()
            .filter(evidence -> evidence.where().equals(INFO))
            .mapToLong(Evidence::offset)
            .findFirst()
            .orElseThrow();
  }
}
