package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Grade;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How code was made, as ELF's index of unwind information and the code itself tell it. */
class ElfCodeTest {
  private static final int MANY = 400;
  private static final int SIZE = 48;
  private static final int CODE = 0x40_1000;

  /** Behind the code, so that functions are at negative distances from it. */
  private static final int INDEX = 0x50_0000;

  private static final byte[] FRAME = {0x55, 0x48, (byte) 0x89, (byte) 0xe5};
  private static final byte[] LANDING_AND_FRAME = {
    (byte) 0xf3, 0x0f, 0x1e, (byte) 0xfa, 0x55, 0x48, (byte) 0x89, (byte) 0xe5
  };
  private static final byte[] PUSH_ALONE = {0x55, 0x41, 0x57, 0x53};

  /** Instructions for AArch64. */
  private static final int SAVE_OTHERS = 0xa9be4ff4; // stp x20, x19, [sp, #-32]!

  private static final int SAVE = 0xa9017bfd; // stp x29, x30, [sp, #16]
  private static final int TAKE = 0x910043fd; // add x29, sp, #16
  private static final int NOTHING = 0xd503201f; // nop
  private static final int RETURN = 0xd65f03c0; // ret

  private static byte[] elf(byte[] code, int... starts) {
    return new MadeElf(2)
        .section(".text", MadeElf.ALLOC | MadeElf.EXECUTE, CODE, code)
        .section(".eh_frame_hdr", MadeElf.ALLOC, INDEX, index(starts))
        .bytes();
  }

  private static byte[] index(int... starts) {
    ByteBuffer out = ByteBuffer.allocate(12 + 8 * starts.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {1, 0x1b, 0x03, 0x3b}).putInt(0).putInt(starts.length);
    for (int start : starts) {
      out.putInt(CODE + start - INDEX).putInt(0);
    }
    return out.array();
  }

  private static int[] starts(int count, IntUnaryOperator start) {
    return IntStream.range(0, count).map(start).toArray();
  }

  private static Fact optimise(int... starts) {
    return InMemory.read(elf(new byte[16], starts)).fact("optimise");
  }

  private static void assertFact(String value, Grade grade, Fact fact) {
    assertEquals(value, fact.value(), fact.toString());
    assertEquals(grade, fact.grade());
    assertEquals(".eh_frame_hdr", fact.evidence().getFirst().where());
    assertTrue(fact.evidence().getFirst().offset() > 0, fact.toString());
  }

  private static void assertUnknown(String why, Fact fact) {
    assertEquals("unknown", fact.value(), fact.toString());
    assertEquals(Grade.UNKNOWN, fact.grade());
    assertTrue(fact.evidence().getFirst().what().contains(why), fact.toString());
  }

  @Test
  void a_program_for_size_has_its_functions_anywhere() {
    Fact size = optimise(starts(MANY, i -> 37 * i));
    assertFact("size (opt-level s or z)", Grade.STRONG, size);
    assertEquals(
        "25 of 400 functions begin at a multiple of 16", size.evidence().getFirst().what());
    assertFact("speed (opt-level 1 to 3)", Grade.MEDIUM, optimise(starts(MANY, i -> SIZE * i)));
  }

  /** Every function is listed, so that those which were not inlined are seen. */
  @ParameterizedTest
  @CsvSource({
    "12, speed (opt-level 1 to 3), MEDIUM",
    "14, speed (opt-level 0 to 3), MEDIUM",
    "18, speed (opt-level 0 to 3), MEDIUM",
    "20, not (opt-level 0), WEAK",
  })
  void very_many_tiny_functions_were_not_optimised(int percent, String value, Grade grade) {
    int[] starts = new int[MANY];
    for (int i = 0; i + 1 < MANY; i++) {
      starts[i + 1] = starts[i] + (i % 100 < percent ? 16 : SIZE);
    }
    Fact fact = optimise(starts);
    assertFact(value, grade, fact);
    String tiny = "%d of 400 functions have 16 bytes at most".formatted(4 * percent);
    String aligned = "400 of 400 functions begin at a multiple of 16";
    assertTrue(fact.evidence().stream().anyMatch(e -> e.what().equals(tiny)), fact.toString());
    assertTrue(fact.evidence().stream().anyMatch(e -> e.what().equals(aligned)), fact.toString());
  }

  @Test
  void a_mixture_of_aligned_and_other_functions_is_not_enough() {
    assertUnknown(
        "280 of 400 functions begin at a multiple of 16",
        optimise(starts(MANY, i -> 64 * i + (i % 10 < 7 ? 0 : 5))));
  }

