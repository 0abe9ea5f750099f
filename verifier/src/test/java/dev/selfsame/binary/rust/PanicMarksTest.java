package dev.selfsame.binary.rust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.binary.rust.PanicMarks.Places;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Neither what a program imports nor its landing pads alone tell how it panics. */
class PanicMarksTest {
  private static final long CODE = 1_000_000;
  private static final long PLACE = 9_600;
  private static final Mark RAISES = new Mark(".dynsym", 1_200, "imports _Unwind_RaiseException");
  private static final Mark WALKS = new Mark(".dynsym", 1_224, "imports _Unwind_Backtrace");
  private static final Set<Mark> NOTHING = Set.of();
  private static final Evidence ABSENT =
      new Evidence(".dynsym", -1, "no import of _Unwind_RaiseException");

  private static Fact panic(boolean dynamic, Set<Mark> imports, long landingPads, long code) {
    return new PanicMarks(
            dynamic,
            Optional.of(RAISES).filter(imports::contains),
            Optional.of(WALKS).filter(imports::contains),
            Optional.empty(),
            landingPads,
            PLACE,
            code,
            Places.ELF)
        .panic();
  }

  private static Fact withRuntime(String unit, Optional<Mark> raises, long landingPads) {
    Optional<Mark> runtime = Optional.of(new Mark(".symtab", 4_800, unit));
    return new PanicMarks(
            raises.isPresent(),
            raises,
            Optional.empty(),
            runtime,
            landingPads,
            PLACE,
            CODE,
            Places.ELF)
        .panic();
  }

  private static Evidence pads(long bytes) {
    return new Evidence(".gcc_except_table", PLACE, bytes + " bytes to 1000000 of code");
  }

  @Test
  void a_program_that_raises_and_has_landing_pads_unwinds() {
    assertEquals(
        new Fact("unwind", Grade.STRONG, List.of(RAISES.evidence(), pads(60_000)), List.of()),
        panic(true, Set.of(RAISES, WALKS), 60_000, CODE));
  }

  @Test
  void a_program_that_walks_the_stack_and_cannot_raise_aborts() {
    Fact abort = new Fact("abort", Grade.STRONG, List.of(ABSENT, WALKS.evidence()), List.of());
    assertEquals(abort, panic(true, Set.of(WALKS), 500, CODE));
    assertEquals(abort, panic(true, Set.of(WALKS), 0, 4_000));
    // C++ that is linked in has landing pads too.
    assertEquals(abort, panic(true, Set.of(WALKS), 60_000, CODE));
  }

  @Test
  void a_musl_library_that_raises_without_landing_pads_is_contradicted() {
    Fact bare = panic(true, Set.of(RAISES), 0, CODE);
    assertEquals(
        new Fact("unwind", Grade.WEAK, List.of(RAISES.evidence()), List.of(pads(0))), bare);
    assertEquals(Grade.WEAK, panic(true, Set.of(RAISES), 2_999, CODE).grade());
    assertEquals(Grade.STRONG, panic(true, Set.of(RAISES), 3_000, CODE).grade());
  }

  @Test
  void a_static_program_unwinds_by_its_landing_pads_though_it_imports_nothing() {
    assertEquals(
        new Fact("unwind", Grade.MEDIUM, List.of(pads(45_000)), List.of()),
        panic(false, NOTHING, 45_000, CODE));
    assertEquals(
        new Fact("unwind", Grade.MEDIUM, List.of(pads(45_000)), List.of(ABSENT)),
        panic(true, NOTHING, 45_000, CODE));
  }

  @Test
  void a_large_program_with_hardly_a_landing_pad_aborts() {
    assertEquals(
        new Fact("abort", Grade.MEDIUM, List.of(pads(1_000)), List.of()),
        panic(false, NOTHING, 1_000, CODE));
    assertEquals(
        new Fact("abort", Grade.MEDIUM, List.of(ABSENT, pads(1_000)), List.of()),
        panic(true, NOTHING, 1_000, CODE));
    assertEquals("abort", panic(false, NOTHING, 599, 200_000).value());
  }

  @ParameterizedTest
  @CsvSource({
    "4400, 200000",
    "7200, 200000",
    "600, 200000",
    "44999, 1000000",
    "0, 199999",
    "0, 0",
  })
  void what_small_programs_have_either_way_tells_nothing(long landingPads, long code) {
    assertEquals(Fact.unknown(), panic(false, NOTHING, landingPads, code));
    assertEquals(Fact.unknown(), panic(true, NOTHING, landingPads, code));
  }

  @Test
  void the_unit_of_a_runtime_outweighs_imports_and_landing_pads() {
    String aborts = "panic_abort.4dcb28b04a0a4d4f-cgu.0";
    assertEquals(
        new Fact(
            "abort",
            Grade.STRONG,
            List.of(new Evidence(".symtab", 4_800, aborts), pads(60_000)),
            List.of()),
        withRuntime(aborts, Optional.of(RAISES), 60_000));
    String unwinds = "panic_unwind.4dcb28b04a0a4d4f-cgu.0";
    assertEquals(
        new Fact(
            "unwind",
            Grade.STRONG,
            List.of(new Evidence(".symtab", 4_800, unwinds), pads(0)),
            List.of()),
        withRuntime(unwinds, Optional.empty(), 0));
  }

  @Test
  void what_is_absent_is_named_as_its_format_names_it() {
    Fact macho =
        new PanicMarks(
                true,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                0,
                -1,
                CODE,
                Places.MACHO)
            .panic();
    assertEquals(
        List.of(
            new Evidence("symbol table", -1, "no import of _Unwind_RaiseException"),
            new Evidence("__TEXT,__gcc_except_tab", -1, "0 bytes to 1000000 of code")),
        macho.evidence());
  }
}
