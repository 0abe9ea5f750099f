package dev.selfsame.binary.symbols;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.BinaryReader;
import dev.selfsame.binary.Fixtures;
import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.compare.BinaryComparison;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Comparison.HoldingDelta;
import dev.selfsame.evidence.Comparison.Piece;
import dev.selfsame.evidence.Composition;
import dev.selfsame.evidence.Composition.Holding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnersTest {
  private static final List<Range> CODE =
      List.of(
          new Range("header", Category.HEADERS, 0, 100),
          new Range(".text", Category.CODE, 100, 100),
          new Range(".data", Category.DATA, 200, 50));

  /** Symbols of one string table. */
  private static final class Table {
    private final StringBuilder names = new StringBuilder("\0");
    private final List<Object[]> entries = new ArrayList<>();

    Table add(String name, long offset, long size, byte binding, String unit) {
      entries.add(new Object[] {offset, size, (long) names.length(), binding, unit});
      names.append(name).append('\0');
      return this;
    }

    Table add(String name, long offset, long size) {
      return add(name, offset, size, SymbolRuns.GLOBAL, "");
    }

    Owners owners() {
      SymbolRuns runs = new SymbolRuns(ByteView.of(names.toString().getBytes(US_ASCII)));
      for (Object[] entry : entries) {
        String unit = (String) entry[4];
        int id = unit.isEmpty() ? SymbolRuns.NO_UNIT : runs.unit(unit);
        runs.add((Long) entry[0], (Long) entry[1], (Long) entry[2], (Byte) entry[3], id);
      }
      return Owners.of(runs, CODE);
    }
  }

  @Test
  void what_no_symbol_covers_is_between_and_all_sums() {
    Owners owners = new Table().add("a", 110, 20).add("b", 150, 50).owners();
    assertEquals(
        List.of("b 50", "(between symbols) 30", "a 20"), lines(owners.composition().functions()));
    assertEquals(100L, owners.composition().sums().get(Category.CODE));
    // No symbol names data, so nobody says whose it is.
    assertFalse(owners.composition().sums().containsKey(Category.DATA));
  }

  @Test
  void the_innermost_symbol_owns_a_byte_and_the_outer_one_goes_on_behind_it() {
    Owners owners =
        new Table().add("outer", 100, 100).add("inner", 120, 10).add("late", 190, 500).owners();
    assertEquals(
        List.of("outer 80", "inner 10", "late 10"), lines(owners.composition().functions()));
  }

  @Test
  void of_aliases_the_global_one_owns_whatever_their_order() {
    Owners one =
        new Table()
            .add("zz", 100, 100)
            .add("aa", 100, 100, SymbolRuns.LOCAL, "")
            .add("bb", 100, 100, SymbolRuns.WEAK, "")
            .owners();
    Owners other =
        new Table()
            .add("bb", 100, 100, SymbolRuns.WEAK, "")
            .add("aa", 100, 100, SymbolRuns.LOCAL, "")
            .add("zz", 100, 100)
            .owners();
    assertEquals(List.of("zz 100"), lines(one.composition().functions()));
    assertEquals(List.of("zz 100"), lines(other.composition().functions()));
  }

  @Test
  void instances_of_a_generic_function_are_one_row_and_can_be_told_apart() {
    Owners owners =
        new Table()
            .add("_RINvC5alloc1fhEC5agent", 100, 40)
            .add("_RINvC5alloc1ftEC5agent", 140, 60)
            .owners();
    Holding row = owners.composition().functions().getFirst();
    assertEquals("alloc::f", row.name());
    assertEquals(2, row.symbols());
    assertEquals(140, row.offset());
    assertEquals(List.of(), owners.composition().instances(), "they are told when asked for");
    assertEquals(
        List.of("alloc::f::<u16> 60", "alloc::f::<u8> 40"),
        lines(owners.compositionWithInstances().instances()));
  }

  /** In one sum, what grew in one and shrank in the other is nothing. */
  @Test
  void instances_of_a_generic_function_are_compared_one_by_one() {
    Owners a =
        new Table()
            .add("_RINvC5alloc1fhEC5agent", 100, 40)
            .add("_RINvC5alloc1ftEC5agent", 140, 30)
            .add("_RINvC5alloc1ftEC5other", 170, 10)
            .add("anon.0123456789abcdef0123456789abcdef.7", 180, 20, SymbolRuns.LOCAL, "x-cgu.0")
            .owners();
    Owners b =
        new Table()
            .add("_RINvC5alloc1fhEC5agent.llvm.77", 100, 50)
            .add("_RINvC5alloc1ftEC5agent", 150, 30)
            .add("anon.ff23456789abcdef0123456789abcdef.9", 180, 20, SymbolRuns.LOCAL, "x-cgu.0")
            .owners();
    OwnerDeltas deltas = new OwnerDeltas(a, b);
    assertEquals(
        List.of(
            "(other functions) 100 100 [.text+100 40, .text+140 30, .text+180 20, .text+170 10]"
                + " [.text+100 50, .text+150 30, .text+180 20]"),
        deltas.functions().stream().map(OwnersTest::line).toList());
    assertEquals(
        List.of(
            "alloc::f::<u16> 40 30 [.text+140 30, .text+170 10] [.text+150 30]",
            "alloc::f::<u8> 40 50 [.text+100 40] [.text+100 50]",
            "(other instances) 20 20 [.text+180 20] [.text+180 20]"),
        deltas.instances().stream().map(OwnersTest::line).toList());
    Owners legacy = new Table().add("_ZN5alloc1f17h0123456789abcdefE", 100, 100).owners();
    assertEquals(List.of(), new OwnerDeltas(a, legacy).instances());
    assertEquals(List.of("alloc::f 100"), lines(legacy.compositionWithInstances().instances()));
  }

  /** Another name of the same place tells of its mangling, but no bytes are told by it. */
  @Test
  void an_alias_of_the_other_mangling_does_not_make_instances_join_by_less() {
    Owners a = new Table().add("_RINvC5alloc1fhEC5agent", 100, 40).owners();
    Owners b =
        new Table()
            .add("_ZN5alloc1f17h0123456789abcdefE", 100, 50, SymbolRuns.LOCAL, "")
            .add("_RINvC5alloc1fhEC5agent", 100, 50)
            .owners();
    assertEquals(1, b.marks().legacy());
    assertEquals(1, b.marks().v0());
    assertTrue(
        new OwnerDeltas(a, b)
            .instances().stream()
                .map(OwnersTest::line)
                .anyMatch("alloc::f::<u8> 40 50 [.text+100 40] [.text+100 50]"::equals));
  }

  @Test
  void names_that_are_not_rusts_are_in_buckets_and_local_ones_with_their_unit() {
    Owners owners =
        new Table()
            .add("memcpy", 100, 10)
            .add("_ZNSt6vectorIiE4pushEi", 110, 10)
            .add(
                "anon.0123456789abcdef0123456789abcdef.7",
                120,
                20,
                SymbolRuns.LOCAL,
                "agent.12c8f5ac7b3b8a1-cgu.03")
            .add("static_c", 140, 5, SymbolRuns.LOCAL, "crtstuff.c")
            .owners();
    assertEquals(
        List.of("(between symbols) 55", "agent 20", "(unmangled) 15", "(C++) 10"),
        lines(owners.composition().crates()));
    assertTrue(lines(owners.composition().functions()).contains("(anonymous constants) 20"));
  }

  @Test
  void names_that_cannot_be_read_make_a_row_of_their_own() {
    SymbolRuns runs = new SymbolRuns(ByteView.of("no end".getBytes(US_ASCII)));
    runs.add(100, 10, 0, SymbolRuns.GLOBAL, SymbolRuns.NO_UNIT);
    runs.add(110, 10, 1L << 40, SymbolRuns.GLOBAL, SymbolRuns.NO_UNIT);
    assertTrue(
        lines(Owners.of(runs, CODE).composition().functions()).contains("(unreadable names) 20"));
  }

  @Test
  void an_alias_whose_name_cannot_be_read_leaves_open_what_all_names_tell() {
    SymbolRuns runs =
        new SymbolRuns(ByteView.of("\0_RNvCs1234_5agent1f\0no end".getBytes(US_ASCII)));
    runs.add(100, 10, 1, SymbolRuns.GLOBAL, SymbolRuns.NO_UNIT);
    Owners owner = Owners.of(runs, CODE);
    Composition alone = owner.composition();
    assertTrue(owner.marks().all() && owner.allNamed());
    runs.add(100, 10, 22, SymbolRuns.LOCAL, SymbolRuns.NO_UNIT);
    Owners both = Owners.of(runs, CODE);
    assertFalse(both.marks().all());
    assertTrue(both.allNamed(), "every byte's owner is known");
    assertEquals(alone, both.composition());
  }

  @Test
  void deltas_are_over_all_functions_though_few_are_listed() {
    Table a = new Table();
    Table b = new Table();
    List<Range> wide = List.of(new Range(".text", Category.CODE, 0, 100_000));
    for (int i = 0; i < 1_000; i++) {
      a.add("f" + i, i * 10, 5);
      b.add("f" + i, i * 10, i == 7 ? 9 : 4);
    }
    OwnerDeltas deltas = new OwnerDeltas(on(a, wide), on(b, wide));
    List<HoldingDelta> rows = deltas.functions();
    assertEquals(
        0, rows.stream().mapToLong(HoldingDelta::delta).sum(), "categories are equally large");
    HoldingDelta changed =
        new HoldingDelta(
            "f7",
            Category.CODE,
            5,
            9,
            List.of(new Piece(".text", 70, 5)),
            List.of(new Piece(".text", 70, 9)));
    assertTrue(rows.contains(changed), rows.toString());
    assertEquals(100_000, rows.stream().mapToLong(HoldingDelta::bytesA).sum());
    assertEquals(100_000, rows.stream().mapToLong(HoldingDelta::bytesB).sum());
    assertEquals(0, deltas.crates().stream().mapToLong(HoldingDelta::delta).sum());
  }

  @Test
  void functions_join_across_manglings_and_what_one_does_not_tell_apart_is_one_row() {
    String closure = "28_$u7b$$u7b$closure$u7d$$u7d$";
    Table legacy =
        new Table()
            .add("_ZN5agent1f17h0123456789abcdefE", 100, 40)
            .add("_ZN5agent1g" + closure + "17h0123456789abcdefE", 140, 10)
            .add("_ZN5agent1g" + closure + "17h1123456789abcdefE", 150, 20)
            .add("memcpy", 170, 30);
    Table v0 =
        new Table()
            .add("_RNvCs1234_5agent1f", 100, 44)
            .add("_RNCNvCs1234_5agent1g0B3_", 144, 12)
            .add("_RNCNvCs1234_5agent1gs_0B3_", 156, 14)
            .add("memcpy", 170, 30);
    List<HoldingDelta> rows = new OwnerDeltas(legacy.owners(), v0.owners()).functions();

    assertEquals(
        List.of(
            "agent::f 40 44 [.text+100 40] [.text+100 44]",
            "agent::g::{closure} 30 26 [.text+150 20, .text+140 10] [.text+156 14, .text+144 12]",
            "(other functions) 30 30 [.text+170 30] [.text+170 30]"),
        rows.stream()
            .filter(row -> row.category() == Category.CODE)
            .map(OwnersTest::line)
            .toList());
  }

  /** What is within another symbol, before, between and behind symbols, and of another category. */
  @Test
  void where_the_bytes_of_a_row_are_is_told_without_those_of_others() {
    Table a =
        new Table()
            .add("_RNvCs1234_5agent5outer", 110, 50)
            .add("_RNvCs1234_5inner1f", 120, 10)
            .add("_RNvCs1234_5agent4last", 190, 500);
    Table b =
        new Table().add("_RNvCs1234_5agent5outer", 110, 40).add("_RNvCs1234_5other1f", 200, 1);
    OwnerDeltas deltas = new OwnerDeltas(a.owners(), b.owners());
    assertEquals(
        List.of(
            "(between symbols) 40 60 [.text+160 30, .text+100 10] [.text+150 50, .text+100 10]",
            "agent::last 10 0 [.text+190 10] []",
            "inner::f 10 0 [.text+120 10] []",
            "(between symbols) 50 49 [.data+200 50] [.data+201 49]",
            "other::f 0 1 [] [.data+200 1]",
            "(other functions) 40 40 [.text+130 30, .text+110 10] [.text+110 40]"),
        deltas.functions().stream().map(OwnersTest::line).toList());
    assertEquals(
        "agent 50 40 [.text+130 30, .text+110 10, .text+190 10] [.text+110 40]",
        deltas.crates().stream()
            .filter(row -> row.name().equals("agent"))
            .map(OwnersTest::line)
            .findFirst()
            .orElseThrow());
  }

  @Test
  void of_many_pieces_the_largest_are_told() {
    Table a = new Table();
    for (int i = 0; i < 9; i++) {
      a.add("_RINvC5alloc1f" + "abcdhijlm".charAt(i) + "EC5agent", 100 + i * 10, 1 + i);
    }
    Table b = new Table().add("_RINvC5alloc1faEC5agent", 100, 9);
    HoldingDelta row =
        new OwnerDeltas(a.owners(), b.owners())
            .functions().stream()
                .filter(one -> one.name().equals("alloc::f"))
                .findFirst()
                .orElseThrow();
    assertEquals(
        "alloc::f 45 9 [.text+180 9, .text+170 8, .text+160 7, .text+150 6] [.text+100 9]",
        line(row));
  }

  private static String line(HoldingDelta row) {
    return "%s %d %d %s %s"
        .formatted(row.name(), row.bytesA(), row.bytesB(), lines(row.inA()), lines(row.inB()));
  }

  private static Owners on(Table table, List<Range> ranges) {
    SymbolRuns runs = new SymbolRuns(ByteView.of(table.names.toString().getBytes(US_ASCII)));
    for (Object[] entry : table.entries) {
      runs.add((Long) entry[0], (Long) entry[1], (Long) entry[2], (Byte) entry[3], -1);
    }
    return Owners.of(runs, ranges);
  }

  @Test
  void a_real_program_is_its_crates_and_functions() {
    BinaryFacts facts = BinaryReader.read(Fixtures.path("hello-symbols"));
    Composition composition = facts.composition();
    long code = facts.categories().get(Category.CODE);
    assertEquals(code, composition.sums().get(Category.CODE));
    assertTrue(
        composition.crates().stream().anyMatch(row -> row.name().equals("std")),
        lines(composition.crates()).toString());
    long between =
        composition.crates().stream()
            .filter(row -> row.name().equals(Composition.BETWEEN))
            .filter(row -> row.category() == Category.CODE)
            .mapToLong(Holding::bytes)
            .sum();
    assertTrue(between * 20 < code, between + " of " + code);
    for (Holding row : composition.functions()) {
      if (row.offset() >= 0) {
        assertTrue(row.offset() < facts.size(), row.toString());
      }
    }
  }

  @Test
  void a_stripped_program_has_no_composition() {
    assertEquals(Composition.none(), BinaryReader.read(Fixtures.path("hello-abort")).composition());
    Comparison comparison =
        BinaryComparison.of(Fixtures.path("hello-symbols"), Fixtures.path("hello-abort"));
    assertEquals(List.of(), comparison.crates());
    assertEquals(List.of(), comparison.functions());
  }

  @Test
  void programs_of_two_compilers_are_compared_by_crates_alone() {
    Comparison comparison =
        BinaryComparison.of(Fixtures.path("hello-symbols"), Fixtures.path("bare-symbols"));
    assertFalse(comparison.crates().isEmpty());
    assertEquals(List.of(), comparison.functions());
  }

  private static List<String> lines(List<? extends Record> rows) {
    return rows.stream()
        .map(row ->
            switch (row) {
              case Holding holding -> holding.name() + " " + holding.bytes();
              case Piece piece ->
                  "%s+%d %d".formatted(piece.section(), piece.offset(), piece.size());
              default -> throw new AssertionError(row);
            })
        .toList();
  }
}
