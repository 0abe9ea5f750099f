package dev.selfsame.binary;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.elf.ElfFile;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Crates and source files are read in every format by the same rules. */
class SourceFactsTest {
  private static final String PATH =
      "/home/dev/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/serde-1.0.200/src/lib.rs";

  /** What only reads ELF's tables has to be said to be unknown elsewhere. */
  private static final List<String> CODE =
      List.of(
          "rustc",
          "rustc-commit",
          "distribution",
          "llvm",
          "linker",
          "panic",
          "optimise",
          "frame-pointers",
          "isa-level",
          "stack-protector",
          "overflow-checks",
          "debug-assertions",
          "mangling",
          "lto",
          "codegen-units",
          "source-paths",
          "cargo",
          "crates");

  /** A {@code core::panic::Location} with this pointer to {@link #PATH}. */
  private static byte[] location(long pointer) {
    return location(pointer, PATH);
  }

  private static byte[] location(long pointer, String path) {
    ByteBuffer out = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(pointer).putLong(path.length()).putInt(7).putInt(5);
    return out.array();
  }

  private static byte[] list(String json) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
      out.write(json.getBytes(UTF_8));
    }
    return packed.toByteArray();
  }

  private static void assertPaths(BinaryFacts facts, String where) {
    Fact roots = facts.fact("source-paths");
    assertEquals("/home/dev/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f", roots.value());
    assertEquals(where, roots.evidence().getFirst().where());
    assertEquals("at least 1: serde 1.0.200", facts.fact("crates").value());
    assertEquals("1.85 or later", facts.fact("cargo").value());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello-abort", "macho/words-x86_64", "macho/words.o", "hello-gnu.exe"})
  void a_fact_that_is_not_read_is_unknown_and_not_absent(String name) {
    BinaryFacts facts = BinaryReader.read(Fixtures.path(name));
    for (String fact : CODE) {
      assertTrue(facts.facts().containsKey(fact), name + " says nothing of " + fact);
    }
  }

  @Test
  void a_windows_program_names_its_sources_and_its_checks() {
    BinaryFacts facts = BinaryReader.read(Fixtures.path("hello-gnu.exe"));
    Fact roots = facts.fact("source-paths");
    assertEquals(Grade.STRONG, roots.grade());
    assertTrue(
        roots.value().contains("/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860"), roots.value());
    assertEquals(Fact.NO_SIGN, facts.fact("overflow-checks").value());
  }

  @Test
  void a_mach_o_program_names_its_sources() {
    byte[] plain =
        new MadeMacho()
            .segment("__TEXT", "__const", 5, 0, PATH.getBytes(UTF_8))
            .segment("__DATA", "__const", 3, 0, location(MadeMacho.address(0)))
            .bytes();
    assertPaths(InMemory.read(plain), "__TEXT,__const");
  }

  /** Of a chained pointer, the upper bits say where the next one is. */
  @Test
  void a_mach_o_program_with_chained_pointers_names_its_sources() {
    long next = 3L << 51;
    for (long target : new long[] {MadeMacho.address(0), 0x0L}) {
      byte[] chained =
          new MadeMacho()
              .segment("__TEXT", "__const", 5, 0, PATH.getBytes(UTF_8))
              .segment("__DATA", "__const", 3, 0, location(target | next))
              .chained()
              .bytes();
      assertPaths(InMemory.read(chained), "__TEXT,__const");
    }
  }

  @Test
  void a_program_at_fixed_addresses_has_its_locations_among_its_constants() {
    byte[] path = PATH.getBytes(UTF_8);
    ByteBuffer constants = ByteBuffer.allocate(24 + path.length);
    constants.put(location(0x40_1000 + 24)).put(path);
    byte[] fixed =
        new MadeElf(2).section(".rodata", MadeElf.ALLOC, 0x40_1000, constants.array()).bytes();
    assertPaths(InMemory.read(fixed), ".rodata");
    long line = ElfLocations.of(ElfFile.parse(ByteView.of(fixed))).lines().getFirst();
    assertEquals(7, ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN).getInt((int) line));
  }

  /** No NUL stands between texts, so that only a location tells where one begins and ends. */
  @Test
  void a_path_that_runs_together_with_other_texts_is_read_exactly() {
    String before = "assertion failed in src/main.rs";
    String standard = "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/std/src/io.rs";
    byte[] texts = (before + standard + PATH + "/vendor/other-9.9.9/src/lib.rs").getBytes(UTF_8);
    long first = 0x40_1000 + 48 + before.length();
    ByteBuffer constants = ByteBuffer.allocate(48 + texts.length);
    constants.put(location(first, standard)).put(location(first + standard.length())).put(texts);
    byte[] fixed =
        new MadeElf(2).section(".rodata", MadeElf.ALLOC, 0x40_1000, constants.array()).bytes();
    BinaryFacts facts = InMemory.read(fixed);
    Fact roots = facts.fact("source-paths");
    assertEquals(
        "/home/dev/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f,"
            + " /rustc/59807616e1fa2540724bfbac14d7976d7e4a3860",
        roots.value());
    assertEquals(List.of(PATH, standard), roots.evidence().stream().map(Evidence::what).toList());
    int place = (int) roots.evidence().getFirst().offset();
    assertEquals(PATH, new String(fixed, place, PATH.length(), UTF_8));
    assertEquals("at least 1: serde 1.0.200", facts.fact("crates").value());
    assertEquals("1.95.0 (59807616e)", facts.fact("rustc").value());
    assertEquals(standard, facts.fact("rustc").evidence().getFirst().what());
  }

  @Test
  void the_list_of_cargo_auditable_is_read_in_every_format() throws IOException {
    byte[] list = list("{\"packages\":[{\"name\":\"serde\",\"version\":\"1.0.200\"}]}");
    byte[] macho = new MadeMacho().segment("__DATA", ".dep-v0", 3, 0, list).bytes();
    byte[] elf = new MadeElf(3).section(".dep-v0", 0, 0, list).bytes();
    for (byte[] made : List.of(macho, elf, MadePe.of(".dep-v0", list))) {
      Fact crates = InMemory.read(made).fact("crates");
      assertEquals("1: serde 1.0.200", crates.value());
      assertTrue(crates.evidence().getFirst().where().endsWith(".dep-v0"), crates.toString());
    }
  }

  @Test
  void a_crate_s_name_cannot_move_the_cursor() throws IOException {
    byte[] list = list("{\"packages\":[{\"name\":\"\\u001b[2Jx\\n\",\"version\":\"\\u202e1\"}]}");
    byte[] elf = new MadeElf(3).section(".dep-v0", 0, 0, list).bytes();
    assertEquals("1: \\x1b[2Jx\\x0a \\xe2\\x80\\xae1", InMemory.read(elf).fact("crates").value());
  }
}
