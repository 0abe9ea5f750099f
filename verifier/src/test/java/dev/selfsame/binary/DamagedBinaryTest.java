package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files give what could be read; that every byte is counted once is asserted by the record.
 */
class DamagedBinaryTest {
  /** {@code SHF_COMPRESSED}. */
  private static final int COMPRESSED = 0x800;

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("dev.selfsame.binary.Fixtures#ELF")
  void a_file_cut_short_says_so_and_claims_nothing_about_what_is_gone(String name)
      throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path(name));
    BinaryFacts sound = BinaryReader.read(Fixtures.path(name));
    int step = Math.max(1, whole.length / 60);
    for (int size = 1; size < whole.length; size += size < 200 || whole.length < 1500 ? 1 : step) {
      BinaryFacts facts = InMemory.read(Arrays.copyOf(whole, size));
      assertFalse(facts.problems().isEmpty(), name + " cut to " + size + " looks whole");
      for (String fact : new String[] {"strip", "panic", "needed", "type", "debug-info", "rustc"}) {
        Fact read = facts.fact(fact);
        boolean said = read.grade() == Fact.Grade.CERTAIN;
        assertEquals(
            said ? sound.fact(fact).value() : read.value(),
            read.value(),
            "%s cut to %d invents %s".formatted(name, size, fact));
      }
    }
  }

  /** 10,000 in all. */
  @ParameterizedTest
  @CsvSource({
    "bare-full, 2400",
    "bare-symbols, 800",
    "bare-stripped, 400",
    "hello-symbols, 120",
    "hello-abort, 120",
    "i686-exec, 1500",
    "powerpc.o, 1500",
    "s390x-exec, 1500",
    "split/bare5, 830",
    "split/bare.dwp, 830",
  })
  void flipped_bits_never_end_reading(String name, int times) throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path(name));
    Random random = new Random(20_261_123);
    for (int i = 0; i < times; i++) {
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        int at = place(random, whole);
        damaged[at] ^= (byte) (1 << random.nextInt(8));
      }
      assertTimeoutPreemptively(
          Duration.ofSeconds(20), () -> assertEquals(whole.length, InMemory.read(damaged).size()));
    }
  }

  /** Mostly in the tables: the headers at the front, and the section headers at the end. */
  private static int place(Random random, byte[] whole) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(64);
      case 1 -> random.nextInt(Math.min(whole.length, 1024));
      case 2 -> whole.length - 1 - random.nextInt(Math.min(whole.length, 2600));
      default -> random.nextInt(whole.length);
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0xff, 0x7f, 0x80})
  void fields_at_their_limits_never_end_reading(int value) throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("s390x-exec"));
    int sections = whole.length - 64 * 8;
    for (int at = 4; at < whole.length; at += at < 400 || at >= sections ? 1 : 16) {
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, at, Math.min(whole.length, at + 4), (byte) value);
      assertEquals(whole.length, InMemory.read(damaged).size());
    }
  }

  @Test
  void what_was_cut_off_is_not_said_to_be_absent() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("hello-abort"));
    for (int size = whole.length - 1; size > whole.length / 2; size -= 997) {
      BinaryFacts facts = InMemory.read(Arrays.copyOf(whole, size));
      for (String name : List.of("overflow-checks", "debug-assertions")) {
        assertEquals(Fact.unknown(), facts.fact(name), name + " of " + size);
      }
    }
  }

  /**
   * Of 1,000 packed bytes. What they unpack to is the section's own word: it is told as such, or
   * where no such bytes can have so many, not at all. Types are zlib, zstd and one of nobody's.
   */
  @ParameterizedTest
  @CsvSource({
    ".debug_info,  1, 1032000, true",
    ".debug_info,  1, 1032001, false",
    ".debug_info,  1, 9223372036854775807, false",
    ".debug_info,  2, 32768000, true",
    ".debug_info,  2, 32768001, false",
    ".debug_info,  2, -1, false",
    ".debug_info,  3, 1152921504606846976, false",
    ".zdebug_info, 0, 1032000, true",
    ".zdebug_info, 0, 1032001, false",
    ".zdebug_info, 0, -9223372036854775808, false",
  })
  void an_unpacked_size_that_cannot_be_is_a_problem_and_no_number(
      String name, int type, long size, boolean told) {
    boolean gnu = type == 0;
    ByteBuffer content = ByteBuffer.allocate((gnu ? 12 : 24) + 1_000);
    if (gnu) {
      content.put("ZLIB".getBytes(StandardCharsets.US_ASCII)).putLong(size);
    } else {
      content.order(ByteOrder.LITTLE_ENDIAN).putInt(type).putInt(0).putLong(size).putLong(1);
    }
    byte[] packed = content.array();
    BinaryFacts facts =
        InMemory.read(
            new MadeElf(3)
                .section(".debug_line", 0, 0, new byte[20])
                .section(name, gnu ? 0 : COMPRESSED, 0, packed)
                .bytes());
    String more = told ? ", %d unpacked, as declared".formatted(20 + size) : "";
    String value = facts.fact("debug-info").value();
    assertTrue(value.endsWith(", %d bytes%s".formatted(20 + packed.length, more)), value);
    String problem = "section %s declares an unpacked size that it cannot have".formatted(name);
    assertEquals(
        !told,
        facts.problems().stream().anyMatch(line -> line.contains(problem)),
        facts.problems().toString());
  }

  /** 10,000 sections of one name, each of which is the whole file, full of what is searched for. */
  @ParameterizedTest
  @ValueSource(strings = {".rodata", ".data.rel.ro", ".comment", ".dep-v0"})
  void sections_that_all_are_the_whole_file_are_searched_once(String name) {
    int sections = 10_000;
    ByteBuffer file = Overlapping.filled(1_000_000);
    file.putLong(0x10102464c457fL).putLong(0).putShort((short) 2).putShort((short) 62).putInt(1);
    file.putLong(0x1000).putLong(0).putLong(128).putInt(0).putShort((short) 64);
    file.putShort((short) 56).putShort((short) 0).putShort((short) 64);
    file.putShort((short) (sections + 2)).putShort((short) 1);
    file.put(64, new byte[128]).put(65, name.getBytes(StandardCharsets.US_ASCII)).position(192);
    section(file, 0, 3, 0, 64, 64);
    for (int i = 0; i < sections; i++) {
      section(file, 1, 1, 2, 0, file.capacity());
    }
    Overlapping.readsSoon(file.array());
  }

  private static void section(ByteBuffer file, int name, int type, int flags, int at, int size) {
    file.putInt(name).putInt(type).putLong(flags).putLong(0x10000).putLong(at).putLong(size);
    file.putInt(0).putInt(0).putLong(1).putLong(0);
  }
}