  /** Of ten functions so many take a frame; the others save the register alone. */
  private static Fact frames(int framed, byte[] frame) {
    byte[] code = new byte[SIZE * MANY];
    for (int i = 0; i < MANY; i++) {
      byte[] begin = i % 10 < framed ? frame : PUSH_ALONE;
      System.arraycopy(begin, 0, code, SIZE * i, begin.length);
    }
    return InMemory.read(elf(code, starts(MANY, i -> SIZE * i))).fact("frame-pointers");
  }

  @Test
  void frames_are_counted_at_the_places_that_the_index_gives() {
    Fact most = frames(6, FRAME);
    assertFact("in most functions", Grade.STRONG, most);
    assertEquals("240 of 400 functions begin with a frame", most.evidence().getFirst().what());
    assertFact("in few functions", Grade.STRONG, frames(3, FRAME));
    assertFact("in few functions", Grade.STRONG, frames(0, FRAME));
  }

  @Test
  void a_frame_behind_the_mark_of_a_jumps_target_is_one_too() {
    Fact most = frames(9, LANDING_AND_FRAME);
    assertFact("in most functions", Grade.STRONG, most);
    assertEquals("360 of 400 functions begin with a frame", most.evidence().getFirst().what());
  }

  @Test
  void frames_in_about_half_of_the_functions_are_no_setting() {
    assertUnknown("160 of 400 functions begin with a frame", frames(4, FRAME));
    assertUnknown("200 of 400 functions begin with a frame", frames(5, FRAME));
  }

  @Test
  void what_fewer_than_200_functions_show_is_not_enough() {
    BinaryFacts few = InMemory.read(elf(new byte[16], starts(199, i -> 37 * i)));
    assertUnknown("199 functions: so few", few.fact("optimise"));
    assertUnknown("199 functions: so few", few.fact("frame-pointers"));
    BinaryFacts enough = InMemory.read(elf(new byte[16], starts(200, i -> 37 * i)));
    assertFact("size (opt-level s or z)", Grade.STRONG, enough.fact("optimise"));
    assertFact("in few functions", Grade.STRONG, enough.fact("frame-pointers"));
  }

  /** A program for AArch64 whose functions are all alike. */
  private static BinaryFacts aarch64(int functions, int... instructions) {
    int size = 4 * instructions.length;
    ByteBuffer code = ByteBuffer.allocate(size * functions).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < functions; i++) {
      IntStream.of(instructions).forEach(code::putInt);
    }
    byte[] file = elf(code.array(), starts(functions, i -> size * i));
    file[18] = (byte) 183;
    return InMemory.read(file);
  }

  /**
   * A register pair that is saved first does not hide a frame; x29 that is only saved is none. One
   * program was measured, so this is likely and no more.
   */
  @Test
  void a_frame_for_aarch64_is_taken_and_not_only_saved() {
    BinaryFacts taken = aarch64(2_000, SAVE_OTHERS, SAVE, TAKE, RETURN);
    Fact most = taken.fact("frame-pointers");
    assertFact("in most functions", Grade.MEDIUM, most);
    assertEquals("2,000 of 2,000 functions begin with a frame", most.evidence().getFirst().what());
    assertUnknown("aligned to 4 bytes for speed too", taken.fact("optimise"));
    assertFact(
        "in few functions",
        Grade.MEDIUM,
        aarch64(2_000, SAVE_OTHERS, SAVE, NOTHING, RETURN).fact("frame-pointers"));
  }

  /** So few of ELF's for x86-64 were measured, and none for AArch64. */
  @Test
  void what_fewer_than_2000_functions_for_aarch64_show_is_not_enough() {
    BinaryFacts few = aarch64(1_999, SAVE_OTHERS, SAVE, TAKE, RETURN);
    assertUnknown("1999 functions: so few", few.fact("frame-pointers"));
    assertUnknown("aligned to 4 bytes for speed too", few.fact("optimise"));
  }

  @Test
  void an_index_for_another_processor_is_not_judged() {
    byte[] other = elf(new byte[16], starts(MANY, i -> 37 * i));
    other[18] = (byte) 243; // RISC-V
    BinaryFacts facts = InMemory.read(other);
    assertUnknown("not measured on this processor", facts.fact("optimise"));
    assertUnknown("not measured on this processor", facts.fact("frame-pointers"));
  }

  @Test
  void an_index_of_another_form_is_not_judged() {
    byte[] index = index(starts(MANY, i -> 37 * i));
    index[3] = 0x1b; // relative to each place, not to the section
    byte[] form = new MadeElf(2).section(".eh_frame_hdr", MadeElf.ALLOC, INDEX, index).bytes();
    byte[] none = elf(new byte[16]);
    BinaryFacts facts = InMemory.read(form);
    assertUnknown("no list of functions that is read", facts.fact("optimise"));
    assertUnknown("no list of functions that is read", facts.fact("frame-pointers"));
    assertUnknown("0 functions: so few", InMemory.read(none).fact("optimise"));
  }
}
