package dev.selfsame.binary;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import dev.selfsame.evidence.Fact.Evidence;
import dev.selfsame.evidence.Fact.Grade;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which processor is needed, by the build attributes that compilers leave for some machines. */
class ElfIsaTest {
  private static final int ATTRIBUTES = 0x7000_0003;
  private static final int ARM = 40;
  private static final int AARCH64 = 183;
  private static final int RISC_V = 243;

  /** Where a made file's first section begins. */
  private static final int HEADER = 64;

  private static final Fact UNDECLARED =
      Fact.unknown(new Evidence("section headers", -1, "no build attribute that says it"));

  /** A vendor's part with attributes of the whole file. */
  private static byte[] part(String vendor, byte[] attributes) {
    int name = vendor.length() + 1;
    ByteBuffer out = ByteBuffer.allocate(4 + name + 5 + attributes.length);
    out.order(ByteOrder.LITTLE_ENDIAN).putInt(out.capacity());
    out.put(vendor.getBytes(US_ASCII)).put((byte) 0);
    return out.put((byte) 1).putInt(5 + attributes.length).put(attributes).array();
  }

  private static byte[] section(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('A');
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] attributes(Object... values) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Object value : values) {
      if (value instanceof String text) {
        out.writeBytes((text + "\0").getBytes(US_ASCII));
      } else {
        out.write((Integer) value);
      }
    }
    return out.toByteArray();
  }

  private static BinaryFacts read(int machine, String name, byte[] section) {
    byte[] file = new MadeElf(2).typed(name, ATTRIBUTES, section).bytes();
    file[18] = (byte) machine;
    return InMemory.read(file);
  }

  private static Fact arm(byte[] attributes) {
    return read(ARM, ".ARM.attributes", section(part("aeabi", attributes))).fact("isa-level");
  }

  private static Fact riscV(byte[]... parts) {
    return read(RISC_V, ".riscv.attributes", section(parts)).fact("isa-level");
  }

  @Test
  void an_architecture_of_risc_v_is_what_the_file_declares() {
    String arch = "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0";
    byte[] declared = part("riscv", attributes(4, 16, 5, arch, 6, 1));
    int place = HEADER + 1 + 4 + "riscv".length() + 1 + 5 + 2;
    Evidence read = new Evidence(".riscv.attributes", place, "Tag_RISCV_arch, as declared");
    assertEquals(
        new Fact("at least " + arch, Grade.MEDIUM, List.of(read), List.of()), riscV(declared));
    // Behind what another vendor says, in words of its own.
    byte[] other = part("gnu", attributes(5, "rv128"));
    assertEquals("at least " + arch, riscV(other, declared).value());
    assertEquals(UNDECLARED, riscV(other));
    assertEquals(UNDECLARED, riscV(part("riscv", attributes(4, 16))));
  }

  @ParameterizedTest
  @CsvSource({
    "10, 65, at least ARMv7-A",
    "10, 77, at least ARMv7-M",
    "10, 0, at least ARMv7",
    "9, 0, at least ARMv6K",
    "14, 65, at least ARMv8-A",
    "21, 77, at least ARMv8.1-M.Main",
    "22, 65, at least ARMv9-A",
  })
  void an_architecture_of_arm_is_what_the_file_declares(int arch, int profile, String value) {
    byte[] said = attributes(67, "2.09", 5, "cortex", 6, arch, 7, profile, 9, 2, 32, 1, "gnu");
    Fact level = arm(said);
    assertEquals(value, level.value());
    assertEquals(Grade.MEDIUM, level.grade());
    int place = HEADER + 1 + 4 + "aeabi".length() + 1 + 5 + 6 + 8;
    assertEquals(
        List.of(new Evidence(".ARM.attributes", place, "Tag_CPU_arch, as declared: " + arch)),
        level.evidence());
  }

  @Test
  void an_architecture_of_arm_that_has_no_name_is_unknown() {
    assertEquals(UNDECLARED, arm(attributes(6, 0)));
    assertEquals(UNDECLARED, arm(attributes(6, 23)));
    assertEquals(UNDECLARED, arm(attributes(6, 0xff, 0x7f)));
    assertEquals(UNDECLARED, arm(attributes(5, "7-A")));
  }

  /** A size of nothing would never end. */
  @ParameterizedTest
  @ValueSource(ints = {0, 3, 4, 1000})
  void a_part_of_a_size_that_cannot_be_is_a_problem_and_no_level(int size) {
    byte[] section = section(part("riscv", attributes(5, "rv64i2p1")));
    ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN).putInt(1, size);
    BinaryFacts outer = read(RISC_V, ".riscv.attributes", section);
    assertEquals(Fact.unknown(), outer.fact("isa-level"));
    assertEquals(1, outer.problems().size(), outer.problems().toString());

    section = section(part("riscv", attributes(5, "rv64i2p1")));
    ByteBuffer.wrap(section).order(ByteOrder.LITTLE_ENDIAN).putInt(1 + 4 + 6 + 1, size);
    BinaryFacts inner = read(RISC_V, ".riscv.attributes", section);
    assertEquals(Fact.unknown(), inner.fact("isa-level"));
    assertEquals(1, inner.problems().size(), inner.problems().toString());
  }

  /** Every processor passes over what is not for it: these are hints. */
  @Test
  void protections_of_aarch64_are_no_level_and_are_why_it_is_not_known() {
    ByteBuffer properties = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    properties.putInt(0xc000_0000).putInt(4).putInt(3).putInt(0);
    byte[] file = new MadeElf(2).note(".note.gnu.property", 5, properties.array()).bytes();
    file[18] = (byte) AARCH64;
    Evidence read =
        new Evidence(
            ".note.gnu.property",
            HEADER + 16,
            "features that need no processor of their own: bits 3");
    assertEquals(Fact.unknown(read), InMemory.read(file).fact("isa-level"));
  }
}
