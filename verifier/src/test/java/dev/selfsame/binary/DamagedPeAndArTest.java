package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.selfsame.digest.Digest;
import dev.selfsame.evidence.BinaryFacts;
import dev.selfsame.evidence.Fact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged files give what could be read; that every byte is counted once is asserted by the record.
 */
class DamagedPeAndArTest {
  private static final String[] FACTS = {
    "type",
    "machine",
    "needed",
    "strip",
    "debug-info",
    "split-debug",
    "build-id",
    "code-signature",
    "members",
    "timestamp",
    "linking",
    "not-read",
  };

  /** Of other bytes: thousands of files need no digest each. */
  private static final Digest DIGEST = Digest.parse("sha256:" + "0".repeat(64));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "msvc.exe",
        "signed.exe",
        "gnu-stripped.exe",
        "pe32.dll",
        "msvc.obj",
        "big.obj",
        "gnu.a",
        "bsd.a",
        "thin.a",
        "kernel32.lib",
        "libsmall-msvc.rlib"
      })
  void a_file_cut_short_anywhere_says_so_and_claims_nothing_about_what_is_gone(String name)
      throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path(name));
    BinaryFacts sound = BinaryReader.read(Fixtures.path(name));
    // The newline that pads an archive's last member may be left out.
    int last = whole[whole.length - 1] == '\n' ? whole.length - 2 : whole.length - 1;
    for (int size = 1; size <= last; size++) {
      BinaryFacts facts = InMemory.read(Arrays.copyOf(whole, size));
      boolean betweenMembers = name.matches(".*\\.(a|lib|rlib)") && facts.problems().isEmpty();
      assertFalse(
          facts.problems().isEmpty() && !betweenMembers, name + " cut to " + size + " looks whole");
      if (betweenMembers) {
        // An archive does not say how many members it has.
        continue;
      }
      for (String fact : FACTS) {
        Fact read = facts.fact(fact);
        boolean said = read.grade() == Fact.Grade.CERTAIN && sound.parts().isEmpty();
        assertEquals(
            said ? sound.fact(fact).value() : read.value(),
            read.value(),
            "%s cut to %d invents %s".formatted(name, size, fact));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "msvc.exe, 700",
    "signed.exe, 700",
    "gnu-full.exe, 700",
    "hello-gnu.exe, 60",
    "pe32.dll, 700",
    "big.obj, 700",
    "msvc.obj, 700",
    "gnu.a, 700",
    "bsd.a, 700",
    "thin.a, 300",
    "libsmall-msvc.rlib, 700",
    "kernel32.lib, 700",
  })
  void flipped_bits_never_end_reading(String name, int times) throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path(name));
    Random random = new Random(20_261_125);
    assertTimeoutPreemptively(
        Duration.ofSeconds(120),
        () -> {
          for (int i = 0; i < times; i++) {
            byte[] damaged = whole.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
              int reach = random.nextBoolean() ? Math.min(whole.length, 1024) : whole.length;
              damaged[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
            }
            assertEquals(whole.length, InMemory.read(damaged).size());
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "msvc.exe, 0",
    "msvc.exe, 255",
    "msvc.exe, 127",
    "msvc.obj, 255",
    "big.obj, 255",
    "gnu.a, 255",
    "gnu.a, 57",
    "bsd.a, 57",
    "kernel32.lib, 255",
  })
  void fields_at_their_limits_never_end_reading(String name, int value) throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.path(name));
    for (int at = 2; at < Math.min(whole.length, 2100); at += at < 500 ? 1 : 7) {
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, at, Math.min(whole.length, at + 4), (byte) value);
      assertEquals(whole.length, InMemory.read(damaged).size());
    }
  }

  @ParameterizedTest
  @CsvSource({".rdata, 0x40000040", ".debug$S, 0x42000040"})
  void sections_that_all_are_the_whole_file_are_searched_once(String name, String flags) {
    int sections = 10_000;
    ByteBuffer file = Overlapping.filled(1_000_000);
    file.putShort((short) 0x8664).putShort((short) sections).putLong(0).putLong(0);
    for (int i = 0; i < sections; i++) {
      file.put(Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 8)).putLong(0);
      file.putInt(file.capacity() - 20).putInt(20).putInt(0).putLong(0);
      file.putInt(Integer.decode(flags));
    }
    Overlapping.readsSoon(file.array());
  }
}
