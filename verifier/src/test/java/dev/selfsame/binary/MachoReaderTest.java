package dev.selfsame.binary;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Part;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MachoReaderTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "words-x86_64,  format, Mach-O",
    "words-x86_64,  class, 64-bit",
    "words-x86_64,  byte-order, little-endian",
    "words-x86_64,  machine, x86-64",
    "words-x86_64,  abi, macOS",
    "words-x86_64,  minos, 11.0",
    "words-x86_64,  sdk, 14.5",
    "words-x86_64,  type, PIE",
    "words-x86_64,  pie, yes",
    "words-x86_64,  nx, yes",
    "words-x86_64,  entry, 0x100000678",
    "words-x86_64,  interpreter, /usr/lib/dyld",
    "words-x86_64,  linking, dynamic",
    "words-x86_64,  needed, /usr/lib/libSystem.B.dylib 1345.120.2",
    "words-x86_64,  linker, LLD 19.1.7",
    "words-x86_64,  strip, full",
    "words-x86_64,  debug-info, 'none here, debug map to 1 object files'",
    "words-x86_64,  split-debug, 1 object file or a dSYM bundle",
    "words-x86_64,  relocation-format, dyld opcodes",
    "words-x86_64,  unwind-format, compact and DWARF",
    "words-x86_64,  code-signature, none",
    "words-x86_64,  rustc-commit, 59807616e1fa2540724bfbac14d7976d7e4a3860",
    "words-x86_64,  distribution, upstream (rustup or its archives)",
    "words-x86_64,  panic, unknown",
    "words-chained, strip, debug-stripped",
    "words-chained, debug-info, none",
    "words-chained, split-debug, none",
    "words-chained, relocation-format, chained fixups",
    "words-chained, code-signature, 'ad hoc, linker-signed'",
    "words-chained, signature-id, words-chained",
    "words-chained, signature-hash, SHA-256",
    "words-chained, page-hashes, all 5 right",
    "quiet-arm64,   machine, AArch64",
    "quiet-arm64,   page-hashes, all 5 right",
    "quiet-arm64,   rustc, unknown",
    "quiet-library, type, DYLIB",
    "quiet-library, strip, stripped",
    "quiet-library, nx, unknown",
    "words.o,       type, OBJECT",
    "words.o,       split-debug, none",
    "words.o,       linker, unknown",
    "words.o,       linking, unknown",
    "words.o,       relocation-format, object relocations",
    "words.o,       not-read, 'relocations one by one, unwind codes'",
    "words-i386.o,  class, 32-bit",
    "words-i386.o,  machine, i386",
    "words-dsym,    type, DSYM",
    "words-dsym,    split-debug, this is a dSYM companion file",
    "words-dsym,    linker, unknown",
    "program-ppc,   byte-order, big-endian",
    "program-ppc,   machine, PowerPC (ppc7400)",
    "program-ppc,   type, EXEC",
    "program-ppc,   entry, 0x1220",
    "program-ppc,   nx, stack only",
    "program-ppc,   linker, unknown",
    "program-ppc,   minos, unknown",
    "program-ppc,   uuid, none",
    "quiet-fat,     format, Mach-O universal",
    "quiet-fat,     slices, 'x86_64, arm64'",
    "quiet-fat,     linker, LLD 19.1.7",
    "quiet-fat,     machine, unknown",
    "objects-fat64, slices, 'x86_64, i386'",
    "objects-fat64, type, OBJECT",
  })
  void a_fact_has_the_value_that_the_file_was_made_with(String file, String fact, String value) {
    Fact read = read(file).fact(fact);
    assertEquals(value, read.value(), read.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "words-x86_64,  '__TEXT,__text', code, 50",
    "words-x86_64,  '__TEXT,__stubs', stubs, 6",
    "words-x86_64,  '__TEXT,__stub_helper', stubs, 26",
    "words-x86_64,  '__TEXT,__cstring', rodata, 6",
    "words-x86_64,  '__TEXT,__unwind_info', unwind, 4152",
    "words-x86_64,  '__DATA_CONST,__const', relro-data, 16",
    "words-x86_64,  '__DATA,__data', data, 16",
    "words-x86_64,  rebase opcodes, relocs, 8",
    "words-x86_64,  bind opcodes, relocs, 24",
    "words-x86_64,  lazy bind opcodes, relocs, 16",
    "words-x86_64,  export trie, dynlink, 56",
    "words-x86_64,  function starts, function-table, 8",
    "words-x86_64,  symbol table, symbols, 256",
    "words-x86_64,  indirect symbols, dynlink, 12",
    "words-x86_64,  string table, symbols, 272",
    "words-chained, chained fixups, relocs, 96",
    "words-chained, export trie, dynlink, 56",
    "words-chained, code signature, signature, 288",
    "words.o,       '__LD,__compact_unwind', unwind, 32",
    "words.o,       '__DWARF,__debug_str', debug, 182",
    "words.o,       'relocations of __TEXT,__text', relocs, 32",
    "words-dsym,    '__DWARF,__debug_info', debug, 320",
    "quiet-fat,     'arm64: code signature', signature, 288",
    "quiet-fat,     universal header, headers, 48",
    "program-ppc,   load commands, headers, 492",
  })
  void a_structure_has_its_bytes_and_its_category(
      String file, String name, String category, long size) {
    List<Range> ranges =
        read(file).ranges().stream().filter(range -> range.name().equals(name)).toList();
    assertEquals(1, ranges.size(), name + " in " + read(file).ranges());
    assertEquals(size, ranges.getFirst().size());
    assertEquals(category, ranges.getFirst().category().word());
  }

  /** What has a range and is looked into nowhere is said to be left out. */
  @ParameterizedTest
  @ValueSource(
      strings = {"words-x86_64", "words-chained", "quiet-arm64", "quiet-library", "words.o"})
  void what_is_counted_and_not_looked_into_is_said(String file) {
    BinaryFacts facts = read(file);
    List<String> ranges = facts.ranges().stream().map(Range::name).toList();
    List<String> left = List.of(facts.fact("not-read").value().split(", "));
    for (String table :
        List.of("export trie", "chained fixups", "data in code", "indirect symbols")) {
      assertEquals(ranges.contains(table), left.contains(table), table + " of " + left);
    }
    boolean opcodes = ranges.contains("rebase opcodes") || ranges.contains("bind opcodes");
    assertEquals(opcodes, left.contains("rebase and bind opcodes"), left.toString());
    assertEquals(
        ranges.stream().anyMatch(name -> name.startsWith("relocations of ")),
        left.contains("relocations one by one"),
        left.toString());
    assertEquals(
        facts.categories().containsKey(Category.UNWIND), left.contains("unwind codes"), file);
    assertFalse(left.contains("function starts") || left.contains("code signature"), file);
  }

  @Test
  void debug_information_is_counted_in_bytes() {
    Map<String, Integer> versions = Map.of("words.o", 4, "words-i386.o", 2, "words-dsym", 4);
    versions.forEach((file, version) -> {
      BinaryFacts facts = read(file);
      String said = "DWARF %d, %d bytes".formatted(version, facts.categories().get(Category.DEBUG));
      assertEquals(said, facts.fact("debug-info").value());
      assertEquals("full", facts.fact("strip").value());
    });
  }

  @Test
  void a_program_names_its_objects_and_its_companion_has_its_uuid() throws IOException {
    List<Fact.Evidence> program = read("words-x86_64").fact("split-debug").evidence();
    List<Fact.Evidence> companion = read("words-dsym").fact("split-debug").evidence();
    assertTrue(program.getFirst().what().endsWith("/macho/words.o"), program.toString());
    assertEquals("LC_UUID", program.getLast().where());
    assertEquals(program.getLast().what(), companion.getLast().what());
    // The stab itself stands there.
    byte[] bytes = Files.readAllBytes(Fixtures.path("macho/words-x86_64"));
    assertEquals(0x66, bytes[(int) program.getFirst().offset() + 4]);

    byte[] made =
        new MadeMacho()
            .segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[16])
            .symbol("_a")
            .object("/b/one.o")
            .object("/b/two.o")
            .bytes();
    Fact two = read(made).fact("split-debug");
    assertEquals("2 object files or a dSYM bundle", two.value());
    assertEquals("/b/one.o", two.evidence().getFirst().what());
  }

  private static Fact timestamp(long... times) {
    MadeMacho made =
        new MadeMacho().segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[16]).symbol("_a");
    for (long time : times) {
      made.object("/b/one.o", time);
    }
    return InMemory.read(made.bytes()).fact("timestamp");
  }

  @Test
  void object_files_are_told_with_the_times_that_a_linker_noted() {
    long second = 1_700_000_000;
    assertEquals("2023-11-14T22:13:20Z", timestamp(second, 0, second).value());
    Fact several = timestamp(second + 60, second);
    assertEquals("2023-11-14T22:13:20Z to 2023-11-14T22:14:20Z", several.value());
    assertEquals("N_OSO of 2023-11-14T22:14:20Z", several.evidence().getFirst().what());
    assertEquals("none", timestamp(0, 0).value());
    assertEquals("none", timestamp(-1, Long.MAX_VALUE).value(), "these are no times");
    assertEquals(Fact.Grade.UNKNOWN, timestamp().grade());
  }

  @ParameterizedTest
  @ValueSource(strings = {"quiet-fat", "objects-fat64"})
  void a_universal_file_is_the_sum_of_its_slices_header_and_padding(String name) {
    BinaryFacts facts = read(name);
    Map<Category, Long> sum = new TreeMap<>();
    facts.parts().forEach(part -> part.categories().forEach((c, n) -> sum.merge(c, n, Long::sum)));
    for (Range range : facts.ranges()) {
      if (!range.name().contains(": ")) {
        assertTrue(
            range.category() == Category.HEADERS || range.category() == Category.PADDING,
            range.toString());
        sum.merge(range.category(), range.size(), Long::sum);
      }
    }
    assertEquals(facts.categories(), sum);
    assertEquals(2, facts.parts().size());
  }

  @Test
  void a_slice_says_what_the_thin_file_says() {
    Part slice = read("quiet-fat").parts().getLast();
    BinaryFacts thin = read("quiet-arm64");
    assertEquals("arm64", slice.name());
    assertEquals(thin.size(), slice.size());
    assertEquals(thin.categories(), slice.categories());
    thin.facts()
        .forEach((name, fact) -> assertEquals(fact.value(), slice.fact(name).value(), name));
    long entry = slice.fact("entry").evidence().getFirst().offset() - slice.offset();
    assertEquals(thin.fact("entry").evidence().getFirst().offset(), entry);
  }

  @Test
  void facts_of_a_universal_file_are_those_that_all_slices_share() {
    BinaryFacts facts = read("quiet-fat");
    assertEquals("unknown", facts.fact("code-signature").value());
    assertEquals("none", facts.parts().getFirst().fact("code-signature").value());
    assertEquals("ad hoc, linker-signed", facts.parts().getLast().fact("code-signature").value());
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 600, 16_383})
  void a_byte_that_was_changed_after_signing_is_found(int at) throws IOException {
    byte[] changed = Files.readAllBytes(Fixtures.path("macho/quiet-arm64"));
    changed[at] ^= 1;
    BinaryFacts facts = read(changed);
    assertEquals("1 of 5 wrong", facts.fact("page-hashes").value());
    assertTrue(facts.problems().toString().contains("are not those of the file"));
  }

  @Test
  void a_load_command_of_an_unknown_number_does_not_stop_reading() {
    assertEquals(List.of(), read("program-ppc").problems());
  }

  @Test
  void the_uuid_of_lld_names_it_where_no_tool_does() throws IOException {
    byte[] silent = Files.readAllBytes(Fixtures.path("macho/words-x86_64"));
    int tools = 1480 + 20;
    silent[tools] = 0;
    Fact linker = read(silent).fact("linker");
    assertEquals("LLD", linker.value());
    assertEquals(Fact.Grade.STRONG, linker.grade());
    silent[1456 + 8] = 0;
    assertEquals("unknown", read(silent).fact("linker").value());
  }

  @Test
  void slices_that_overlap_are_told_of_and_not_counted_twice() throws IOException {
    byte[] file = Files.readAllBytes(Fixtures.path("macho/quiet-fat"));
    file[8 + 20 + 8 + 2] = 0x10; // the second slice begins within the first
    BinaryFacts facts = read(file);
    assertFalse(facts.problems().isEmpty());
    assertEquals(1, facts.parts().size());
  }

  @Test
  void a_slice_for_another_processor_than_listed_is_told_of() throws IOException {
    byte[] file = Files.readAllBytes(Fixtures.path("macho/quiet-fat"));
    file[8 + 3] = 18;
    assertTrue(read(file).problems().toString().contains("the slice is for x86_64"));
  }

  @Test
  void a_symbol_reaches_to_the_next_or_to_the_end_of_its_section() throws IOException {
    List<String> placed =
        read("words.o").composition().functions().stream()
            .filter(row -> row.symbols() == 1)
            .map(row -> "%s %d".formatted(row.name(), row.bytes()))
            .sorted()
            .toList();
    assertEquals(List.of("counter 4", "main 50", "path 72", "words 16"), placed);
  }

  @Test
  void names_of_c_in_slices_are_without_the_underscore_too() {
    List<String> names =
        read("objects-fat64").composition().functions().stream().map(row -> row.name()).toList();
    assertTrue(names.containsAll(List.of("main", "words", "path", "counter")), names.toString());
  }

  @Test
  void what_stripping_left_owns_nothing() {
    BinaryFacts stripped = read("quiet-arm64");
    assertEquals("stripped", stripped.fact("strip").value());
    assertEquals(Composition.none(), stripped.composition());
  }

  @Test
  void what_follows_a_program_is_a_trailer() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("macho/words-x86_64"));
    BinaryFacts facts = read(Arrays.copyOf(whole, whole.length + 100));
    assertEquals(100L, facts.categories().get(Category.TRAILER));
  }

  private static BinaryFacts read(String name) {
    return BinaryReader.read(Fixtures.path("macho/" + name));
  }

  private BinaryFacts read(byte[] bytes) throws IOException {
    Path file = requireNonNull(folder).resolve("changed");
    Files.write(file, bytes);
    return BinaryReader.read(file);
  }
}
