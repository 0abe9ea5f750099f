package dev.selfsame.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.symbols.FunctionOrder;
import dev.selfsame.binary.symbols.Owners;
import dev.selfsame.binary.symbols.SymbolRuns;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.Cause;
import dev.selfsame.evidence.Comparison.Cause.Grade;
import dev.selfsame.evidence.Comparison.SectionDelta;
import dev.selfsame.evidence.Fact.Evidence;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** In which order causes are told, and how many bytes each has. */
class CausesTest {
  @Test
  void what_grows_here_and_shrinks_there_is_not_ranked_by_the_rest() {
    Sides a =
        new Sides()
            .section(".text", Category.CODE, 1_000)
            .section(".rodata", Category.RODATA, 50_000)
            .section(".note", Category.NOTES, 20);
    Sides b =
        new Sides()
            .section(".text", Category.CODE, 51_000)
            .section(".rodata", Category.RODATA, 10)
            .section(".note", Category.NOTES, 520);
    List<Cause> causes = causes(a, b);
    Cause first = causes.getFirst();
    assertEquals("program", first.id());
    assertEquals(10, first.moved());
    assertEquals(99_990, first.differing());
    assertTrue(first.atLeast(), "other bytes may have been put in their place");
    assertTrue(first.sentence().startsWith(".text +50,000, .rodata -49,990"), first.sentence());
    assertEquals("notes", causes.getLast().id());
    assertEquals(500, causes.getLast().differing());
  }

  @Test
  void what_cancels_out_to_nothing_is_not_called_the_same_size() {
    Sides a =
        new Sides().section(".text", Category.CODE, 90).section(".rodata", Category.RODATA, 10);
    Sides b =
        new Sides().section(".text", Category.CODE, 10).section(".rodata", Category.RODATA, 90);
    Cause only = causes(a, b).getFirst();
    assertEquals(0, only.moved());
    assertEquals(160, only.differing());
    assertTrue(only.atLeast(), "sizes moved, though their sum did not");
    assertFalse(only.sentence().contains("of the same size"), only.sentence());
  }

  @Test
  void of_one_size_bytes_that_are_not_equal_are_counted() {
    byte[] other = new byte[200_000];
    other[0] = 1;
    other[70_000] = 1;
    other[199_999] = 1;
    Sides a =
        new Sides()
            .section(".text", Category.CODE, 200_000)
            .section(".debug_info", Category.DEBUG, 8);
    Sides b =
        new Sides()
            .section(".text", Category.CODE, other)
            .section(".debug_info", Category.DEBUG, new byte[] {1, 1, 1, 1, 1, 1, 1, 1});
    List<Cause> causes = causes(a, b);
    assertEquals(List.of("debug-info", "program"), causes.stream().map(Cause::id).toList());
    assertEquals(8, causes.getFirst().differing());
    assertEquals(3, causes.getLast().differing());
    assertFalse(causes.getLast().atLeast(), "every byte was looked at");
    assertEquals(Grade.UNEXPLAINED, causes.getLast().grade());
  }

  @Test
  void what_only_follows_from_the_code_stands_behind_it() {
    Sides a =
        new Sides()
            .section("signature", Category.SIGNATURE, 64)
            .section(".text", Category.CODE, new byte[] {1});
    byte[] signature = new byte[64];
    Arrays.fill(signature, (byte) 7);
    Sides b =
        new Sides()
            .section("signature", Category.SIGNATURE, signature)
            .section(".text", Category.CODE, new byte[] {2});
    List<Cause> causes = causes(a, b);
    assertEquals(List.of("program", "signature"), causes.stream().map(Cause::id).toList());
    assertEquals(64, causes.getLast().differing());
  }

  @Test
  void pieces_of_one_name_are_counted_as_if_they_were_one() {
    Sides a =
        new Sides()
            .section("padding", Category.PADDING, new byte[] {1, 2})
            .section(".text", Category.CODE, 4)
            .section("padding", Category.PADDING, new byte[] {3, 4, 5});
    Sides b =
        new Sides()
            .section("padding", Category.PADDING, new byte[] {1, 2, 3})
            .section(".text", Category.CODE, 4)
            .section("padding", Category.PADDING, new byte[] {4, 9});
    SectionDelta padding = SectionTable.of(a.against(b)).getFirst();
    assertFalse(padding.sameBytes());
    assertEquals(1, padding.differing());
  }

  @Test
  void what_is_suspected_has_no_bytes_and_stands_before_what_it_may_have_moved() {
    Sides a =
        new Sides()
            .fact("panic", "unwind")
            .section(".text", Category.CODE, 10)
            .section(".rodata", Category.RODATA, 90);
    Sides b =
        new Sides()
            .fact("panic", "abort")
            .section(".text", Category.CODE, 90)
            .section(".rodata", Category.RODATA, 10);
    Cause first = causes(a, b).getFirst();
    assertEquals("panic", first.id());
    assertNull(first.moved());
    assertNull(first.differing());
  }

