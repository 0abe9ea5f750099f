package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.DynamicEntry;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.binary.elf.SymbolTable;
import dev.selfsame.binary.elf.VersionNeed;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Grade;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a rule that looks right would be wrong. */
class ElfIdentityTest {
  private static final int DF_1_PIE = 0x0800_0000;

  /** A program that needs libraries, to be changed. */
  private final byte[] bytes;

  private final ElfFile file;
  private final ByteBuffer out;

  ElfIdentityTest() throws IOException {
    bytes = Files.readAllBytes(Fixtures.path("hello-abort"));
    file = ElfFile.parse(ByteView.of(bytes));
    out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void withoutInterpreter() {
    Segment segment = file.segment(Segment.INTERP).orElseThrow();
    out.putInt((int) file.header().programOffset() + 56 * segment.index(), 0);
  }

  /** Gives the entries of one tag another, which says nothing. */
  private void without(long tag) {
    DynamicEntry.readAll(file).stream()
        .filter(entry -> entry.tag() == tag)
        .forEach(entry -> out.putLong((int) entry.offset(), 0x6000_0001L));
  }

  private Fact read(String fact) {
    return InMemory.read(bytes).fact(fact);
  }

  /** Older GNU ld gives a library the begin of its code as entry. */
  @Test
  void a_library_with_an_entry_is_dynamic() {
    withoutInterpreter();
    Fact linking = read("linking");
    assertEquals("dynamic", linking.value());
    assertEquals(Grade.CERTAIN, linking.grade());
    assertEquals("NEEDED", linking.evidence().getFirst().what());
  }

  @Test
  void a_program_that_needs_nothing_and_nobody_is_static() {
    withoutInterpreter();
    without(DynamicEntry.NEEDED);
    assertEquals("static", read("linking").value());
    assertEquals(Grade.CERTAIN, read("linking").grade());
    DynamicEntry.readAll(file).stream()
        .filter(entry -> entry.tag() == DynamicEntry.FLAGS_1)
        .forEach(entry -> out.putLong((int) entry.offset() + 8, entry.value() & ~(long) DF_1_PIE));
    assertEquals(Grade.MEDIUM, read("linking").grade());
  }

  @ParameterizedTest
  @CsvSource({
    "GLIBC_ABI_DT_RELR, 2.36, CERTAIN",
    "GLIBC_ABI_GNU2_TLS, 2.34, MEDIUM",
    "GLIBC_ABI_, 2.34, MEDIUM",
    "GLIBC_PRIVATE, 2.34, CERTAIN",
  })
  void a_marker_without_a_number_counts_as_the_version_that_brought_it(
      String marker, String floor, Grade grade) {
    Section strings = file.linked(file.section(Section.GNU_VERNEED).orElseThrow()).orElseThrow();
    long room = file.content(strings).indexOf("_ITM_deregisterTMCloneTable", 0);
    assertTrue(room > 0, "a name that is long enough");
    byte[] name = (marker + "\0").getBytes(StandardCharsets.US_ASCII);
    out.put((int) (strings.offset() + room), name);
    VersionNeed older =
        VersionNeed.readAll(file).stream()
            .filter(need -> !need.version().equals("GLIBC_2.34"))
            .findFirst()
            .orElseThrow();
    out.putInt((int) older.offset() + 8, (int) room);
    Fact read = read("glibc-floor");
    assertEquals(floor, read.value());
    assertEquals(grade, read.grade());
  }

  /** Gives the first import another name, which is no longer; where its entry stands. */
  private int importNamed(String name) {
    SymbolTable table = SymbolTable.of(file, file.section(Section.DYNSYM).orElseThrow());
    for (long i = 1; i < table.count(); i++) {
      if (table.undefined(i) && table.name(i).length() >= name.length()) {
        byte[] withNul = (name + "\0").getBytes(StandardCharsets.US_ASCII);
        out.put((int) (table.names().start() + table.nameOffset(i)), withNul);
        return (int) table.offset(i);
      }
    }
    throw new AssertionError("no import has a name that is long enough");
  }

  /** libc.so.6 and libssp have it for others. */
  @ParameterizedTest
  @ValueSource(strings = {"__stack_chk_fail", "__stack_chk_fail_local"})
  void a_library_that_only_defines_the_stack_protectors_handler_shows_no_use_of_it(String name) {
    assertEquals(Fact.unknown(), read("stack-protector"));
    int entry = importNamed(name);
    Fact imports = read("stack-protector");
    assertEquals("yes, at least in part", imports.value());
    assertEquals(Grade.STRONG, imports.grade());
    assertEquals(".dynsym", imports.evidence().getFirst().where());
    assertEquals(entry, imports.evidence().getFirst().offset());
    out.putShort(entry + 6, (short) 1);
    assertEquals(Fact.unknown(), read("stack-protector"));
  }

  /** It has no library to import it from. */
  @Test
  void a_static_program_that_defines_the_stack_protectors_handler_uses_it() {
    int entry = importNamed("__stack_chk_fail");
    out.putShort(entry + 6, (short) 1);
    withoutInterpreter();
    assertEquals(Fact.unknown(), read("stack-protector"));
    without(DynamicEntry.NEEDED);
    assertEquals("static", read("linking").value());
    assertEquals("yes, at least in part", read("stack-protector").value());
  }

  @Test
  void packed_names_for_backtraces_are_no_debug_information() {
    byte[] packed = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
    BinaryFacts facts =
        InMemory.read(new MadeElf(3).section(".gnu_debugdata", 0, 0, packed).bytes());
    assertEquals(
        "none, but packed names of functions (MiniDebugInfo), 6 bytes",
        facts.fact("debug-info").value());
    assertEquals("stripped", facts.fact("strip").value());
    assertEquals(".gnu_debugdata", facts.fact("strip").contradictions().getFirst().where());
    assertEquals(6, facts.categories().get(Category.DEBUG));
    BinaryFacts full =
        InMemory.read(
            new MadeElf(3)
                .section(".gnu_debugdata", 0, 0, packed)
                .section(".debug_line", 0, 0, new byte[20])
                .bytes());
    assertEquals("full", full.fact("strip").value());
  }

  /** Stripped programs keep them, since they are loaded; their name begins like DWARF's. */
  @ParameterizedTest
  @CsvSource({"2, RODATA", "0, DEBUG"})
  void scripts_for_a_debugger_are_no_debug_information(int flags, Category category) {
    byte[] script = "\1gdb_load_rust_pretty_printers.py\0".getBytes(StandardCharsets.US_ASCII);
    BinaryFacts facts =
        InMemory.read(new MadeElf(3).section(".debug_gdb_scripts", flags, 0, script).bytes());
    assertEquals("none", facts.fact("debug-info").value());
    assertEquals(Grade.CERTAIN, facts.fact("debug-info").grade());
    assertEquals("stripped", facts.fact("strip").value());
    assertEquals(Grade.CERTAIN, facts.fact("strip").grade());
    assertEquals(34, facts.categories().get(category));
  }
}
