package dev.selfsame.binary.rust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Grade;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The names are those of real builds of src/bench/planted, by rustc 1.85.1. */
class CodegenMarksTest {
  private static final String HASH = ".4dcb28b04a0a4d4f-cgu.";
  private static final Optional<Mark> THINNED =
      Optional.of(
          new Mark(".strtab", 9, "_ZN12aho_corasick6packed3new17h0123456789abcdefE.llvm.1"));

  private static final Set<String> MANY =
      Set.of("std", "planted", "aho_corasick", "serde_json", "lexopt", "(unmangled)");

  /** So much code of each of these crates. */
  private static Map<String, Long> code(Set<String> crates, long bytes) {
    return crates.stream().collect(Collectors.toMap(Function.identity(), crate -> bytes));
  }

  private static CodegenMarks of(String... units) {
    CodegenMarks marks = new CodegenMarks();
    for (String unit : units) {
      marks.unit(new Mark(".symtab", 0, unit));
    }
    return marks;
  }

  private static CodegenMarks crates(int most) {
    CodegenMarks marks = of("std" + HASH + "15", "core" + HASH + "0", "itoa" + HASH + "0");
    for (int i = 0; i < most; i++) {
      marks.unit(new Mark(".symtab", 0, "serde_json" + HASH + i));
      marks.unit(new Mark(".symtab", 0, "aho_corasick" + HASH + i));
    }
    return marks;
  }

  @Test
  void what_the_standard_library_was_cut_into_says_nothing() {
    CodegenMarks marks = of("std" + HASH + "15", "compiler_builtins" + HASH + "070");
    assertEquals(Fact.unknown(), marks.codegenUnits(code(MANY, 1 << 20)));
    assertEquals(Fact.unknown(), marks.lto(THINNED, MANY, true));
  }

  @Test
  void the_number_at_which_several_large_crates_stop_is_the_setting() {
    assertUnits("4", Grade.MEDIUM, crates(4).codegenUnits(code(MANY, 4 << 16)));
    assertUnits("1", Grade.MEDIUM, crates(1).codegenUnits(code(MANY, 1 << 16)));
    assertUnits("16", Grade.STRONG, crates(16).codegenUnits(code(MANY, 1)));
  }

  /** One large crate may be of one module, which rustc does not cut. */
  @Test
  void one_large_crate_among_several_that_stop_at_a_number_proves_less() {
    Map<String, Long> large = Map.of("aho_corasick", 70_000L, "serde_json", 9_000L);
    assertUnits("1", Grade.MEDIUM, crates(1).codegenUnits(large));
    assertUnits("4", Grade.MEDIUM, crates(4).codegenUnits(large));
    assertUnits("at least 8", Grade.MEDIUM, crates(8).codegenUnits(large));
  }

  /** Rustc makes one unit of what is small, or two, however many it was allowed. */
  @Test
  void the_number_at_which_small_crates_stop_is_a_lower_bound() {
    assertUnits("at least 1", Grade.MEDIUM, crates(1).codegenUnits(code(MANY, 9_000)));
    assertUnits("at least 2", Grade.MEDIUM, crates(2).codegenUnits(code(MANY, 40_000)));
    assertUnits("at least 4", Grade.MEDIUM, crates(4).codegenUnits(Map.of()));
    // What is large is another crate than those that stop there.
    Map<String, Long> other = Map.of("planted", 500_000L, "serde_json", 9_000L);
    assertUnits("at least 2", Grade.MEDIUM, crates(2).codegenUnits(other));
  }

  /** Objects without debug information are named nowhere. */
  @Test
  void a_unit_that_alone_is_named_is_not_taken_for_all_that_there_was() {
    CodegenMarks marks = of("planted" + HASH + "01");
    assertUnits("at least 2", Grade.MEDIUM, marks.namedUnits(code(MANY, 1 << 20)));
    assertUnits("10 or more, joined", Grade.MEDIUM, marks.codegenUnits(code(MANY, 1 << 20)));
  }

  private static void assertUnits(String value, Grade grade, Fact units) {
    assertEquals(value, units.value());
    assertEquals(grade, units.grade(), value);
  }

  @Test
  void one_small_crate_is_a_lower_bound() {
    CodegenMarks marks = of("agent" + HASH + "0", "agent" + HASH + "2", "itoa" + HASH + "0");
    assertUnits("at least 3", Grade.MEDIUM, marks.codegenUnits(code(MANY, 1 << 20)));
  }

