package dev.selfsame.binary.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteViewTest {
  private final ByteView view = ByteView.of(new byte[] {1, 2, 3, 4, 5, 6, 7, (byte) 0xf8});

  @Test
  void numbers_are_unsigned_and_in_the_order_asked_for() {
    assertEquals(0x0201, view.u16(0));
    assertEquals(0x0102, view.in(ByteOrder.BIG_ENDIAN).u16(0));
    assertEquals(0xf8070605L, view.u32(4));
    assertEquals(0xf807060504030201L, view.i64(0));
    assertEquals(0x050607f8L, view.in(ByteOrder.BIG_ENDIAN).word(4, false));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 5, 8, 9, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 3})
  void what_lies_outside_is_refused_at_any_offset(long offset) {
    assertThrows(MalformedInputException.class, () -> view.u32(offset));
    assertThrows(MalformedInputException.class, () -> view.slice(offset, 4));
    assertThrows(MalformedInputException.class, () -> view.count(offset, 4, 1));
    assertFalse(view.holds(offset, 4));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 9, Long.MAX_VALUE, Long.MIN_VALUE})
  void a_size_that_overflows_is_refused(long size) {
    assertThrows(MalformedInputException.class, () -> view.slice(1, size));
    assertThrows(MalformedInputException.class, () -> view.count(0, size, 8));
    assertFalse(view.holds(0, size));
  }

  @Test
  void an_exception_names_the_offset_within_the_file() {
    var e = assertThrows(MalformedInputException.class, () -> view.slice(4, 4).slice(2, 2).u32(0));
    assertEquals(6, e.offset());
  }

  @Test
  void available_counts_what_exists_of_unsigned_ranges() {
    assertEquals(4, view.available(4, 100));
    assertEquals(4, view.available(4, -1));
    assertEquals(0, view.available(-8, 8));
    assertEquals(2, view.available(4, 2));
  }

  @Test
  void text_ends_at_nul_and_is_printable() {
    ByteView text = ByteView.of("a\u001b\u202eé\0rest".getBytes(StandardCharsets.UTF_8));
    assertEquals("a\\x1b\\xe2\\x80\\xaeé", text.text(0, 100));
    assertEquals("a…", text.text(0, 1));
    assertThrows(MalformedInputException.class, () -> text.text(9, 100));
    assertEquals("\\xff\\xc3", Printable.of(new byte[] {(byte) 0xff, (byte) 0xc3}));
  }

  @Test
  void a_needle_is_found_across_the_chunks_that_are_searched() {
    for (int at : new int[] {0, 1, (1 << 16) - 3, (1 << 16) - 1, 1 << 16, 199_995}) {
      byte[] hay = new byte[200_000];
      Arrays.fill(hay, (byte) '/');
      System.arraycopy("rustc".getBytes(StandardCharsets.US_ASCII), 0, hay, at, 5);
      assertEquals(at, ByteView.of(hay).indexOf("rustc", 0));
      assertEquals(-1, ByteView.of(hay).indexOf("rustc", at + 1));
    }
  }

  @Test
  void zero_and_mismatch_see_every_byte() {
    byte[] bytes = new byte[100_000];
    assertTrue(ByteView.of(bytes).zero());
    byte[] other = bytes.clone();
    other[99_999] = 1;
    assertFalse(ByteView.of(other).zero());
    assertEquals(99_999, ByteView.of(bytes).mismatch(ByteView.of(other)));
    assertEquals(-1, ByteView.of(bytes).mismatch(ByteView.of(bytes.clone())));
    assertEquals(1, ByteView.of(bytes).slice(0, 1).mismatch(ByteView.of(bytes)));
  }
}
