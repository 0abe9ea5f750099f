package dev.selfsame.binary;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class PeReaderTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "msvc.exe,         format, PE",
    "msvc.obj,         format, COFF",
    "msvc.exe,         class, 64-bit",
    "pe32.dll,         class, 32-bit",
    "i686.obj,         class, 32-bit",
    "msvc.exe,         machine, x86-64",
    "pe32.dll,         machine, i386",
    "big.obj,          machine, x86-64",
    "msvc.exe,         type, exe",
    "pe32.dll,         type, dll",
    "i686.obj,         type, object",
    "msvc.exe,         entry, 0x1000",
    "msvc.exe,         subsystem, Windows console",
    "msvc.exe,         needed, KERNEL32.dll",
    "pe32.dll,         needed, KERNEL32.dll",
    "msvc.obj,         needed, unknown",
    "msvc.exe,         linking, dynamic",
    "msvc.exe,         pie, yes",
    "msvc.exe,         nx, yes",
    "msvc.exe,         cfg, no",
    "guarded.exe,      cfg, yes",
    "guarded.exe,      needed, none",
    "guarded.exe,      linking, static",
    "msvc.exe,         timestamp, 'none, a hash in its place'",
    "pe32.dll,         timestamp, none",
    "gnu-full.exe,     timestamp, 2026-11-25T17:35:24Z",
    "msvc.exe,         debug-info, 'none here, separate file msvc.pdb'",
    "msvc.exe,         split-debug, msvc.pdb",
    "signed.exe,       split-debug, msvc.pdb",
    "gnu-full.exe,     split-debug, none",
    "guarded.exe,      split-debug, none",
    "msvc.obj,         split-debug, unknown",
    "msvc.exe,         build-id, A6D7EE5D-8999-2EA0-4C4C-44205044422E-1",
    "gnu-full.exe,     debug-info, 'DWARF 4, 3004 bytes'",
    "gnu-symbols.exe,  debug-info, none",
    "gnu-full.exe,     strip, full",
    "gnu-symbols.exe,  strip, debug-stripped",
    "gnu-stripped.exe, strip, stripped",
    "msvc.obj,         strip, debug-stripped",
    "msvc.exe,         code-signature, none",
    "signed.exe,       code-signature, 'Authenticode, 872 bytes, not verified'",
    "gnu-full.exe,     rustc, 1.95.0 (59807616e 2026-04-14)",
    "hello-gnu.exe,    rustc-commit, 59807616e1fa2540724bfbac14d7976d7e4a3860",
    "hello-gnu.exe,    distribution, upstream (rustup or its archives)",
    "hello-gnu.exe,    panic, abort",
    "gnu-full.exe,     linker, GNU ld 2.40 (likely)",
    "msvc.exe,         linker, LLD (likely)",
    "msvc.obj,         linker, unknown",
  })
  void a_fact_has_the_value_that_the_file_was_made_with(String file, String fact, String value) {
    BinaryFacts facts = BinaryReader.read(Fixtures.path(file));
    assertEquals(value, facts.fact(fact).value(), facts.fact(fact).toString());
  }

  @ParameterizedTest
  @FieldSource("dev.selfsame.binary.Fixtures#PE")
  void a_sound_file_is_read_whole(String name) throws IOException {
    BinaryFacts facts = BinaryReader.read(Fixtures.path(name));
    assertEquals(List.of(), facts.problems());
    assertEquals(0L, bytes(facts, Category.UNCLAIMED));
    assertEquals(0L, bytes(facts, Category.TRAILER));
    assertEquals(facts, Json.read(Json.write(facts), BinaryFacts.class));
    facts
        .facts()
        .forEach((fact, said) -> {
          boolean unknown = said.grade() == Fact.Grade.UNKNOWN;
          assertEquals(unknown, said.value().equals("unknown"), fact);
          assertTrue(unknown || !said.evidence().isEmpty(), fact + " has no evidence");
        });
    EvidencePlaces.hold(facts);
    Evidence machine = facts.fact("machine").evidence().getFirst();
    ByteView there = ByteView.of(Files.readAllBytes(Fixtures.path(name)));
    assertEquals("Machine 0x%x".formatted(there.u16(machine.offset())), machine.what());
  }

  @Test
  void import_tables_are_cut_out_of_the_constants_that_they_lie_in() {
    BinaryFacts facts = BinaryReader.read(Fixtures.path("msvc.exe"));
    assertEquals(160, bytes(facts, Category.DYNLINK));
    assertEquals(56, size(facts, "import names"));
    assertEquals(15, bytes(facts, Category.RODATA));
    assertEquals(20, bytes(facts, Category.UNWIND), "12 of .pdata, 8 among the constants");
    assertEquals(33, size(facts, "CodeView record"));
    assertEquals(0, bytes(facts, Category.DEBUG), "a PDB's name is no debug information");
  }

  @Test
  void the_functions_that_may_be_called_indirectly_are_a_table_of_their_own() {
    BinaryFacts facts = BinaryReader.read(Fixtures.path("guarded.exe"));
    assertEquals(8, bytes(facts, Category.FUNCTION_TABLE));
    assertEquals(8, size(facts, "guard functions"));
  }

  @Test
  void what_is_read_is_not_said_to_be_left_out() {
    String left = BinaryReader.read(Fixtures.path("gnu-symbols.exe")).fact("not-read").value();
    assertFalse(left.contains("symbols"), left);
  }

  @Test
  void a_section_that_is_all_tables_stays_whole() {
    BinaryFacts facts = BinaryReader.read(Fixtures.path("gnu-full.exe"));
    assertEquals(176, size(facts, ".idata"));
    assertEquals(12, size(facts, ".pdata"));
    assertEquals(1223, size(facts, ".debug_str"), "long section names come from the string table");
  }

  @Test
  void a_signature_is_bytes_of_its_own() {
    BinaryFacts plain = BinaryReader.read(Fixtures.path("msvc.exe"));
    BinaryFacts signed = BinaryReader.read(Fixtures.path("signed.exe"));
    assertEquals(signed.size() - plain.size(), bytes(signed, Category.SIGNATURE));
    assertEquals(
        "unwind codes, certificates (signature not verified), handlers' own tables (counted as"
            + " constants)",
        signed.fact("not-read").value());
  }

  @Test
  void what_stands_behind_the_image_is_an_overlay_and_no_problem() throws IOException {
    Path file = Files.copy(Fixtures.path("gnu-stripped.exe"), folder.resolve("installer"));
    Files.write(file, "data of an installer".getBytes(), StandardOpenOption.APPEND);
    BinaryFacts facts = BinaryReader.read(file);
    assertEquals(20, size(facts, "overlay"));
    assertEquals(List.of(), facts.problems());
  }

  @Test
  void zeros_and_a_flag_decide_nothing_alone() throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path("msvc.exe"));
    // RELOCS_STRIPPED: the image cannot be moved, although DYNAMIC_BASE is set.
    bytes[142] |= 1;
    // GUARD_CF without a load configuration: nothing is checked.
    bytes[215] |= 0x40;
    BinaryFacts facts = BinaryReader.read(Files.write(folder.resolve("odd.exe"), bytes));
    assertEquals("no", facts.fact("pie").value());
    assertEquals("no", facts.fact("cfg").value());
  }

  @ParameterizedTest
  @CsvSource({
    "msvc.exe, 3,  not asked for; on for 64-bit processes, STRONG",
    "msvc.exe, 2,  not asked for; on for 64-bit processes, STRONG",
    "msvc.exe, 10, no, CERTAIN", // firmware's, which knows no such processes
    "pe32.dll, 3,  no, CERTAIN",
  })
  void a_64_bit_process_has_data_that_are_not_executable_without_asking(
      String name, int subsystem, String value, Fact.Grade grade) throws IOException {
    Path file = Fixtures.path(name);
    Fact asked = BinaryReader.read(file).fact("nx");
    assertEquals("yes", asked.value());
    assertEquals(Fact.Grade.CERTAIN, asked.grade());
    int flags = (int) asked.evidence().getFirst().offset();
    byte[] bytes = Files.readAllBytes(file);
    bytes[flags + 1] = (byte) (bytes[flags + 1] & ~1); // NX_COMPAT is 0x100
    bytes[flags - 2] = (byte) subsystem;
    BinaryFacts facts = BinaryReader.read(Files.write(folder.resolve(name), bytes));
    assertEquals(value, facts.fact("nx").value());
    assertEquals(grade, facts.fact("nx").grade());
    assertEquals("no NX_COMPAT", facts.fact("nx").evidence().getFirst().what());
    EvidencePlaces.hold(facts);
  }

  @Test
  void a_dos_program_is_none_of_ours() throws IOException {
    byte[] dos = new byte[512];
    dos[0] = 'M';
    dos[1] = 'Z';
    BinaryFacts facts = BinaryReader.read(Files.write(folder.resolve("dos.exe"), dos));
    assertEquals("unknown", facts.fact("format").value());
  }

  private static long bytes(BinaryFacts facts, Category category) {
    return requireNonNull(facts.categories().getOrDefault(category, 0L));
  }

  private static long size(BinaryFacts facts, String range) {
    return facts.ranges().stream().filter(r -> r.name().equals(range)).mapToLong(Range::size).sum();
  }
}
