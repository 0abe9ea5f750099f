package dev.selfsame.binary.symbols;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.symbols.FunctionOrder.Elsewhere;
import dev.selfsame.evidence.BinaryFacts.Range;
import dev.selfsame.evidence.Category;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FunctionOrderTest {
  private static final List<Range> RANGES =
      List.of(
          new Range("header", Category.HEADERS, 0, 100),
          new Range(".text", Category.CODE, 100, 100),
          new Range(".data", Category.DATA, 200, 50));

  private static final Owners FIRST = owners(at(100, "f", 10), at(110, "g", 20), at(130, "h", 30));

  private record Symbol(String name, long offset, long size) {}

  private static Symbol at(long offset, String name, long size) {
    return new Symbol(name, offset, size);
  }

  private static Owners owners(Symbol... symbols) {
    StringBuilder names = new StringBuilder("\0");
    for (Symbol symbol : symbols) {
      names.append(symbol.name()).append('\0');
    }
    SymbolRuns runs = new SymbolRuns(ByteView.of(names.toString().getBytes(US_ASCII)));
    long name = 1;
    for (Symbol symbol : symbols) {
      runs.add(symbol.offset(), symbol.size(), name, SymbolRuns.GLOBAL, SymbolRuns.NO_UNIT);
      name += symbol.name().length() + 1;
    }
    return Owners.of(runs, RANGES);
  }

  @Test
  void functions_in_another_order_are_told_with_their_places_in_both() {
    Owners other = owners(at(150, "f", 10), at(130, "g", 20), at(100, "h", 30));
    FunctionOrder order = FunctionOrder.between(FIRST, other).orElseThrow();
    assertEquals(3, order.count());
    assertEquals(
        List.of(new Elsewhere("f", 10, 100, 150), new Elsewhere("h", 30, 130, 100)),
        order.inA(4),
        "what stands at its place among them, as g does, is left out");
    assertEquals(List.of(new Elsewhere("h", 30, 100, 130)), order.inB(1));
  }

  /** A hash tells of the crate's place, and no function of its name. */
  @Test
  void functions_are_known_by_their_names_without_hashes() {
    Owners a =
        owners(
            at(100, "_ZN1a1f17h0123456789abcdefE", 10), at(110, "_ZN1a1g17h0123456789abcdefE", 9));
    Owners b =
        owners(
            at(109, "_ZN1a1f17hfedcba9876543210E", 10), at(100, "_ZN1a1g17hfedcba9876543210E", 9));
    assertEquals(
        List.of(new Elsewhere("a::f", 10, 100, 109), new Elsewhere("a::g", 9, 110, 100)),
        FunctionOrder.between(a, b).orElseThrow().inA(9));
  }

  @Test
  void of_one_name_and_size_each_has_its_equal() {
    Owners a = owners(at(100, "f", 10), at(110, "f", 10), at(120, "g", 10), at(130, "f", 5));
    Owners b = owners(at(100, "g", 10), at(110, "f", 5), at(115, "f", 10), at(125, "f", 10));
    assertEquals(
        List.of(
            new Elsewhere("f", 10, 100, 115),
            new Elsewhere("f", 10, 110, 125),
            new Elsewhere("g", 10, 120, 100),
            new Elsewhere("f", 5, 130, 110)),
        FunctionOrder.between(a, b).orElseThrow().inA(9));
  }

  @Test
  void at_other_offsets_but_in_one_order_nothing_is_told() {
    none(owners(at(104, "f", 10), at(120, "g", 20), at(150, "h", 30)));
  }

  @Test
  void in_which_order_the_symbol_table_has_them_says_nothing() {
    none(owners(at(130, "h", 30), at(110, "g", 20), at(100, "f", 10)));
    // Neither does it of what begins together, nor of aliases.
    Owners nested = owners(at(100, "in", 10), at(100, "out", 50), at(160, "x", 5), at(160, "y", 5));
    Owners same = owners(at(160, "y", 5), at(160, "x", 5), at(100, "out", 50), at(100, "in", 10));
    assertEquals(Optional.empty(), FunctionOrder.between(nested, same));
  }

  @Test
  void where_a_function_has_no_equal_nothing_is_told() {
    none(owners(at(150, "f", 11), at(130, "g", 20), at(100, "h", 30)));
    none(owners(at(150, "F", 10), at(130, "g", 20), at(100, "h", 30)));
    none(owners(at(150, "f", 10), at(130, "g", 20), at(100, "h", 30), at(170, "more", 1)));
    none(owners(at(130, "g", 20), at(100, "h", 30)));
    none(Owners.none());
    // As many bytes and symbols by name, but not as large one by one.
    Owners a = owners(at(100, "f", 10), at(110, "f", 20), at(130, "g", 5));
    Owners b = owners(at(100, "g", 5), at(105, "f", 15), at(120, "f", 15));
    assertEquals(Optional.empty(), FunctionOrder.between(a, b));
    assertEquals(Optional.empty(), FunctionOrder.between(b, a));
  }

  @Test
  void constants_in_another_order_are_no_functions() {
    Owners a = owners(at(100, "f", 10), at(200, "x", 10), at(210, "y", 5));
    Owners b = owners(at(100, "f", 10), at(205, "x", 10), at(200, "y", 5));
    assertEquals(Optional.empty(), FunctionOrder.between(a, b));
  }

  @Test
  void where_a_name_is_not_read_nothing_is_told() {
    Owners a = owners(at(100, "f", 10), at(110, "g", 20), at(130, "", 30));
    Owners b = owners(at(150, "f", 10), at(130, "g", 20), at(100, "", 30));
    assertEquals(Optional.empty(), FunctionOrder.between(a, b));
  }

  private static void none(Owners other) {
    assertEquals(Optional.empty(), FunctionOrder.between(FIRST, other));
    assertEquals(Optional.empty(), FunctionOrder.between(other, FIRST));
  }
}
