package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** What debug information is and what is left of a file, by content where a name would mislead. */
class DebugInfoTest {
  private static final String INFO = ".debug_info";
  private static final int UNIT = 40;

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
