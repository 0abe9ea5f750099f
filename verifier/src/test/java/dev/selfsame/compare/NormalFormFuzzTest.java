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
class NormalFormFuzzTest {
  private static final int DAMAGED = 40;

  static Stream<String> files() {
    return Stream.of(Fixtures.ELF, Fixtures.MACHO, Fixtures.PE, Fixtures.AR)
        .flatMap(List::stream)
        .filter(name -> !name.startsWith("hello"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void a_changed_program_is_never_equivalent(String file) throws IOException {
    byte[] real = Files.readAllBytes(Fixtures.path(file));
    NormalFormFuzz.fuzzerTestOneInput(real);
    Random random = new Random(file.hashCode());
    for (int i = 0; i < DAMAGED; i++) {
      byte[] damaged = real.clone();
      for (int flips = random.nextInt(3) + 1; flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      }
      NormalFormFuzz.fuzzerTestOneInput(damaged);
    }
  }
}
