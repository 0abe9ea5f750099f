package dev.selfsame.binary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.build.TestRoot;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Other people's files with flipped bits, one of each format: what their linkers and compilers
 * write is in none of our own. That every byte is counted once is asserted by the record.
 */
@Needs(Component.NPM)
class DamagedPublishedTest {
  private static final int TIMES = 200;

  /** The same flips each time; another number asks for others. */
  private final long seed = Long.getLong("selfsame.seed", 20_261_127);

  /** One source, for four systems; that for macOS is universal. */
  @ParameterizedTest
  @CsvSource({
    "linux-x64,        2efb202a47d8baa6887b8df67729469eae0017d4f893885c42402eee74bd60b2, ELF",
    "darwin-x64+arm64, 19f4449f6dd2797fa6f5d430293b98604c12fb72ddd736dc5b0634ebc771201f, Mach-O",
    "win32-x64,        27ec96008c48052d5f493683297c26b9136f1d6a9e73c3722e243bc959d7cc93, PE",
    "win32-ia32,       0386d106a439c06b4dcd980786ed495dfc14786b499f2bf85c461e462c1899f7, PE",
  })
  void flipped_bits_of_a_published_file_never_end_reading(
      String system, String sha256, String format) throws Exception {
    String file = "package/prebuilds/%s/node.napi.node".formatted(system);
    Path published = Published.npm("bufferutil@4.0.8", file, sha256);
    String read = BinaryReader.read(published).fact("format").value();
    assertTrue(read.contains(format), read);
    flip(published);
  }

  @Test
  void flipped_bits_of_an_archive_of_a_distribution_never_end_reading() throws IOException {
    flip(TestRoot.folder().resolve("usr/lib/x86_64-linux-gnu/libc_nonshared.a"));
  }

  private void flip(Path file) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(seed);
    for (int i = 0; i < TIMES; i++) {
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        int reach = random.nextBoolean() ? Math.min(whole.length, 4096) : whole.length;
        damaged[random.nextInt(reach)] ^= (byte) (1 << random.nextInt(8));
      }
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> assertEquals(whole.length, InMemory.read(damaged).size()),
          "seed %d, %s, flip %d".formatted(seed, file, i));
    }
  }
}