  @Test
  void what_one_side_alone_has_differs_whole_and_not_at_least() {
    Sides a = new Sides().section(".text", Category.CODE, 10);
    Sides b =
        new Sides()
            .section(".text", Category.CODE, 10)
            .section(".debug_info", Category.DEBUG, 400)
            .section("overlay", Category.TRAILER, 16);
    for (Cause cause : causes(a, b)) {
      assertFalse(cause.atLeast(), cause.toString());
    }
    Sides grown =
        new Sides().section(".text", Category.CODE, 10).section(".debug_info", Category.DEBUG, 500);
    assertTrue(causes(b, grown).getFirst().atLeast());
  }

  @Test
  void across_formats_no_byte_has_its_equal_to_be_counted_against() {
    Sides a = new Sides().section(".text", Category.CODE, 10);
    Sides b = new Sides().fact("format", "Mach-O").section("__text", Category.CODE, 30);
    Cause program =
        causes(a, b).stream().filter(c -> c.id().equals("program")).findFirst().orElseThrow();
    assertEquals(20, program.differing());
    assertTrue(program.atLeast());
  }

  /** Each target has its own way where nobody has set one. */
  @Test
  void frame_pointers_are_no_setting_across_formats() {
    Sides a = new Sides().fact("frame-pointers", "in few functions");
    Sides b = new Sides().fact("frame-pointers", "in most functions");
    assertTrue(
        causes(a.section(".text", Category.CODE, 1), b.section(".text", Category.CODE, 2)).stream()
            .anyMatch(cause -> cause.id().equals("frame-pointers")));
    b.fact("format", "Mach-O");
    assertTrue(causes(a, b).stream().noneMatch(cause -> cause.id().equals("frame-pointers")));
  }

  /** No advice makes a program for Apple's systems load glibc. */
  @Test
  void each_format_has_its_own_libraries_and_linkers() {
    Sides a = new Sides().fact("needed", "libc.so.6").fact("linker", "LLD 22.1.2");
    Sides b =
        new Sides().fact("needed", "/usr/lib/libSystem.B.dylib").fact("linker", "Apple ld 1115.7");
    a.fact("pie", "yes").section(".text", Category.CODE, 1);
    b.fact("pie", "no").section(".text", Category.CODE, 2);
    List<String> ids = causes(a, b).stream().map(Cause::id).toList();
    assertTrue(ids.containsAll(List.of("needed", "linker", "pie")), ids.toString());
    b.fact("format", "Mach-O");
    ids = causes(a, b).stream().map(Cause::id).toList();
    assertFalse(ids.contains("needed") || ids.contains("linker"), ids.toString());
    assertTrue(ids.containsAll(List.of("format", "pie")), ids.toString());
  }

  @Test
  void the_same_sections_at_other_places_are_proved_and_move_no_bytes() {
    byte[] code = {1, 2};
    byte[] constants = {3};
    Sides a =
        new Sides()
            .section(".text", Category.CODE, code)
            .section(".rodata", Category.RODATA, constants);
    Sides b =
        new Sides()
            .section(".rodata", Category.RODATA, constants)
            .section(".text", Category.CODE, code);
    Cause order =
        new Cause(
            "order",
            0L,
            null,
            false,
            Grade.PROVED,
            "the same sections stand at other places",
            "link with the same inputs in the same order",
            List.of(
                new Evidence(".text", 0, "2 bytes, in B at offset 1"),
                new Evidence(".rodata", 2, "1 bytes, in B at offset 0")),
            List.of(
                new Evidence(".rodata", 0, "1 bytes, in A at offset 2"),
                new Evidence(".text", 1, "2 bytes, in A at offset 0")));
    assertEquals(List.of(order), causes(a, b));
    // What is only suspected leaves the bytes to be told of.
    List<Cause> suspected = causes(a.fact("panic", "unwind"), b.fact("panic", "abort"));
    assertEquals(List.of("panic", "order"), suspected.stream().map(Cause::id).toList());
    assertEquals(order, suspected.getLast());
  }

  @Test
  void of_sections_at_other_places_the_first_that_moved_are_shown_each_with_its_own_name() {
    byte[] zeros = {0};
    Sides a = new Sides().section("ELF header", Category.HEADERS, new byte[] {1});
    Sides b = new Sides().section("ELF header", Category.HEADERS, new byte[] {1});
    for (int i = 0; i < 6; i++) {
      a.section("s" + i, Category.DATA, new byte[] {(byte) i, 9});
      a.section("padding", Category.PADDING, zeros);
      b.section("s" + (5 - i), Category.DATA, new byte[] {(byte) (5 - i), 9});
      b.section("padding", Category.PADDING, zeros);
    }
    Cause order = cause("order", causes(a, b));
    assertEquals(
        List.of("s0 1", "s1 4", "s2 7", "s3 10"),
        order.inA().stream().map(e -> e.where() + " " + e.offset()).toList());
    assertEquals("2 bytes, in B at offset 16", order.inA().getFirst().what());
    assertEquals(new Evidence("s5", 1, "2 bytes, in A at offset 16"), order.inB().getFirst());
  }

