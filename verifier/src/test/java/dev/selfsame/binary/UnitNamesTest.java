package dev.selfsame.binary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Grade;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Codegen units by Mach-O's map to object files and by DWARF, which PE and dSYMs have. */
class UnitNamesTest {
  private static final String DEPS = "/build/target/release/deps/";
  private static final String UNIT = ".4dcb28b04a0a4d4f-cgu.";

  private static String own(String crate, int number) {
    return DEPS + crate + "-8ea1c9e4ee3a3c5d." + crate + UNIT + number + ".rcgu.o";
  }

  private static String member(String crate, int number) {
    return "%slib%s-0f.rlib(%s-0f.%s%s%d.rcgu.o)"
        .formatted(DEPS, crate, crate, crate, UNIT, number);
  }

  private static Fact objects(String... paths) {
    return objects(16, paths);
  }

  /** With so much code of one crate. */
  private static Fact objects(int code, String... paths) {
    MadeMacho made =
        new MadeMacho()
            .segment("__TEXT", "__text", 5, MadeMacho.CODE, new byte[code])
            .symbol("__ZN5agent3run17h0123456789abcdefE");
    List.of(paths).forEach(made::object);
    return InMemory.read(made.bytes()).fact("codegen-units");
  }

  private static byte[] strings(String... texts) {
    return (String.join("\0", texts) + "\0").getBytes(US_ASCII);
  }

  @Test
  void the_number_at_which_the_objects_of_several_crates_stop_is_the_setting() {
    String[] four = {own("agent", 0), own("agent", 3), member("serde", 3), member("itoa", 0)};
    Fact fact = objects(70_000, four);
    assertEquals("4", fact.value());
    assertEquals(Grade.MEDIUM, fact.grade());
    assertEquals("agent" + UNIT + 3, fact.evidence().getFirst().what());
    assertEquals("symbol table", fact.evidence().getFirst().where());
    assertEquals("at least 4", objects(four).value(), "small crates have no more to cut");
    assertEquals("16", objects(own("agent", 0), own("agent", 15)).value());
  }

  /** An object without debug information is not in the map, so that there may be more. */
  @Test
  void what_the_objects_of_one_crate_are_numbered_to_is_a_lower_bound() {
    assertEquals("at least 3", objects(own("agent", 0), own("agent", 2)).value());
    String newer = own("agent", 4).replace(".rcgu.o", ".0kqgrhv.rcgu.o");
    assertEquals("at least 5", objects(own("agent", 0), newer).value());
    // One object for all, as fat LTO leaves it, or others that have no debug information.
    assertEquals("at least 1", objects(own("agent", 0)).value());
    assertEquals(Grade.MEDIUM, objects(own("agent", 0)).grade());
  }

  @Test
  void objects_of_the_standard_library_or_of_others_are_no_units_of_the_program() {
    for (Fact fact :
        List.of(
            objects(member("std", 15), "/build/x" + UNIT + "7/main.o", "/build/main.o"),
            objects())) {
      assertEquals(Grade.UNKNOWN, fact.grade(), fact.toString());
      assertEquals("names no codegen unit of a crate", fact.evidence().getFirst().what());
    }
  }

  @Test
  void dwarf_names_units_where_no_symbol_does() {
    byte[] names =
        strings(
            "src/main.rs/@/agent" + UNIT + "1",
            "src/lib.rs/@/serde" + UNIT + "1",
            "library/std/src/lib.rs/@/std" + UNIT + "15",
            "see /@/ and agent" + UNIT + "9");
    Fact pe = InMemory.read(MadePe.of("dbg", names)).fact("codegen-units");
    assertEquals("unknown", pe.value(), "a section of another name");
    Fact dsym =
        InMemory.read(
                new MadeMacho()
                    .type(10)
                    .segment("__DWARF", "__debug_str", 7, MadeMacho.FOR_DEBUGGERS, names)
                    .bytes())
            .fact("codegen-units");
    assertEquals("at least 2", dsym.value(), "whose the code is, a dSYM's sections do not say");
    assertEquals("__DWARF,__debug_str", dsym.evidence().getFirst().where());
  }

  @Test
  void a_windows_program_with_dwarf_names_its_unit() {
    Fact unit = BinaryReader.read(Fixtures.path("gnu-full.exe")).fact("codegen-units");
    assertEquals("at least 1", unit.value(), unit.toString());
    assertTrue(
        unit.evidence().getFirst().what().matches("bare_windows\\.[0-9a-f]+-cgu\\.0"),
        unit.toString());
    Fact stripped = BinaryReader.read(Fixtures.path("gnu-symbols.exe")).fact("codegen-units");
    assertEquals(Grade.UNKNOWN, stripped.grade());
  }
}
