package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.binary.elf.Section;
import dev.selfsame.binary.elf.Segment;
import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Json;
import dev.selfsame.outcome.ExitCode;
import dev.selfsame.outcome.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

class BinaryReaderTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "bare-full,     strip, full",
    "bare-symbols,  strip, debug-stripped",
    "bare-stripped, strip, stripped",
    "hello-symbols, strip, debug-stripped",
    "hello-abort,   strip, stripped",
    "hello-abort,   rustc, 1.95.0 (59807616e 2026-04-14)",
    "hello-abort,   rustc-commit, 59807616e1fa2540724bfbac14d7976d7e4a3860",
    "bare-full,     rustc, 1.85.1 (4eb161250 2025-03-15)",
    "bare-full,     rustc-commit, 4eb161250",
    "hello-abort,   distribution, upstream (rustup or its archives)",
    "hello-abort,   linker, LLD 22.1.2",
    "bare-full,     linker, GNU ld (likely)",
    "hello-abort,   panic, abort",
    "hello-symbols, panic, unwind",
    "bare-full,     panic, unknown",
    "hello-abort,   llvm, 22.1.2",
    "bare-full,     llvm, unknown",
    "hello-abort,   pie, yes",
    "bare-full,     pie, no",
    "powerpc.o,     pie, unknown",
    "hello-abort,   stack-protector, unknown",
    "hello-abort,   soname, none",
    "hello-abort,   runpath, none",
    "hello-abort,   split-debug, none",
    "hello-abort,   optimise, unknown",
    "bare-full,     optimise, unknown",
    "hello-abort,   overflow-checks, no sign of them",
    "hello-abort,   debug-assertions, no sign of them",
    "hello-abort,   lto, unknown",
    "hello-symbols, lto, unknown",
    "bare-symbols,  lto, unknown",
    "i686.o,        overflow-checks, unknown",
    "hello-abort,   crates, unknown",
    "bare-full,     source-paths, unknown",
    "powerpc-exec,  isa-level, unknown",
    "hello-abort,   type, PIE",
    "bare-full,     type, EXEC",
    "powerpc.o,     type, REL",
    "hello-abort,   relro, full",
    "bare-full,     relro, none",
    "hello-abort,   nx, yes",
    "powerpc.o,     nx, unknown",
    "hello-abort,   interpreter, /lib64/ld-linux-x86-64.so.2",
    "bare-full,     interpreter, none",
    "hello-abort,   linking, dynamic",
    "bare-full,     linking, static",
    "bare-full,     needed, none",
    "hello-abort,   glibc-floor, 2.34",
    "powerpc-exec,  machine, PowerPC",
    "powerpc-exec,  class, 32-bit",
    "powerpc-exec,  byte-order, big-endian",
    "s390x-exec,    class, 64-bit",
    "s390x-exec,    byte-order, big-endian",
    "s390x-exec,    machine, S/390",
    "i686-exec,     machine, i386",
    "i686-exec,     rustc, 1.95.0 (59807616e 2026-04-14)",
    "s390x.o,       rustc, 1.95.0 (59807616e 2026-04-14)",
    "s390x.o,       linker, unknown",
  })
  void a_fact_has_the_value_that_the_file_was_made_with(String file, String fact, String value) {
    BinaryFacts facts = BinaryReader.read(Fixtures.path(file));
    assertEquals(value, facts.fact(fact).value(), facts.fact(fact).toString());
  }

  @ParameterizedTest
  @FieldSource({"dev.selfsame.binary.Fixtures#ELF", "dev.selfsame.binary.Fixtures#MACHO"})
  void a_sound_file_is_read_whole(String name) throws IOException {
    Path path = Fixtures.path(name);
    BinaryFacts facts = BinaryReader.read(path);
    assertEquals(Files.size(path), facts.size());
    assertEquals(Digest.sha256(path), facts.sha256());
    assertEquals(List.of(), facts.problems());
    assertEquals(0L, facts.categories().getOrDefault(Category.UNCLAIMED, 0L));
    assertEquals(facts, Json.read(Json.write(facts), BinaryFacts.class));
    for (Map.Entry<String, Fact> entry : facts.facts().entrySet()) {
      Fact fact = entry.getValue();
      boolean unknown = fact.grade() == Fact.Grade.UNKNOWN;
      assertEquals(unknown, fact.value().equals("unknown"), entry.toString());
      assertTrue(unknown || !fact.evidence().isEmpty(), entry + " has no evidence");
    }
    EvidencePlaces.hold(facts);
  }

  @Test
  void only_debug_information_is_called_so() {
    BinaryFacts full = BinaryReader.read(Fixtures.path("bare-full"));
    assertTrue(full.fact("debug-info").value().startsWith("DWARF 4, "), full.toString());
    long debug = full.categories().get(Category.DEBUG);
    assertEquals("DWARF 4, %d bytes".formatted(debug), full.fact("debug-info").value());
    assertEquals(
        "none", BinaryReader.read(Fixtures.path("bare-symbols")).fact("debug-info").value());
  }

  /** As objcopy's {@code --only-keep-debug} writes it: a dynamic table, but none of its bytes. */
  @Test
  void what_only_the_stripped_file_says_is_unknown_beside_its_debug_information()
      throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.path("hello-symbols"));
    ElfFile file = ElfFile.parse(ByteView.of(bytes));
    ByteBuffer changed = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (Segment segment : file.segments()) {
      if (segment.type() == Segment.DYNAMIC || segment.type() == Segment.INTERP) {
        long at = file.header().programOffset() + 56L * segment.index();
        changed.putLong((int) at + 32, 0);
      }
    }
    long dynamic = file.section(Section.DYNAMIC).orElseThrow().index();
    changed.putInt((int) (file.header().sectionOffset() + 64 * dynamic) + 4, (int) Section.NOBITS);
    BinaryFacts facts = InMemory.read(bytes);
    for (String name :
        List.of("type", "pie", "interpreter", "needed", "soname", "runpath", "relro")) {
      assertEquals(Fact.Grade.UNKNOWN, facts.fact(name).grade(), name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\u007fELF', ELF",
    "'#!/bin/sh\n', script",
    "'#![no_std]\n', text",
    "'plain words\n', text",
    "'\u0000asm\u0001', WebAssembly",
    "'MZ is no program', text",
  })
  void a_format_is_named_only_where_it_is_certain(String content, String format)
      throws IOException {
    Path file = folder.resolve("file");
    Files.write(file, content.getBytes(StandardCharsets.ISO_8859_1));
    BinaryFacts facts = BinaryReader.read(file);
    assertEquals(format, facts.fact("format").value());
    assertTrue(!facts.problems().isEmpty(), "not read, and says nothing");
    assertEquals(Map.of(Category.OTHER, facts.size()), facts.categories());
    assertEquals("unknown", facts.fact("strip").value());
  }

  @ParameterizedTest
  @CsvSource({
    "cffaedfe07000001, Mach-O",
    "feedface00000007, Mach-O",
    "cafebabe00000002, Mach-O universal",
    "cafebabe00000041, unknown",
    "00010203, unknown",
    "7f454c4603010100, ELF",
  })
  void a_magic_number_alone_is_one_range(String hex, String format) throws IOException {
    Path file = folder.resolve("file");
    Files.write(file, HexFormat.of().parseHex(hex));
    BinaryFacts facts = BinaryReader.read(file);
    assertEquals(format, facts.fact("format").value());
    assertEquals(1, facts.ranges().size());
    assertEquals(1, facts.problems().size());
  }

  @Test
  void the_paths_of_a_std_only_program_are_the_standard_librarys() {
    Fact roots = BinaryReader.read(Fixtures.path("hello-abort")).fact("source-paths");
    assertEquals(Fact.Grade.STRONG, roots.grade());
    assertTrue(
        roots.value().contains("/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860"), roots.value());
  }

  @Test
  void what_is_no_file_is_refused_with_its_own_code() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    assertEquals(ExitCode.UNDECIDED, failure(empty).code());
    assertEquals(ExitCode.UNDECIDED, failure(folder).code());
    assertEquals(ExitCode.UNDECIDED, failure(Path.of("/dev/zero")).code());
    assertEquals(ExitCode.USAGE, failure(folder.resolve("absent")).code());
  }

  @Test
  void a_name_cannot_move_the_cursor() throws IOException {
    Path file = Files.copy(Fixtures.path("i686.o"), folder.resolve("a\u001b[2J\nb"));
    assertEquals("a\\x1b[2J\\x0ab", BinaryReader.read(file).name());
  }

  @Test
  void bytes_after_the_last_structure_are_a_trailer() throws IOException {
    Path file = Files.copy(Fixtures.path("hello-abort"), folder.resolve("signed"));
    Files.write(file, new byte[100], StandardOpenOption.APPEND);
    assertEquals(100L, BinaryReader.read(file).categories().get(Category.TRAILER));
  }

  private static Failure failure(Path path) {
    return assertThrows(Failure.class, () -> BinaryReader.read(path));
  }
}
