package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Composition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose the bytes are in COFF files, and in files of several parts. */
class PartSymbolsTest {
  /** Sizes are those to the next symbol, or the end of the section, as nm lists them. */
  @ParameterizedTest
  @CsvSource({
    "gnu-symbols.exe,      mainCRTStartup,            60, 1",
    "gnu-symbols.exe,      __rustc::rust_begin_unwind, 16, 1",
    "msvc.obj,             mainCRTStartup,            62, 1",
    "msvc.obj,             bare_windows::WRITTEN,      4, 1",
    // Names of eight bytes and fewer stand in the entry itself.
    "big.obj,              thrice,                     4, 1",
    "big.obj,              _DllMainCRTStartup,        11, 1",
    "i686.obj,             _twice,                    10, 1",
    // Two members, two slices: the sum of both.
    "gnu.a,                _start,                    14, 2",
    "bsd.a,                _start,                    14, 2",
    "libsmall.rlib,        small::twice,               4, 1",
    "macho/objects-fat64,  words,                      8, 1",
  })
  void a_symbol_owns_its_bytes_in_whatever_part(String file, String name, long bytes, int symbols) {
    BinaryFacts facts = BinaryReader.read(Fixtures.path(file));
    Composition composition = facts.composition();
    Composition.Holding row =
        composition.functions().stream()
            .filter(holding -> holding.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new AssertionError(composition.functions().toString()));
    assertEquals(bytes, row.bytes());
    assertEquals(symbols, row.symbols());
    composition
        .sums()
        .forEach((category, sum) -> assertEquals(facts.categories().get(category), sum));
  }

  @Test
  void the_largest_symbol_of_a_part_is_found_within_the_whole_file() {
    BinaryFacts facts = BinaryReader.read(Fixtures.path("gnu.a"));
    long at = facts.composition().functions().getFirst().offset();
    assertTrue(
        facts.ranges().stream()
            .anyMatch(range ->
                range.name().contains(": .text")
                    && range.offset() <= at
                    && at < range.offset() + range.size()),
        facts.ranges().toString());
  }

  @ParameterizedTest
  @CsvSource({"hello-gnu.exe", "gnu-stripped.exe", "kernel32.lib", "thin.a", "macho/quiet-fat"})
  void where_no_part_has_symbols_nobody_is_named(String file) {
    BinaryFacts facts = BinaryReader.read(Fixtures.path(file));
    assertEquals(Composition.none(), facts.composition());
  }
}
