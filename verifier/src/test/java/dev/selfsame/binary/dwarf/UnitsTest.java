package dev.selfsame.binary.dwarf;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.bytes.ByteView;
import dev.selfsame.binary.bytes.MalformedInputException;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UnitsTest {
  private static final String NO_TABLE = "00";

  private static ByteView hex(String text) {
    return ByteView.of(HexFormat.of().parseHex(text.replace(" ", "")));
  }

  private static List<Unit> units(String info, String abbreviations) {
    return Units.of(hex(info), hex(abbreviations));
  }

  @Test
  void the_id_of_dwarf_5_is_in_the_header() {
    assertEquals(
        List.of(new Unit(0, 5, OptionalLong.of(0x8877665544332211L), true)),
        units("10000000 0500 04 08 00000000 1122334455667788", NO_TABLE));
    // The 64-bit format, a body and not a skeleton.
    assertEquals(
        OptionalLong.of(1),
        units("ffffffff 1400000000000000 0500 05 08 0000000000000000 0100000000000000", NO_TABLE)
            .getFirst()
            .dwoId());
    // DW_UT_compile has none.
    assertEquals(
        OptionalLong.empty(), units("08000000 0500 01 08 00000000", NO_TABLE).getFirst().dwoId());
  }

  @Test
  void the_id_of_dwarf_4_is_an_attribute_behind_others() {
    // Abbreviation 1 is another's; 2 has a text, a block, a flag that is present, an indirect
    // number, then the id.
    String table = "01 34 00 03 08 00 00 02 11 00 03 08 02 0a 3f 19 10 16 b1 42 07 00 00 00";
    String body = "02 61 62 00 03 aa bb cc 0b 07 efcdab8967452301";
    Unit unit = units("19000000 0400 00000000 08" + body, table).getFirst();
    assertEquals(new Unit(0, 4, OptionalLong.of(0x0123456789abcdefL), true), unit);
  }

  @Test
  void a_unit_of_an_unknown_form_or_version_is_not_taken_for_a_whole_one() {
    String table = "01 11 00 03 7f b1 42 07 00 00 00";
    assertFalse(units("10000000 0400 00000000 08 01 0000000000000000", table).getFirst().read());
    assertFalse(units("02000000 0600", NO_TABLE).getFirst().read());
    // No abbreviation of that number.
    assertFalse(units("08000000 0400 00000000 08 07", table).getFirst().read());
  }

  @Test
  void zeros_between_units_are_no_units() {
    assertEquals(
        List.of(4L),
        units("00000000 08000000 0500 01 08 00000000", NO_TABLE).stream()
            .map(Unit::offset)
            .toList());
  }

  @Test
  void a_unit_past_the_end_is_malformed() {
    for (String info :
        List.of(
            "09000000 0500 01 08 00000000", "f0ffffff 0500", "ffffffff ffffffffffffffff", "0100")) {
      assertThrows(MalformedInputException.class, () -> units(info, NO_TABLE), info);
    }
  }

  @Test
  void abbreviations_that_take_too_long_are_refused() {
    // Ten thousand units, each of the last of twenty thousand abbreviations.
    StringBuilder table = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      table.append("01 11 00 03 08 00 00");
    }
    String info = "08000000 0400 00000000 08 02".repeat(10_000);
    MalformedInputException e =
        assertThrows(MalformedInputException.class, () -> units(info, table + "00"));
    assertTrue(String.valueOf(e.getMessage()).contains("too long"), e.toString());
  }

  @Test
  void an_index_gives_the_ids_of_its_rows_in_both_byte_orders() {
    String slots = "0000000000000000 0807060504030201 1111111111111111 2222222222222222";
    String rows = "00000000 01000000 00000000 02000000";
    Set<Long> ids = Set.of(0x0102030405060708L, 0x2222222222222222L);
    for (String version : List.of("02000000", "05000000")) {
      ByteView index = hex(version + "01000000 02000000 04000000" + slots + rows);
      assertEquals(ids, UnitIndex.ids(index));
    }
    ByteView big =
        hex("0005 0000 00000001 00000001 00000001 0102030405060708 00000001")
            .in(ByteOrder.BIG_ENDIAN);
    assertEquals(Set.of(0x0102030405060708L), UnitIndex.ids(big));
  }

  @Test
  void an_index_that_says_more_than_it_holds_is_malformed() {
    for (String index :
        List.of(
            "03000000 01000000 00000000 00000000",
            "02000000 01000000 01000000 00000000",
            "02000000 01000000 00000000 ffffffff",
            "02000000 01000000")) {
      assertThrows(MalformedInputException.class, () -> UnitIndex.ids(hex(index)), index);
    }
  }

  /** One unit in the second of two slots, with parts of two sections. */
  private static final String ROW =
      "02000000 02000000 01000000 02000000"
          + "0000000000000000 0807060504030201 00000000 01000000"
          + "01000000 06000000 10000000 20000000 30000000 40000000";

  @Test
  void an_index_says_where_the_parts_of_a_unit_are() {
    UnitIndex.Row row = UnitIndex.rows(hex(ROW)).getFirst();
    assertEquals(0x0102030405060708L, row.id());
    assertEquals(Map.of(1, new UnitIndex.Part(16, 48), 6, new UnitIndex.Part(32, 64)), row.parts());
  }

  @Test
  void an_index_whose_rows_are_not_there_is_malformed() {
    for (String index :
        List.of(
            ROW.substring(0, ROW.length() - 9),
            ROW.replace("00000000 01000000", "00000000 02000000"),
            ROW.replaceFirst("02000000 02000000", "02000000 09000000"),
            ROW.replace("00000000 01000000", "01000000 01000000"))) {
      assertThrows(MalformedInputException.class, () -> UnitIndex.rows(hex(index)), index);
    }
  }

  private static BodyNames names(String info, String abbreviations, String offsets) {
    return new BodyNames(
        hex(info),
        hex(abbreviations),
        hex(offsets),
        ByteView.of("\0one\0two\0".getBytes(US_ASCII)));
  }

  private static final String FIVE = "12000000 0500 05 08 00000000 1122334455667788 01 01";
  private static final String BY_NUMBER = "01 11 00 03 25 00 00 00";

  private static Optional<BodyNames.Body> body(BodyNames names, long info, UnitIndex.Part numbers) {
    return names.read(new UnitIndex.Part(0, info), new UnitIndex.Part(0, 8), numbers);
  }

  /** A header stands before the numbers of version 5, and none before those of version 4. */
  @Test
  void a_body_is_named_by_the_number_of_a_text() {
    String five = "0c000000 05000000 01000000 05000000";
    BodyNames.Text name =
        body(names(FIVE, BY_NUMBER, five), 22, new UnitIndex.Part(0, 16))
            .orElseThrow()
            .name()
            .orElseThrow();
    assertEquals(new BodyNames.Text("two", 5), name);
    String four = "09000000 0400 00000000 08 01 01";
    assertEquals(
        "two",
        body(
                names(four, "01 11 00 03 82 3e 00 00 00", "01000000 05000000"),
                13,
                new UnitIndex.Part(0, 8))
            .orElseThrow()
            .name()
            .orElseThrow()
            .text());
  }

  @Test
  void a_text_outside_of_a_units_own_part_is_not_its_name() {
    String offsets = "0c000000 05000000 01000000 05000000";
    assertThrows(
        MalformedInputException.class,
        () -> body(names(FIVE, BY_NUMBER, offsets), 22, new UnitIndex.Part(0, 12)));
    assertThrows(
        MalformedInputException.class,
        () -> body(names(FIVE, BY_NUMBER, offsets), 22, new UnitIndex.Part(4, 16)));
  }

  @Test
  void a_body_of_an_unknown_version_has_no_name() {
    String six = FIVE.replace("0500 05", "0600 05");
    assertEquals(Optional.empty(), body(names(six, BY_NUMBER, "00"), 22, new UnitIndex.Part(0, 1)));
    // A type unit is no body.
    String type = FIVE.replace("0500 05", "0500 06");
    assertEquals(
        Optional.empty(), body(names(type, BY_NUMBER, "00"), 22, new UnitIndex.Part(0, 1)));
  }
}
