package dev.selfsame.compare;

import dev.selfsame.binary.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The fuzz target over real files and damaged ones, without jazzer. */
class CompareFuzzTest {
  private static final int DAMAGED = 3;

  static Stream<String> files() {
    return Stream.of(Fixtures.ELF, Fixtures.MACHO, Fixtures.PE, Fixtures.AR)
        .flatMap(List::stream)
        .filter(name -> !name.contains("hello"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void a_damaged_file_is_compared_and_drawn_like_any_other(String file) throws IOException {
    byte[] real = Files.readAllBytes(Fixtures.path(file));
    CompareFuzz.fuzzerTestOneInput(real);
    Random random = new Random(file.hashCode());
    for (int i = 0; i < DAMAGED; i++) {
      byte[] damaged = real.clone();
      for (int flips = random.nextInt(3) + 1; flips > 0; flips--) {
        // Most of what a byte can break is in the headers.
        int within = random.nextBoolean() ? damaged.length : Math.min(damaged.length, 512);
        damaged[random.nextInt(within)] ^= (byte) (1 << random.nextInt(8));
      }
      CompareFuzz.fuzzerTestOneInput(damaged);
    }
  }
}
