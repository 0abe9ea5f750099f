package dev.selfsame.binary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What GNU's notes in an ELF file tell of how it was made. */
class ElfNotesTest {
  private static final String PROPERTIES = ".note.gnu.property";
  private static final int PROPERTIES_KIND = 5;
  private static final int GOLD_KIND = 4;

  /** The file's header and the note's: a made file's first section begins behind the former. */
  private static final int FIRST_NOTE = 64 + 16;

  /** Of x86-64, where it is looked for. */
  private static final Fact UNDECLARED =
      Fact.unknown(new Evidence("notes", -1, "no ISA level that has a name"));

  /** Control-flow protection, whose bits are no levels, and the levels that are needed. */
  private static byte[] properties(int levels) {
    ByteBuffer out = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0xc000_0002).putInt(4).putInt(3).putInt(0);
    out.putInt(0xc000_8002).putInt(4).putInt(levels).putInt(0);
    return out.array();
  }

  private static byte[] withProperties(byte[] properties) {
    return new MadeElf(2).note(PROPERTIES, PROPERTIES_KIND, properties).bytes();
  }

  private static Fact isaLevel(byte[] file) {
    return InMemory.read(file).fact("isa-level");
  }

  @ParameterizedTest
  @CsvSource({
    "1, x86-64 (baseline)",
    "3, x86-64-v2",
    "7, x86-64-v3",
    "4, x86-64-v3",
    "15, x86-64-v4",
  })
  void the_highest_level_that_is_declared_is_a_floor(int levels, String level) {
    Evidence read =
        new Evidence(PROPERTIES, FIRST_NOTE + 16, "ISA needed, as declared: bits " + levels);
    assertEquals(
        new Fact("at least " + level, Grade.WEAK, List.of(read), List.of()),
        isaLevel(withProperties(properties(levels))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16, 31, 0x8000_0000})
  void a_level_that_has_no_name_is_unknown(int levels) {
    assertEquals(UNDECLARED, isaLevel(withProperties(properties(levels))));
  }

  @Test
  void other_properties_and_other_machines_declare_no_level() {
    byte[] protection = Arrays.copyOf(properties(7), 16);
    assertEquals(UNDECLARED, isaLevel(withProperties(protection)));
    byte[] aarch64 = withProperties(properties(7));
    aarch64[18] = (byte) 183;
    assertEquals(
        Fact.unknown(new Evidence("file", -1, "no field of the format says it")),
        isaLevel(aarch64));
  }

  @Test
  void a_property_that_is_cut_short_is_a_problem_and_no_level() {
    BinaryFacts facts = InMemory.read(withProperties(Arrays.copyOf(properties(7), 24)));
    assertEquals(Fact.unknown(), facts.fact("isa-level"));
    assertEquals(List.of("offset 104: 4 bytes wanted past the end"), facts.problems());
  }

  /** Code that is chosen at run time has them too. */
  @Test
  void wide_registers_in_the_code_do_not_declare_a_level() {
    byte[] wide = {(byte) 0xc5, (byte) 0xfd, (byte) 0xef, (byte) 0xc0}; // vpxor ymm0, ymm0, ymm0
    byte[] elf =
        new MadeElf(2).section(".text", MadeElf.ALLOC | MadeElf.EXECUTE, 0x40_1000, wide).bytes();
    assertEquals(UNDECLARED, isaLevel(elf));
  }

  @Test
  void gold_names_itself_in_a_note_and_not_in_comments() {
    byte[] compiler = "GCC: (Debian 14.2.0-19) 14.2.0\0".getBytes(US_ASCII);
    byte[] gold =
        new MadeElf(2)
            .note(".note.gnu.gold-version", GOLD_KIND, "gold 1.16".getBytes(US_ASCII))
            .section(".comment", 0, 0, compiler)
            .bytes();
    Evidence named = new Evidence(".note.gnu.gold-version", FIRST_NOTE, "gold 1.16");
    assertEquals(
        new Fact("gold 1.16", Grade.STRONG, List.of(named), List.of()),
        InMemory.read(gold).fact("linker"));
    byte[] silent = new MadeElf(2).section(".comment", 0, 0, compiler).bytes();
    assertEquals("GNU ld (likely)", InMemory.read(silent).fact("linker").value());
  }
}
