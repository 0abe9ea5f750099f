package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two files that cannot call each other have two ABIs, though both say System V. */
class ElfAbiTest {
  private static final int TAG_KIND = 1;

  private static Fact abi(byte[] file) {
    return InMemory.read(file).fact("abi");
  }

  private static byte[] changed(byte[] file, int machine, int flags, int place) {
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort(18, (short) machine).putInt(place, flags);
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "243, 0x5, 'System V, lp64d'",
    "243, 0x3, 'System V, lp64f'",
    "243, 0x1, 'System V, lp64'",
    "258, 0x43, 'System V, lp64d'",
    "258, 0x41, 'System V, lp64s'",
    "21, 0x1, 'System V, ELFv1'",
    "21, 0x2, 'System V, ELFv2'",
    "21, 0x0, System V",
    "8, 0x80000007, 'System V, n64'",
    "62, 0x5, System V",
    "183, 0x5, System V",
  })
  void the_flags_of_a_64_bit_header_say_how_functions_are_called(
      int machine, String flags, String value) {
    int number = Integer.parseUnsignedInt(flags.substring(2), 16);
    byte[] file = new MadeElf(2).section(".data", MadeElf.ALLOC, 0, new byte[8]).bytes();
    Fact abi = abi(changed(file, machine, number, 48));
    assertEquals(value, abi.value());
    assertEquals(Grade.CERTAIN, abi.grade());
    assertEquals(new Evidence("ELF header", 7, "EI_OSABI 0"), abi.evidence().getFirst());
    if (!value.equals("System V")) {
      assertEquals(new Evidence("ELF header", 48, "e_flags " + flags), abi.evidence().getLast());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "40, 0x5000400, 'System V, EABI5, hard-float'",
    "40, 0x5000200, 'System V, EABI5, soft-float'",
    "40, 0x5000000, 'System V, EABI5'",
    "40, 0x4000400, 'System V, EABI4'",
    "40, 0x0, System V",
    "8, 0x70001007, 'System V, o32'",
    "8, 0x60000027, 'System V, n32'",
    "8, 0x0, System V",
    "243, 0x5, 'System V, ilp32d'",
    "243, 0x8, 'System V, ilp32e'",
    "3, 0x5, System V",
  })
  void the_flags_of_a_32_bit_header_say_how_functions_are_called(
      int machine, int flags, String value) throws IOException {
    byte[] file = Files.readAllBytes(Fixtures.path("i686-exec"));
    assertEquals(value, abi(changed(file, machine, flags, 36)).value());
  }

  @Test
  void a_note_says_which_system_and_how_old_a_one_will_do() {
    ByteBuffer tag = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    tag.putInt(0).putInt(3).putInt(2).putInt(1);
    byte[] file = new MadeElf(2).note(".note.ABI-tag", TAG_KIND, tag.array()).bytes();
    Fact abi = abi(file);
    assertEquals("System V, for Linux 3.2.1 or newer", abi.value());
    assertEquals(
        new Evidence(".note.ABI-tag", 64 + 16, "ABI tag: system 0, 3.2.1"),
        abi.evidence().getLast());
    assertEquals(
        "System V, lp64d, for Linux 3.2.1 or newer", abi(changed(file, 243, 5, 48)).value());
    tag.putInt(0, 3);
    byte[] other = new MadeElf(2).note(".note.ABI-tag", TAG_KIND, tag.array()).bytes();
    assertEquals("System V, for FreeBSD 3.2.1 or newer", abi(other).value());
    // Too short for a version.
    byte[] cut = new MadeElf(2).note(".note.ABI-tag", TAG_KIND, new byte[12]).bytes();
    assertEquals("System V", abi(cut).value());
  }

  /** By readelf: "OS: Linux, ABI: 3.2.0"; a program without libc has no such note. */
  @ParameterizedTest
  @CsvSource({"hello-abort, 'System V, for Linux 3.2.0 or newer'", "bare-full, System V"})
  void the_note_of_a_real_program_is_read(String name, String value) {
    assertEquals(value, BinaryReader.read(Fixtures.path(name)).fact("abi").value());
  }
}
