package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged Mach-O files give what could be read; that every byte is counted once is asserted by the
 * record that each test makes.
 */
class DamagedMachoTest {
  private static final List<String> EXACT =
      List.of(
          "strip",
          "debug-info",
          "split-debug",
          "needed",
          "type",
          "rustc",
          "panic",
          "uuid",
          "page-hashes",
          "not-read");

  @ParameterizedTest
  @FieldSource("dev.selfsame.binary.Fixtures#MACHO")
  void a_file_cut_short_says_so_and_claims_nothing_about_what_is_gone(String name)
      throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path(name));
    BinaryFacts sound = InMemory.read(whole);
    assertEquals(List.of(), sound.problems());
    for (int size = 1; size < whole.length; size += step(size, whole.length)) {
      BinaryFacts facts = InMemory.read(Arrays.copyOf(whole, size));
      assertFalse(facts.problems().isEmpty(), name + " cut to " + size + " looks whole");
      for (String fact : EXACT) {
        Fact read = facts.fact(fact);
        String certain =
            read.grade() == Fact.Grade.CERTAIN ? sound.fact(fact).value() : read.value();
        assertEquals(certain, read.value(), "%s cut to %d: %s".formatted(name, size, fact));
      }
    }
  }

  /** Every offset of a small file, and of the headers of a large one. */
  private static int step(int size, int whole) {
    return size < 2500 || whole < 5000 || whole - size < 1500 ? 1 : 37;
  }

  @ParameterizedTest
  @CsvSource({
    "program-ppc, 3000",
    "words.o, 3000",
    "words-i386.o, 2000",
    "words-x86_64, 1500",
    "words-chained, 1500",
    "words-dsym, 700",
    "quiet-arm64, 700",
    "quiet-fat, 700",
    "objects-fat64, 1500",
  })
  void flipped_bits_never_end_reading(String name, int times) throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path("macho/" + name));
    Random random = new Random(20_261_125);
    assertTimeoutPreemptively(
        Duration.ofSeconds(120),
        () -> {
          for (int i = 0; i < times; i++) {
            byte[] damaged = whole.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
              damaged[place(random, whole)] ^= (byte) (1 << random.nextInt(8));
            }
            assertEquals(whole.length, InMemory.read(damaged).size());
          }
        });
  }

  /** Mostly in the tables: the load commands at the front, and {@code __LINKEDIT} at the end. */
  private static int place(Random random, byte[] whole) {
    return switch (random.nextInt(5)) {
      case 0 -> random.nextInt(64);
      case 1, 2 -> random.nextInt(Math.min(whole.length, 1700));
      case 3 -> whole.length - 1 - random.nextInt(Math.min(whole.length, 700));
      default -> random.nextInt(whole.length);
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0xff, 0x7f, 0x80})
  void fields_at_their_limits_never_end_reading(int value) throws IOException {
    for (String name : List.of("program-ppc", "words.o", "words-chained", "objects-fat64")) {
      byte[] whole = Files.readAllBytes(Fixtures.path("macho/" + name));
      for (int at = 4; at < Math.min(whole.length, 1800); at++) {
        byte[] damaged = whole.clone();
        Arrays.fill(damaged, at, Math.min(whole.length, at + 4), (byte) value);
        assertEquals(whole.length, InMemory.read(damaged).size());
      }
    }
  }
}