  @Test
  void a_single_unit_for_all_is_fat_link_time_optimisation() {
    CodegenMarks marks = of("crtstuff.c", "planted" + HASH + "01");
    assertEquals("fat", marks.lto(Optional.empty(), MANY, true).value());
    assertEquals(Grade.STRONG, marks.lto(Optional.empty(), MANY, true).grade());
    Map<String, Long> code = code(MANY, 1 << 20);
    assertEquals("10 or more, joined", marks.codegenUnits(code).value());
    assertEquals("9 or fewer, joined", of("planted" + HASH + "1").codegenUnits(code).value());
  }

  /** As of smallvec, either and fnv: their code stands in the units of whoever calls it. */
  @Test
  void a_program_in_several_units_was_not_joined_whatever_has_none() {
    CodegenMarks marks = of("agent" + HASH + "0", "agent" + HASH + "1", "agent" + HASH + "2");
    assertEquals(Fact.unknown(), marks.lto(Optional.empty(), MANY, true));
    assertEquals("thin-local (the default) or thin", marks.lto(THINNED, MANY, true).value());
    assertEquals("at least 3", marks.codegenUnits(code(MANY, 1 << 20)).value());
    CodegenMarks ten = of("agent" + HASH + "00", "agent" + HASH + "10");
    assertEquals(Fact.unknown(), ten.lto(Optional.empty(), MANY, true));
  }

  /** A package's program and library have one name; what tells them apart is the hash. */
  @Test
  void two_crates_of_one_name_are_two_units() {
    CodegenMarks marks = of("agent" + HASH + "0", "agent.0123456789abcdef-cgu.0");
    assertEquals(Fact.unknown(), marks.lto(Optional.empty(), MANY, true));
    CodegenMarks twice = of("planted" + HASH + "0", "planted" + HASH + "0");
    assertEquals("fat", twice.lto(Optional.empty(), MANY, true).value());
  }

  @Test
  void a_program_so_small_that_it_is_one_unit_is_no_strong_sign_of_having_been_joined() {
    for (String only : List.of("planted" + HASH + "0", "planted" + HASH + "1")) {
      Fact lto = of(only).lto(Optional.empty(), MANY, true);
      assertEquals("fat", lto.value());
      assertEquals(Grade.MEDIUM, lto.grade());
    }
  }

  @Test
  void a_program_of_one_crate_may_be_joined_or_not() {
    CodegenMarks marks = of("hello" + HASH + "0");
    Set<String> alone = Set.of("hello", "std", "core", "(unmangled)");
    assertEquals(Fact.unknown(), marks.lto(Optional.empty(), alone, true));
    assertEquals("at least 1", marks.codegenUnits(code(alone, 1 << 20)).value());
    Set<String> one = Set.of("hello", "std", "generic");
    assertEquals(Grade.WEAK, marks.lto(Optional.empty(), one, true).grade());
  }

  @Test
  void one_unit_a_crate_is_not_fat_link_time_optimisation() {
    assertEquals(
        "off or thin-local: with one unit a crate they are the same",
        crates(1).lto(Optional.empty(), MANY, true).value());
  }

  @Test
  void names_that_thin_lto_made_visible_tell_it_from_none() {
    assertEquals("thin-local (the default) or thin", crates(16).lto(THINNED, MANY, true).value());
    assertEquals("off", crates(16).lto(Optional.empty(), MANY, true).value());
    assertEquals(Grade.MEDIUM, crates(16).lto(Optional.empty(), MANY, true).grade());
  }

  @Test
  void a_name_that_was_not_read_may_be_the_one_that_is_missing() {
    assertEquals(Fact.unknown(), crates(16).lto(Optional.empty(), MANY, false));
    assertEquals("thin-local (the default) or thin", crates(16).lto(THINNED, MANY, false).value());
  }

  @Test
  void a_library_of_another_mangling_is_said() {
    Mark old = new Mark(".strtab", 1, "_ZN3std2io5stdin17h0123456789abcdefE");
    Mark now = new Mark(".strtab", 40, "_RNvCs1234_7planted4main");
    assertEquals("legacy", CodegenMarks.mangling(3, 0, List.of(old)).value());
    assertEquals("v0", CodegenMarks.mangling(0, 2, List.of(now)).value());
    assertEquals(
        "both: 1,446 legacy, 804 v0", CodegenMarks.mangling(1446, 804, List.of(old, now)).value());
    assertEquals(Fact.unknown(), CodegenMarks.mangling(0, 0, List.of()));
  }
}