  /** What moved sizes as well, and what may be the reason, do not come between. */
  @Test
  void that_functions_stand_in_another_order_is_told_right_before_what_stays_unexplained() {
    Sides a =
        new Sides().fact("panic", "unwind").section(".text", Category.CODE, new byte[] {1, 2, 3});
    Sides b =
        new Sides().fact("panic", "abort").section(".text", Category.CODE, new byte[] {2, 3, 0, 1});
    Pair pair = a.against(b);
    Optional<FunctionOrder> other =
        FunctionOrder.between(
            owners(pair.a(), new long[] {0, 1}, new long[] {1, 2}),
            owners(pair.b(), new long[] {3, 0}, new long[] {1, 2}));
    List<Cause> causes =
        new Causes(pair, SectionTable.of(pair), List.of(), Optional.empty(), () -> other).ranked();
    assertEquals(
        List.of("panic", "function-order", "program"), causes.stream().map(Cause::id).toList());
    Cause order = causes.get(1);
    assertEquals(
        List.of(
            new Evidence(".text", 0, "f, 1 bytes, in B at offset 3"),
            new Evidence(".text", 1, "g, 2 bytes, in B at offset 0")),
        order.inA());
    assertEquals(
        List.of(
            new Evidence(".text", 0, "g, 2 bytes, in A at offset 1"),
            new Evidence(".text", 3, "f, 1 bytes, in A at offset 0")),
        order.inB());
    assertEquals(1, Comparison.sumUnexplained(causes), "nothing is explained by it");
  }

  /** Functions f and g. */
  private static Owners owners(BinaryFacts facts, long[] offsets, long[] sizes) {
    byte[] names = {0, 'f', 0, 'g', 0};
    SymbolRuns runs = new SymbolRuns(ByteView.of(names));
    runs.add(offsets[0], sizes[0], 1, SymbolRuns.GLOBAL, SymbolRuns.NO_UNIT);
    runs.add(offsets[1], sizes[1], 3, SymbolRuns.GLOBAL, SymbolRuns.NO_UNIT);
    return Owners.of(runs, facts.ranges());
  }

  private static Sides elfTables() {
    return new Sides()
        .section(".text", Category.CODE, 10)
        .section(".rela.dyn", Category.RELOCS, 2_400)
        .section(".eh_frame", Category.UNWIND, 1_000);
  }

  private static Cause cause(String id, List<Cause> causes) {
    return causes.stream().filter(cause -> cause.id().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void across_formats_relocations_and_unwind_tables_are_told_by_what_each_format_takes() {
    Sides macho =
        new Sides()
            .fact("format", "Mach-O")
            .section("__TEXT,__text", Category.CODE, 10)
            .section("chained fixups", Category.RELOCS, 160)
            .section("__TEXT,__unwind_info", Category.UNWIND, 40);
    List<Cause> causes = causes(elfTables(), macho);
    Cause relocations = cause("relocations", causes);
    assertEquals("relocations: 2,400 bytes in A's format, 160 in B's", relocations.sentence());
    assertEquals(Grade.PROVED, relocations.grade());
    assertEquals(-2_240, relocations.moved());
    assertEquals(2_240, relocations.differing());
    assertTrue(relocations.atLeast(), "both have some, and none has its equal");
    assertEquals(List.of(new Evidence(".rela.dyn", 10, "2400 bytes")), relocations.inA());
    assertEquals(List.of(new Evidence("chained fixups", 10, "160 bytes")), relocations.inB());
    Cause unwind = cause("unwind-format", causes);
    assertEquals("unwind tables: 1,000 bytes in A's format, 40 in B's", unwind.sentence());
    assertEquals(Grade.PROVED, unwind.grade());
    assertEquals(-960, unwind.moved());
    assertEquals(960, unwind.differing());
  }

  @Test
  void a_format_that_needs_no_relocations_has_them_for_nothing() {
    Sides macho = new Sides().fact("format", "Mach-O").section("__TEXT,__text", Category.CODE, 10);
    Cause relocations = cause("relocations", causes(elfTables(), macho));
    assertEquals("relocations: 2,400 bytes in A's format, 0 in B's", relocations.sentence());
    assertEquals(2_400, relocations.differing());
    assertFalse(relocations.atLeast(), "all that A has is what differs");
    assertEquals(List.of(new Evidence("file", -1, "no relocations")), relocations.inB());
  }

  @Test
  void within_one_format_unwind_tables_are_part_of_the_program() {
    Sides smaller =
        new Sides()
            .section(".text", Category.CODE, 10)
            .section(".rela.dyn", Category.RELOCS, 160)
            .section(".eh_frame", Category.UNWIND, 40);
    List<Cause> causes = causes(elfTables(), smaller);
    assertEquals(List.of("relocations", "program"), causes.stream().map(Cause::id).toList());
    assertEquals("A has more: relocations", causes.getFirst().sentence());
    assertEquals(-960, causes.getLast().moved());
  }

  private static List<Cause> causes(Sides a, Sides b) {
    Pair pair = a.against(b);
    return new Causes(pair, SectionTable.of(pair), List.of(), Optional.empty(), Optional::empty)
        .ranked();
  }
}
