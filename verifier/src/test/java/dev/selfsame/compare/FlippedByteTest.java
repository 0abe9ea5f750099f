package dev.selfsame.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.selfsame.binary.Fixtures;
import dev.selfsame.evidence.Comparison;
import dev.selfsame.evidence.Verdict;
import dev.selfsame.suites.Component;
import dev.selfsame.suites.Needs;
import dev.selfsame.suites.Published;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One bit of one byte that is another, anywhere, is never the same file, whatever was declared not
 * to matter, and the offset that is told is where the two first differ, by the JDK's own count.
 */
class FlippedByteTest {
  private static final int FLIPS = 8;

  /** The same flips each time; another number asks for others. */
  private final long seed = Long.getLong("selfsame.seed", 1);

  private final Random random = new Random(seed);
  @TempDir private Path folder;

  static Stream<String> files() {
    return Stream.of(Fixtures.ELF, Fixtures.MACHO, Fixtures.PE, Fixtures.AR).flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("files")
  void a_file_and_its_copy_with_one_flip_differ_there(String name) throws IOException {
    Path file = Fixtures.path(name);
    byte[] bytes = Files.readAllBytes(file);
    for (int flips = name.contains("hello") ? 2 : FLIPS; flips > 0; flips--) {
      int at = random.nextInt(bytes.length);
      Path flipped = flipped(bytes, at);
      isTold(at, file, flipped, Set.of(), at);
      isTold(at, flipped, file, Set.of(Ignorable.values()), at);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bare-stripped, bare-symbols",
    "bare-full, i686-exec",
    "i686.o, powerpc.o",
    "macho/words-x86_64, macho/words-chained",
    "macho/quiet-arm64, macho/quiet-library",
    "gnu-symbols.exe, gnu-full.exe",
    "msvc.exe, pe32.dll",
    "signed.exe, guarded.exe",
    "gnu.a, bsd.a",
    "libsmall.rlib, libsmall-msvc.rlib",
    "hello-symbols, hello-abort",
  })
  void two_files_differ_where_the_flip_leaves_them_to(String a, String b) throws IOException {
    inPair(Fixtures.path(a), Fixtures.path(b), a.contains("hello") ? 1 : FLIPS / 2);
  }

  /** Programs of other people, for two machines each. */
  @Needs(Component.NPM)
  @ParameterizedTest
  @CsvSource({
    "@oxlint/linux-x64-gnu@1.3.0, package/oxlint,"
        + "c17974abca0129d021c23e25882b7b87b717099d59da19cfb986c1fec4ddf82a,"
        + "@oxlint/linux-arm64-gnu@1.3.0, package/oxlint,"
        + "778775ac0609d2fdb64d8397ed9223acb42624288a69a89377e12122971628a6",
    "@oxlint/darwin-x64@1.3.0, package/oxlint,"
        + "2f17b94d2fbdcf4a1564b201fb59109956862211a14a542159c74d12a3a233da,"
        + "@oxlint/darwin-arm64@1.3.0, package/oxlint,"
        + "e46c34da2f9411631fb12485aa4d03702a2b43c80da1f69909581a5abc0fa513",
    "@oxlint/win32-x64@1.3.0, package/oxlint.exe,"
        + "e5519cedb6c414be656f6e33e9f28dd47ea88d2cb89e077f0cdfae3b1a656039,"
        + "@oxlint/win32-arm64@1.3.0, package/oxlint.exe,"
        + "dcde6fe44a3ef68cfbaff4fd3b744a1ce42cfa43e012341909557f93b45e2a82",
  })
  void published_programs_differ_where_a_flip_leaves_them_to(
      String sourceA, String fileA, String sha256A, String sourceB, String fileB, String sha256B)
      throws Exception {
    Path a = Published.npm(sourceA, fileA, sha256A);
    Path b = Published.npm(sourceB, fileB, sha256B);
    byte[] bytes = Files.readAllBytes(a);
    int at = random.nextInt(bytes.length);
    isTold(at, a, flipped(bytes, at), Set.of(Ignorable.values()), at);
    inPair(a, b, 1);
  }

  /** Flips in B: anywhere, which may move nothing, and before the first difference, which does. */
  private void inPair(Path a, Path b, int times) throws IOException {
    byte[] bytes = Files.readAllBytes(b);
    int first = (int) Files.mismatch(a, b);
    assertTrue(first > 0, "the two do not begin alike");
    for (int i = 0; i < times; i++) {
      for (int at : new int[] {random.nextInt(bytes.length), random.nextInt(first)}) {
        Path flipped = flipped(bytes, at);
        isTold(Files.mismatch(a, flipped), a, flipped, Set.of(Ignorable.values()), at);
      }
    }
  }

  private Path flipped(byte[] bytes, int at) throws IOException {
    byte[] other = bytes.clone();
    other[at] ^= (byte) (1 << random.nextInt(8));
    return Files.write(folder.resolve("flipped"), other);
  }

  /** That a comparison says that two files first differ there. */
  private void isTold(long wanted, Path a, Path b, Set<Ignorable> ignored, int at) {
    String flip = "seed %d, %s and %s, flipped at %d: ".formatted(seed, a, b, at);
    Comparison comparison;
    try {
      comparison = BinaryComparison.of(a, b, ignored, null);
    } catch (RuntimeException e) {
      throw new AssertionError(flip + e, e);
    }
    long first =
        switch (comparison.verdict()) {
          case Verdict.Differs(long offset) -> offset;
          case Verdict.Equivalent equivalent -> equivalent.firstDifference();
          case Verdict.Identical same -> throw new AssertionError(flip + same);
          case Verdict.CouldNotTell unknown -> throw new AssertionError(flip + unknown);
        };
    assertEquals(wanted, first, flip + comparison.verdict());
    assertEquals(wanted, comparison.places().getFirst().offset(), flip + comparison.places());
  }
}
